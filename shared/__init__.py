"""What all three services agree on. No word of the domain enters here."""
