"""Work of the educators service that nobody asks for over HTTP."""
