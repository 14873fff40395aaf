"""The door of the educators service: one file per resource, with what travels and the routes."""
