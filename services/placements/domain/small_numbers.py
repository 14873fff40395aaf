"""Small numbers are hidden: what is told about a group must not tell about a person, by no subtraction either."""

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple, TypeVar

FEWEST = 5
"""A group of fewer people is not shown (the partnerships' own rule: n < 5)."""

Atom = TypeVar("Atom", bound=Hashable)


class Shown(NamedTuple):
    """A group of a report: in which breakdown it stands, and under which key."""

    breakdown: str
    key: str


def safe(people: int) -> bool:
    """Whether a number of people may be known: nobody at all, or enough of them."""
    return people == 0 or people >= FEWEST


def hidden(sizes: Mapping[str, int]) -> frozenset[str]:
    """The groups that are not shown, of groups whose total is known.

    Small ones are hidden, and then the smallest of the others, until the hidden ones are two at least and are together
    enough people: the total less the shown groups tells about nobody.
    """
    gone = {group for group, size in sizes.items() if size < FEWEST}
    for _, group in sorted((size, group) for group, size in sizes.items() if size >= FEWEST):
        if not gone or (len(gone) > 1 and safe(sum(sizes[each] for each in gone))):
            break
        gone.add(group)
    return frozenset(gone)


def publishable(groups: Mapping[Shown, frozenset[Atom]], sizes: Mapping[Atom, int]) -> frozenset[Shown]:
    """Which groups of several breakdowns of the same people can be shown together.

    Each group is a set of atoms, each atom some people that all breakdowns keep together. A group that is small is hidden;
    so is one that, taken away from a shown group around it, alone or with all others of its breakdown, would leave a few.
    The larger group stays. Between breakdowns that cut across one another more can be worked out only with knowledge
    from elsewhere.
    """
    kept = {name for name, atoms in groups.items() if _people(atoms, sizes) >= FEWEST}
    while (name := next(_telling(groups, sizes, kept), None)) is not None:
        kept.remove(name)
    return frozenset(kept)


def _people(atoms: frozenset[Atom], sizes: Mapping[Atom, int]) -> int:
    return sum(sizes[atom] for atom in atoms)


def _telling(
    groups: Mapping[Shown, frozenset[Atom]], sizes: Mapping[Atom, int], kept: set[Shown]
) -> Iterator[Shown]:
    by_size = sorted(kept, key=lambda name: (_people(groups[name], sizes), name))
    for around in by_size:
        whole = groups[around]
        inside = [name for name in by_size if groups[name] < whole]
        yield from (name for name in inside if not safe(_people(whole - groups[name], sizes)))
        for breakdown in sorted({name.breakdown for name in inside}):
            parts = [name for name in inside if name.breakdown == breakdown]
            rest = whole.difference(*(groups[name] for name in parts))
            if not safe(_people(rest, sizes)):
                yield parts[0]
