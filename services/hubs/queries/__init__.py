"""Named reads and locks of the hubs service. What the caller may see is part of every statement."""
