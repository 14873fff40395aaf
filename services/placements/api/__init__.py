"""The door of the placements service: one file per resource, its wire types and its routes."""
