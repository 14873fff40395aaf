"""Questions to sister services; they answer in the words of this service."""
