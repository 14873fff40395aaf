"""The frozen values of matching as JSON: members by name, days in ISO form, sets in order; ASCII, sorted, no spaces.

What is read back must say the same to every reader, or one could be shown what another has not checked.
"""

import json
from collections.abc import Callable
from datetime import date
from math import isfinite
from operator import attrgetter
from typing import Any

Members = tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]
"""The names of a type's members, in the order in which they are written, and what gets them of a value."""


class _Members(dict[type, Members]):
    """The members of each type seen so far."""

    def __missing__(self, kind: type) -> Members:
        if not hasattr(kind, "__slots__"):
            raise TypeError(kind.__name__)
        names = sorted(kind.__slots__)
        self[kind] = found = tuple(names), attrgetter(*names)
        return found


_MEMBERS = _Members()


def _plain(value: object) -> object:
    kind = type(value)
    if kind is date:
        return value.isoformat()  # type: ignore[attr-defined]  # a day
    if kind is frozenset:
        return sorted(value)  # type: ignore[call-overload]  # a set
    names, members = _MEMBERS[kind]
    return dict(zip(names, members(value)))  # noqa: B905 - as many; asking takes a tenth of the time of all


def as_json(value: object) -> str:
    """Return the JSON of a value made of slotted data classes (of two members at least), lists, numbers and text.

    The same as by `asdict`, which copies everything first, in a quarter of the time. Frozen values cannot contain themselves.
    """
    return json.dumps(
        value,
        default=_plain,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
        check_circular=False,
    )


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(members)
    if len(known) < len(members):
        raise ValueError
    return known


def _finite(number: str) -> float:
    if not isfinite(found := float(number)):
        raise ValueError
    return found


def from_text(text: str) -> Any:
    """Return what a JSON text says. Raises `ValueError` too for a member named twice and for a number without end."""
    return json.loads(text, object_pairs_hook=_once, parse_float=_finite, parse_constant=_finite)
