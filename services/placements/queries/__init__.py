"""Named reads and locks of the placements service."""
