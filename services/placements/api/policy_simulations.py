"""Simulations: an escalation policy, or two side by side, tried on the record of a term."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter, model_validator
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import Outcome, RuleCode
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, MatchRunStatus
from services.placements.operations import policy_simulations
from services.placements.queries import policy_simulations as reading
from services.placements.queries.visibility import reader
from shared.errors import Fault, Invalid, NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["escalation policies"])

_LONGEST = 400
_TERM = {"from": "2026-09-07", "to": "2026-12-18"}


class SimulationIn(Wire):
    """The days of a term, the first and the last included, and perhaps another policy to put beside it."""

    model_config = like(**_TERM, compare_with=SAMPLE_ID) | {"populate_by_name": True}

    starts_on: Day = Field(alias="from")
    ends_on: Day = Field(alias="to")
    compare_with: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "SimulationIn":
        if not 0 <= (self.ends_on - self.starts_on).days < _LONGEST:
            raise ValueError(f"to must be on or after from, within {_LONGEST} days")
        return self


class Judged(Wire):
    """How many of the concerns people judged in the end, and for how many they found that it was a false alarm."""

    opened: int
    judged: int
    false_alarms: int
    false_alarm_share: float | None
    """Null where nobody judged any."""


class JudgedRule(Judged):
    """The same for one rule."""

    rule: RuleCode


class MessagesView(Wire):
    """What people would have got, with caps and quiet hours, as if nobody wished otherwise."""

    people: int
    at_once: int
    digests: int
    of_safety: int
    """Messages about matters of safety, for which there is no cap; they are not among `at_once`."""
    most_at_once_in_a_day: int
    """The most that one person got at once on one day, matters of safety apart: never above what the policy allows."""
    p95_at_once_in_a_day: int
    """Of all days on which somebody got something at once, 95 of 100 had no more."""
    most_of_safety_in_a_day: int


class OpenedView(Wire):
    """A concern that would have opened."""

    placement_id: UUID
    opened_at: Annotated[str, Field(max_length=40)]
    rule: RuleCode
    about: ConcernAbout
    highest_level: ConcernLevel
    recorded_concern_id: UUID | None
    """The concern that there was, whose acts were taken over; null: nobody knows what people would have done."""
    outcome: Outcome | None
    """What people found in the end."""


class ResultView(Judged):
    """What one policy would have done."""

    by_level: dict[str, int]
    """The highest level that concerns reached, and how many."""
    by_rule: Annotated[list[JudgedRule], up_to(50)]
    unanswered: int
    """Concerns beside which there was none: they are opened and told, and then left alone."""
    missed: int
    """Concerns that there were, and that people did not find to be false alarms, and that it would not have opened."""
    false_alarms_avoided: int
    messages: MessagesView
    concerns: Annotated[list[OpenedView], up_to(2000)]
    """The first 2,000, in the order in which they would have opened."""


class DifferenceView(Wire):
    """In how many placements only the policy, only the other one, or both would have opened a concern."""

    only_here: int
    only_there: int
    both: int


class WholeResult(ResultView):
    """What the policy would have done, and the other one beside it."""

    beside: ResultView | None
    difference: DifferenceView | None


_COUNTS = {"opened": 1, "judged": 1, "false_alarms": 0, "false_alarm_share": 0.0}
_RESULT = {
    **_COUNTS,
    "by_level": {"stage_one": 1},
    "by_rule": [{"rule": "review_rag", **_COUNTS}],
    "unanswered": 0,
    "missed": 0,
    "false_alarms_avoided": 2,
    "messages": {
        "people": 3,
        "at_once": 5,
        "of_safety": 0,
        "digests": 2,
        "most_at_once_in_a_day": 1,
        "p95_at_once_in_a_day": 1,
        "most_of_safety_in_a_day": 0,
    },
    "concerns": [
        {
            "placement_id": SAMPLE_ID,
            "opened_at": "2026-10-12T09:00:00Z",
            "rule": "review_rag",
            "about": "wellbeing",
            "highest_level": "stage_one",
            "recorded_concern_id": SAMPLE_ID,
            "outcome": "resolved",
        }
    ],
    "beside": None,
    "difference": None,
}


class SimulationView(Wire):
    """A simulation, how far it is, and what it found."""

    model_config = like(
        id=SAMPLE_ID,
        policy_id=SAMPLE_ID,
        compare_with_id=None,
        starts_on=_TERM["from"],
        ends_on=_TERM["to"],
        status="completed",
        placements_done=2000,
        placements=2000,
        result=_RESULT,
        created_at="2026-12-21T09:00:00Z",
        completed_at="2026-12-21T09:00:12Z",
    )

    id: UUID
    policy_id: UUID
    compare_with_id: UUID | None
    starts_on: date
    ends_on: date
    status: MatchRunStatus
    placements_done: int
    placements: int
    """About how many placements anything was noticed."""
    result: WholeResult | None
    created_at: Instant
    completed_at: Instant | None


_ONE = TypeAdapter(SimulationView)
_MANY = TypeAdapter(list[SimulationView])


@router.post(
    "/escalation-policies/{policy_id}/simulation",
    operation_id="request_policy_simulation",
    response_model=SimulationView,
    status_code=202,
)
async def request_policy_simulation(
    policy_id: Id, body: SimulationIn, wired: Wired, principal: ConcernReader, key: Key
) -> Response:
    """Try a policy, a draft too, on what is on record of a term. Nothing else is touched and nobody is told."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        asked = [policy_id, *([body.compare_with] if body.compare_with else [])]
        known = await reading.known_policies(session, principal.tenant, asked)
        if policy_id not in known:
            raise NotFound("escalation policy")
        if not known.issuperset(asked):
            raise Invalid([Fault("/compare_with", "unknown_reference", "There is no such policy.")])
        made = await policy_simulations.request(
            session,
            principal.tenant,
            policy_id,
            body.compare_with,
            (body.starts_on, body.ends_on),
            principal.subject,
            wired.clock.now(),
        )
        await wired.queue.enqueue(session, "simulate_policy", simulation_id=made.id)
        binds = {**reader(principal), "id": made.id}
        columns: dict[str, Any] = await one(
            await session.connection(), reading.SINGLE, binds, "policy simulation"
        )
        version = columns.pop("version")
        where = f"/v1/policy-simulations/{made.id}"
        shown = answer(_ONE.validate_python(columns), version=version, status=202, location=where)
        return await key.keep(session, shown)


@router.get(
    "/policy-simulations", operation_id="list_policy_simulations", response_model=Page[SimulationView]
)
async def list_policy_simulations(
    call: ListCall,
    wired: Wired,
    principal: ConcernReader,
    policy_id: Annotated[UUID | None, Query(description="Only simulations of this policy.")] = None,
) -> Response:
    """The simulations the caller sees: the office all, everybody else none."""
    filters = {} if policy_id is None else {"policy_id": policy_id}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.get(
    "/policy-simulations/{simulation_id}",
    operation_id="get_policy_simulation",
    response_model=SimulationView,
)
async def get_policy_simulation(
    simulation_id: Id, call: SingleCall, wired: Wired, principal: ConcernReader
) -> Response:
    """One simulation: how far it is, and once it is completed, what it found."""
    binds = {**reader(principal), "id": simulation_id}
    return await single(call, wired.db, reading.SINGLE, binds, _ONE, "policy simulation")
