"""Work of the hubs service that nobody asks for over HTTP."""
