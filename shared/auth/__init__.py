"""Who is calling: the principal, the checking of tokens, and an issuer for partnerships without one."""
