"""The door of the hubs service: one file per resource, with what travels and the routes."""
