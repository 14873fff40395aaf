"""Placement panels: convening one, what it decided, and the student's appeal."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.acting import ByAPerson, act
from services.placements.api.concern_actors import Named
from services.placements.api.concern_parts import parts_of
from services.placements.api.concerns import ConcernView
from services.placements.api.deps import ConcernReader, ConcernWriter, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import PanelDecision, Seat
from services.placements.operations import panels
from services.placements.operations.cases import Case
from services.placements.operations.panels import Decided, Member
from services.placements.queries.concern_meetings import PANELS
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, LongText, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["concerns"])


class MemberShape(Wire):
    """Somebody who sits on the panel, and for whom."""

    model_config = like(person_id=SAMPLE_ID, seat="chair")

    person_id: UUID
    seat: Seat


class PanelIn(ByAPerson):
    """When the panel meets, and who sits on it: nobody who has or had a part in the case."""

    model_config = like(
        meets_at="2026-11-20T10:00:00Z",
        members=[
            {"person_id": SAMPLE_ID, "seat": "chair"},
            {"person_id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d02", "seat": "expert_by_experience"},
        ],
    )

    meets_at: Instant
    members: Annotated[list[MemberShape], Field(min_length=2, max_length=9)]


class PanelDecisionIn(ByAPerson):
    """What the panel decided, with its reasons."""

    model_config = like(
        held_on="2026-11-20",
        decision="new_placement",
        reasons="Supervision was not given as agreed; the student's work was sound where it was seen.",
        days_credited=41.5,
        minimum_days=60,
        appeal_until_on="2026-12-04",
    )

    held_on: Day
    decision: PanelDecision
    reasons: LongText
    days_credited: Annotated[float, Field(ge=0, le=400, multiple_of=0.5)]
    """Days of this placement that count, halves included."""
    minimum_days: Annotated[int, Field(ge=1, le=400)] | None = None
    """The fewest days a new placement must have; only with `new_placement`."""
    appeal_until_on: Day
    """The last day for an appeal, by the university's rules."""


class AppealIn(ByAPerson):
    """Why the student appeals."""

    model_config = like(grounds="The panel did not see my supervision log.")

    grounds: LongText


class PanelView(Wire):
    """A placement panel from convening to letter and appeal."""

    model_config = like(
        id=SAMPLE_ID,
        convened_at="2026-11-02T09:00:00Z",
        meets_at="2026-11-20T10:00:00Z",
        papers_due_at="2026-11-13T17:00:00Z",
        papers_sent_at=None,
        members=[{"person_id": SAMPLE_ID, "seat": "chair"}],
        replaced_at=None,
        held_on=None,
        decision=None,
        reasons=None,
        days_credited=None,
        minimum_days=None,
        appeal_until_on=None,
        letter_sent_at=None,
        appealed_at=None,
        grounds=None,
    )

    id: UUID
    convened_at: Instant
    meets_at: Instant
    papers_due_at: Instant
    """Five working days before it meets."""
    papers_sent_at: Instant | None
    members: Annotated[list[MemberShape], up_to(9)]
    replaced_at: Instant | None
    """When it was convened anew; the later one counts."""
    held_on: date | None
    decision: PanelDecision | None
    reasons: str | None
    days_credited: float | None
    minimum_days: int | None
    appeal_until_on: date | None
    letter_sent_at: Instant | None
    appealed_at: Instant | None
    grounds: str | None


_MANY = TypeAdapter(list[PanelView])


@router.get(
    "/concerns/{concern_id}/panels", operation_id="list_concern_panels", response_model=Page[PanelView]
)
async def list_panels(concern_id: Id, call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """The panels of a concern, those that were convened anew included."""
    return await parts_of(call, wired, principal, concern_id, PANELS, _MANY)


@router.post(
    "/concerns/{concern_id}/panel", operation_id="plan_panel", response_model=ConcernView, status_code=201
)
async def convene_panel(
    concern_id: Id, body: PanelIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Convene the placement panel, or convene it anew. Every member who does not fit is named with the reason."""
    members = [Member(each.person_id, each.seat) for each in body.members]

    async def work(case: Case, named: Named) -> None:
        actor = named.deciding(case)
        await panels.convene(case, actor, meets_at=body.meets_at, members=members)

    return await act(wired, principal, concern_id, body, key, work, status=201)


@router.post(
    "/concerns/{concern_id}/panel/decision", operation_id="record_panel_decision", response_model=ConcernView
)
async def record_decision(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: PanelDecisionIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """For the panel's chair: record what it decided, with reasons, days credited and the last day for an appeal.

    The seat gives the right, not a role. The letter is then due.
    """
    decided = Decided(
        body.held_on,
        body.decision,
        body.reasons,
        body.days_credited,
        body.minimum_days,
        body.appeal_until_on,
    )

    async def work(case: Case, named: Named) -> None:
        await panels.conclude(case, named.in_the_chair(), decided)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post(
    "/concerns/{concern_id}/panel/appeal",
    operation_id="raise_panel_appeal",
    response_model=ConcernView,
    status_code=201,
)
async def appeal_decision(
    concern_id: Id, body: AppealIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """For the student: appeal against the panel's decision, once and in time."""

    async def work(case: Case, named: Named) -> None:
        await panels.appeal(case, named.student(case), body.grounds)

    return await act(wired, principal, concern_id, body, key, work, status=201)
