"""Every change the placements service can make: one function, one verb, one transaction opened by the caller."""
