"""Small numbers are hidden: what is told about a group must not tell about a person."""

FEWEST = 5
"""What is said of fewer people is not shown to others: a mean of four tells too much about each (n < 5 in every service)."""
