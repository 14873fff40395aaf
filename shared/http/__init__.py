"""The door: what every HTTP service of Practicum has in common."""
