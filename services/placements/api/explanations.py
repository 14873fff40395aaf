"""Explanations on the wire: whole for those who run the match, without others' affairs for everybody else."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, TypeAdapter

from services.placements.api.shapes import SAMPLE_ID, like
from shared.auth.principal import Principal
from shared.http.wire import Wire, up_to


class RuleCountView(Wire):
    """What one hard rule did to one request's offers, in the fixed order of the rules."""

    code: str
    removed: int
    remaining: int
    forbids: int
    """Offers this rule forbids by itself."""
    alone: int
    """Offers that this rule and no other forbids: so many a waiver of it would open."""


class LimitView(Wire):
    """A number of seats that is used up."""

    kind: str
    id: str
    seats: int


class PassedOverView(Wire):
    """An offer the student would have liked better, and why it was not given."""

    offer_id: UUID
    rank: int
    reason: str
    """`rule`: the rules listed forbid it. `full`: its places went to others. `aim`: the aim named would have lost."""
    rules: Annotated[list[str], up_to(50)]
    limits: Annotated[list[LimitView], up_to(50)]
    aim: str | None
    educator_reasons: Annotated[list[str], up_to(50)]
    """Why the educators service said no; for those who run the match only."""


class SmallestChangeView(Wire):
    """The least that must change for an unmatched student to get a place, everybody else left as they are."""

    kind: str
    offer_id: UUID | None
    rule: str | None
    waived_by: str | None
    limits: Annotated[list[LimitView], up_to(50)]
    choices: int
    travel_minutes: int | None


class ExplanationView(Wire):
    """Why one request got what it got. `summary` is for the student and names nobody."""

    model_config = like(
        request_id=SAMPLE_ID,
        placed=True,
        offer_id=SAMPLE_ID,
        offers=38,
        feasible=21,
        waterfall=[{"code": "level", "removed": 0, "remaining": 38, "forbids": 0, "alone": 0}],
        contributions={"placed": 1, "first_preference": 1},
        passed_over=[],
        smallest_change=None,
        summary="You have your first preference.",
    )

    request_id: UUID
    placed: bool
    offer_id: UUID | None
    offers: int
    feasible: int
    """Offers that no hard rule forbids."""
    waterfall: Annotated[list[RuleCountView], up_to(50)]
    contributions: dict[str, int]
    passed_over: Annotated[list[PassedOverView], up_to(10)]
    smallest_change: SmallestChangeView | None
    summary: str


@dataclass(frozen=True, slots=True)
class Lens:
    """How explanations are shown to one kind of reader."""

    one: TypeAdapter[ExplanationView]
    many: TypeAdapter[list[ExplanationView]]


def _whole(row: Any) -> Any:
    return row["explanation"] if isinstance(row, dict) else row


def _without_others(row: Any) -> Any:
    explanation = _whole(row)
    passed_over = [{**each, "limits": [], "educator_reasons": []} for each in explanation["passed_over"]]
    change = explanation["smallest_change"]
    return {
        **explanation,
        "passed_over": passed_over,
        "smallest_change": {**change, "limits": []} if change else None,
    }


def _lens(cut: Any) -> Lens:
    shape = Annotated[ExplanationView, BeforeValidator(cut)]
    return Lens(TypeAdapter(shape), TypeAdapter(list[shape]))


_OFFICE, _OTHERS = _lens(_whole), _lens(_without_others)


def as_seen_by(principal: Principal) -> Lens:
    """The whole explanation for the partnership's office; for all others without whose seats are used up and why."""
    return _OFFICE if principal.partnership_wide else _OTHERS
