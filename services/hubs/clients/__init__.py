"""Questions to sister services. Their answers come back as values of the domain."""
