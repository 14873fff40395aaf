"""Three deployable services. They talk over HTTP and never import one another."""
