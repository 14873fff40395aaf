"""What the command line does itself: everything on one machine for development, databases, keys, descriptions."""
