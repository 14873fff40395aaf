"""Named reads and locks of the educators service."""
