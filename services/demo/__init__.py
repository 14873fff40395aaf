"""A synthetic partnership and a season of its work, played through the public APIs. For development and demonstrations."""
