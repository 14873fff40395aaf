"""Work of the placements service that nobody asks for over HTTP."""
