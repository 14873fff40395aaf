"""Explanations on the wire: facts, and words for one kind of reader."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from services.placements.api.shapes import SAMPLE_ID
from shared.http.wire import Wire, like, up_to


class For(StrEnum):
    """Whom an explanation speaks to."""

    STUDENT = "student"
    COORDINATOR = "coordinator"
    HOST = "host"


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
    setting_name: str | None
    """Null for an offer that only a scenario knows."""
    rank: int
    reason: str
    """`rule`: the rules listed forbid it. `full`: its places went to others. `aim`: the aim named would have lost."""
    rules: Annotated[list[str], up_to(50)]
    limits: Annotated[list[LimitView], up_to(50)]
    """What is used up; for the partnership's office only."""
    aim: str | None
    others_lose: int
    """Beside `full`: at the aim named, the other students would lose at least so much, if this student got the offer."""
    educator_reasons: Annotated[list[str], up_to(50)]
    """Why the educators service said no; for the partnership's office only."""
    words: str | None
    """The same in one sentence; for coordinators."""


class SmallestChangeView(Wire):
    """The least that must change for an unmatched student to get a place, everybody else left as they are."""

    kind: str
    offer_id: UUID | None
    rule: str | None
    waived_by: str | None
    limits: Annotated[list[LimitView], up_to(50)]
    choices: int
    travel_minutes: int | None


class GivenView(Wire):
    """What the student got."""

    offer_id: UUID
    setting_name: str | None
    rank: int
    outside_list: bool
    minutes: int
    """One way."""
    mode: str
    review: bool
    """Whether a person should look at so long a journey."""


class SinceView(Wire):
    """Where a swap or a repair moved the student after the run; all null where they have no place, and for a host."""

    offer_id: UUID | None
    setting_name: str | None
    rank: int | None
    outside_list: bool | None
    minutes: int | None
    """One way."""


class ExplanationView(Wire):
    """Why one request got what it got, for one kind of reader. What that reader may not know is empty or null."""

    model_config = like(
        request_id=SAMPLE_ID,
        reader="coordinator",
        words=["Placed with Children in Care Team, the student's first preference."],
        summary="Placed with Children in Care Team, the student's first preference.",
        placed=True,
        held=False,
        offer_id=SAMPLE_ID,
        given={
            "offer_id": SAMPLE_ID,
            "setting_name": "Children in Care Team",
            "rank": 1,
            "outside_list": False,
            "minutes": 25,
            "mode": "car",
            "review": False,
        },
        since=None,
        offers=38,
        feasible=21,
        waterfall=[{"code": "level", "removed": 0, "remaining": 38, "forbids": 0, "alone": 0}],
        contributions={"placed": 1, "first_preference": 1},
        alternatives={"placed": 3, "first_or_second": 17},
        better={},
        blocked={},
        passed_over=[],
        smallest_change=None,
    )

    request_id: UUID
    reader: For
    """Whom the words speak to."""
    words: Annotated[list[str], up_to(100)]
    """The explanation in plain English, one sentence or two each."""
    summary: str
    """The words as one text."""
    placed: bool
    held: bool
    """Whether the place was accepted earlier and so was not up for change."""
    offer_id: UUID | None
    given: GivenView | None
    since: SinceView | None
    """What a swap or a repair made of it; null while what the run found still stands."""
    offers: int | None
    """Offers in the round; null for a host."""
    feasible: int | None
    """Offers that no hard rule forbids; null for a host."""
    waterfall: Annotated[list[RuleCountView], up_to(50)]
    contributions: dict[str, int]
    """What the assignment adds to each aim."""
    alternatives: dict[str, int]
    """How many of the other open offers would have lost at which aim first."""
    better: dict[str, int]
    """How many offers the student ranked better, by the first rule against them, or `full`, or `aim`."""
    blocked: dict[str, int]
    """How many open offers lack a seat, by the kind of limit; for a request without a place."""
    passed_over: Annotated[list[PassedOverView], up_to(10)]
    """The best liked of the offers ranked better."""
    smallest_change: SmallestChangeView | None
