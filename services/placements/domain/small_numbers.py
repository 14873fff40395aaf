"""Small numbers are hidden: what is told about a group must not tell about a person."""

from collections.abc import Mapping

FEWEST = 5
"""A group of fewer people is not shown (the partnerships' own rule: n < 5)."""


def hidden(sizes: Mapping[str, int]) -> frozenset[str]:
    """The groups that are not shown: small ones, and one more where the total would give a single hidden one away."""
    small = {group for group, size in sizes.items() if size < FEWEST}
    if len(small) == 1 and len(sizes) > 1:
        others = sorted((size, group) for group, size in sizes.items() if group not in small)
        small.add(others[0][1])
    return frozenset(small)
