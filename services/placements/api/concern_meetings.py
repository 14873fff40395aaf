"""Meetings of a concern: asked to with notice, shortened by the student only, and recorded as held."""

from datetime import date
from typing import Annotated, Literal
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
from services.placements.domain.escalation.codes import MeetingOutcome, Notice, Recipient
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations import concern_meetings
from services.placements.operations.cases import Case
from services.placements.operations.concern_meetings import Held
from services.placements.queries.concern_meetings import MEETINGS, meeting_of
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, LongText, Page, Wire, like, up_to
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["concerns"])

Roles = Annotated[list[Recipient], Field(max_length=12)]


class InvitationIn(ByAPerson):
    """When people are asked to meet, and who beside the student."""

    model_config = like(meets_at="2026-10-21T10:00:00Z", invited=["practice_educator", "tutor"])

    meets_at: Instant
    """The policy promises the student notice in working days at some levels; sooner is refused."""
    invited: Roles = Field(default_factory=list)
    """Roles; the student is always asked."""


class MeetingIn(ByAPerson):
    """The conversation, meeting or panel of the present level was held. What was said stays with those who were there."""

    model_config = like(
        held_on="2026-10-14",
        attended=["student", "practice_educator", "tutor"],
        has_supporter=True,
        outcome="plan_to_be_agreed",
    )

    held_on: Day
    attended: Roles = Field(default_factory=list)
    """The roles that took part."""
    has_supporter: bool = False
    """Whether the student brought somebody of their own choice."""
    outcome: MeetingOutcome | None = None


class ShorterNotice(ByAPerson):
    """The student agrees to meet earlier."""

    model_config = like(meets_at="2026-10-16T10:00:00Z")

    meets_at: Instant


class CallingOff(ByAPerson):
    """Why a meeting is not held as arranged."""

    model_config = like(reason="The tutor is ill; a new day is being found.")

    reason: LongText


class ConcernMeetingView(Wire):
    """One meeting of a concern."""

    model_config = like(
        id=SAMPLE_ID,
        level="stage_one",
        step="meeting",
        arranged_at="2026-10-12T09:00:00Z",
        meets_at="2026-10-21T10:00:00Z",
        invited=["practice_educator", "tutor"],
        notice_days=5,
        shortened_at=None,
        has_supporter=True,
        called_off_at=None,
        held_on=None,
        attended=[],
        notice=None,
        outcome=None,
    )

    id: UUID
    level: ConcernLevel
    step: Literal["held", "meeting", "panel"]
    """What it is at its level: the conversation (`held`), the meeting, or the panel."""
    arranged_at: Instant | None
    """Null for one that was held without being arranged here."""
    meets_at: Instant | None
    invited: Annotated[list[Recipient], up_to(12)]
    notice_days: int
    """Working days of notice that the policy promises the student."""
    shortened_at: Instant | None
    """When the student agreed to meet earlier."""
    has_supporter: bool
    called_off_at: Instant | None
    held_on: date | None
    attended: Annotated[list[Recipient], up_to(12)]
    notice: Notice | None
    """Once held: whether the promised notice was kept."""
    outcome: MeetingOutcome | None


_MANY = TypeAdapter(list[ConcernMeetingView])


@router.get(
    "/concerns/{concern_id}/meetings",
    operation_id="list_concern_meetings",
    response_model=Page[ConcernMeetingView],
)
async def list_meetings(concern_id: Id, call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """The meetings of a concern: arranged, called off and held."""
    return await parts_of(call, wired, principal, concern_id, MEETINGS, _MANY)


@router.post(
    "/concerns/{concern_id}/invitations",
    operation_id="plan_concern_meeting",
    response_model=ConcernView,
    status_code=201,
)
async def arrange_meeting(
    concern_id: Id, body: InvitationIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Ask the student and others to the meeting of the present level. They are told at once; `meetings` then shows it."""

    async def work(case: Case, named: Named) -> None:
        invited = tuple(role for role in body.invited if role is not Recipient.STUDENT)
        actor = named.deciding(case)
        await concern_meetings.arrange(case, actor, meets_at=body.meets_at, invited=invited)

    return await act(wired, principal, concern_id, body, key, work, status=201)


@router.post(
    "/concerns/{concern_id}/meetings", operation_id="record_concern_meeting", response_model=ConcernView
)
async def record_meeting(
    concern_id: Id, body: MeetingIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Record that the conversation, meeting or panel of the present level was held; what follows is then due.

    A meeting held with less notice than promised is recorded as such: the record says what was.
    """
    attended = tuple(each.value for each in body.attended)
    held = Held(body.held_on, attended, body.has_supporter, body.outcome)

    async def work(case: Case, named: Named) -> None:
        await concern_meetings.record_held(case, named.told(case), held)

    return await act(wired, principal, concern_id, body, key, work)


@router.post(
    "/concerns/{concern_id}/meetings/{meeting_id}/shorter-notice",
    operation_id="accept_shorter_notice",
    response_model=ConcernView,
)
async def shorten_notice(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, meeting_id: Id, body: ShorterNotice, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """For the student: meet earlier than the promised notice. Nobody else can give it up for them."""

    async def work(case: Case, named: Named) -> None:
        student = named.student(case)
        meeting = await meeting_of(case.session, concern_id, meeting_id)
        await concern_meetings.shorten_notice(case, student, meeting, body.meets_at)

    return await act(wired, principal, concern_id, body, key, work)


@router.post(
    "/concerns/{concern_id}/meetings/{meeting_id}/supporter",
    operation_id="register_meeting_supporter",
    response_model=ConcernView,
)
async def bring_supporter(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, meeting_id: Id, body: ByAPerson, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """For the student: somebody of your choice comes with you."""

    async def work(case: Case, named: Named) -> None:
        student = named.student(case)
        meeting = await meeting_of(case.session, concern_id, meeting_id)
        concern_meetings.bring_supporter(case, student, meeting)

    return await act(wired, principal, concern_id, body, key, work)


@router.post(
    "/concerns/{concern_id}/meetings/{meeting_id}/cancellation",
    operation_id="cancel_concern_meeting",
    response_model=ConcernView,
)
async def call_off_meeting(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, meeting_id: Id, body: CallingOff, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """The meeting is not held as arranged. What is due stays due."""

    async def work(case: Case, named: Named) -> None:
        actor = named.deciding(case)
        meeting = await meeting_of(case.session, concern_id, meeting_id)
        await concern_meetings.call_off(case, actor, meeting, body.reason)

    return await act(wired, principal, concern_id, body, key, work)
