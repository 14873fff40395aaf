"""The pure rules of the educators service: evidence and a day in, a status or a decision out."""
