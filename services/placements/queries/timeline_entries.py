"""What a timeline is made of: things that happened, and things that are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Told = Mapping[UUID, tuple[str, ...]]
"""The roles that were told on each occasion."""

ENGINE = "practicum"
"""By whom it was when no person did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened, in plain words. `evidence` are ids that a reader may open if allowed.

    `rank` and `id` order what happened at one instant: what was noticed (0), what had become due (1), and then what
    followed and what people did, as it was written down.
    """

    at: datetime
    what: str
    by: str
    id: UUID
    rank: int = 2
    rule: str | None = None
    words: str | None = None
    """What whoever did it wrote about it."""
    evidence: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is due: what, when, what follows if it is not done, and who is then told."""

    step: str
    what: str
    due_at: datetime
    if_missed: str
    who_is_told: tuple[str, ...]


def openable(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The ids among some facts, each with what it is the id of."""
    found = ((name.removesuffix("_id"), str(value)) for name, value in sorted(facts.items()))
    return tuple((kind, id_) for kind, id_ in found if f"{kind}_id" in facts and id_ != "None")


def in_order(happened: list[Happened]) -> tuple[Happened, ...]:
    """What happened, the earliest first."""
    return tuple(sorted(happened, key=lambda each: (each.at, each.rank, each.id)))
