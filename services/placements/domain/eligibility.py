"""Whether a practice educator may take a placement, as the educators service decided it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What one rule said: `pass`, `warn`, `block` or `condition`, in words for a person, and what would change it."""

    code: str
    result: str
    detail: str
    fix: str | None = None
    waivable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """One educator's decision. `free_seats` of `max_concurrent` are not held in the placement's time; None if not told."""

    educator_id: UUID
    outcome: str
    rules: tuple[RuleResult, ...]
    max_concurrent: int | None = None
    free_seats: int | None = None

    @property
    def is_eligible(self) -> bool:
        """May take the placement, be it with conditions."""
        return self.outcome in ("eligible", "eligible_with_conditions")

    @property
    def blocks(self) -> tuple[RuleResult, ...]:
        """The rules that say no."""
        return tuple(rule for rule in self.rules if rule.result == "block")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A decision as it was last heard, and when."""

    eligibility: Eligibility
    answered_at: datetime


_OF_RULE = tuple(each.name for each in fields(RuleResult))


def to_stored(decision: Eligibility) -> dict[str, Any]:
    """The decision as it is stored (its members, plainly). A country's round has a hundred thousand rules in them."""
    return {
        "educator_id": str(decision.educator_id),
        "outcome": decision.outcome,
        "rules": [{name: getattr(rule, name) for name in _OF_RULE} for rule in decision.rules],
        "max_concurrent": decision.max_concurrent,
        "free_seats": decision.free_seats,
    }


def from_stored(answer: Mapping[str, Any]) -> Eligibility:
    """A decision as `to_stored` wrote it."""
    rules = tuple(RuleResult(**rule) for rule in answer["rules"])
    return Eligibility(**{**answer, "educator_id": UUID(answer["educator_id"]), "rules": rules})
