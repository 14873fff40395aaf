"""The matching meeting of one host or one university: what travels, and the route."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.explanation_shapes import For
from services.placements.api.explanation_words import in_words
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.stored import explanation_from
from services.placements.domain.matching.words_host import say_to_host
from services.placements.domain.meetings import ToDiscuss, agenda_place, to_discuss
from services.placements.domain.proposals import DeclineReason
from services.placements.domain.vocabulary import Party, ProposalStatus
from services.placements.queries.meetings import MOST, placeless_of, proposals_of_side
from services.placements.queries.visibility import reader
from shared.errors import Fault, Invalid
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import answer

_UNSEEN = frozenset({"can_drive", "listed", "as_student", "explanation", "names"})
"""What the words are made from."""

router = APIRouter(prefix="/v1", tags=["matching"])

_ITEM = {
    "id": SAMPLE_ID,
    "to_discuss": ["outside_list", "not_answered"],
    "request_id": SAMPLE_ID,
    "offer_id": SAMPLE_ID,
    "student_id": SAMPLE_ID,
    "student_name": "Ada Example",
    "university_id": SAMPLE_ID,
    "organisation_id": SAMPLE_ID,
    "setting_id": SAMPLE_ID,
    "setting_name": "Hospital Team",
    "educator_id": SAMPLE_ID,
    "preference_rank": 3,
    "outside_list": True,
    "travel_minutes": 48,
    "status": "published",
    "host_answered_at": None,
    "university_answered_at": None,
    "declined_by": None,
    "decline_reason": None,
    "answer_due_at": "2026-07-20T16:00:00Z",
    "changed": False,
    "why": "Placed with Hospital Team, which is outside the student's list.",
}


class MeetingItem(Wire):
    """One proposal, with what wants talking about."""

    id: UUID
    to_discuss: Annotated[list[ToDiscuss], up_to(6)]
    """The weightiest first; empty where all is well."""

    request_id: UUID
    offer_id: UUID
    student_id: UUID
    student_name: str | None
    """Null to a host that has declined."""

    university_id: UUID
    organisation_id: UUID
    setting_id: UUID
    setting_name: str
    educator_id: UUID | None
    preference_rank: int
    outside_list: bool
    travel_minutes: int
    status: ProposalStatus
    host_answered_at: Instant | None
    university_answered_at: Instant | None
    declined_by: Party | None
    decline_reason: DeclineReason | None
    answer_due_at: Instant | None
    changed: bool
    """Whether a repair or a swap made it, and not the run."""

    why: str | None
    """Why this place, in words: in a host's meeting what a host is told, in a university's what its coordinator is told (the
    student, of themselves). Null in a university's meeting for a place that a repair or a swap gave."""


class Placeless(Wire):
    """One student without a place, and why the run had none; null where it had one, and it was declined or lost since."""

    request_id: UUID
    student_id: UUID
    why: str | None


class MeetingView(Wire):
    """What one meeting talks about, in the order of the talk."""

    model_config = like(
        items=[_ITEM], placeless=[{"request_id": SAMPLE_ID, "student_id": SAMPLE_ID, "why": None}]
    )

    items: Annotated[list[MeetingItem], up_to(MOST)]
    placeless: Annotated[list[Placeless], up_to(MOST)]
    """A university's students without a place; empty in a host's meeting."""


@router.get("/rounds/{round_id}/meeting", operation_id="get_matching_meeting", response_model=MeetingView)
async def get_matching_meeting(
    round_id: Id,
    wired: Wired,
    principal: Reader,
    organisation_id: Annotated[UUID | None, Query(description="The host whose meeting it is.")] = None,
    university_id: Annotated[UUID | None, Query(description="The university whose meeting it is.")] = None,
) -> Response:
    """All published proposals of one host or one university, ordered for discussion; students without a place beside them."""
    if (organisation_id is None) == (university_id is None):
        words = "Name the host or the university whose meeting it is: one of the two."
        raise Invalid([Fault("/query/organisation_id", "one_of_two", words)])
    binds = reader(principal)
    side = "organisation_id" if organisation_id else "university_id"
    whose = organisation_id or university_id or round_id
    async with wired.db.read() as connection:
        rows = await proposals_of_side(connection, binds, round_id, side, whose)
        placeless = await placeless_of(connection, binds, round_id, whose) if university_id else ()
    return answer(
        MeetingView(
            items=_in_order(rows, wired.clock.now(), of_host=organisation_id is not None),
            placeless=[_placeless(row) for row in placeless],
        )
    )


def _placeless(row: Any) -> Placeless:
    return Placeless(request_id=row.request_id, student_id=row.student_id, why=_why_of_run(row))


def _why_of_run(row: Any) -> str | None:
    """What the run's explanation says to the student about themselves, or to a coordinator."""
    if row.explanation is None:
        return None
    told = For.STUDENT if row.as_student else For.COORDINATOR
    return " ".join(in_words(explanation_from(row.explanation), told, row.names or {}))


def _why(row: Any, *, of_host: bool) -> str | None:
    """The place as it stands, to its host; what the run said, to the university."""
    if not of_host:
        return _why_of_run(row)
    pace = PACES[travel_mode(can_drive=row.can_drive)]
    given = Assignment(
        request_id=str(row.request_id),
        offer_id=str(row.offer_id),
        rank=row.preference_rank,
        outside_list=row.outside_list,
        minutes=row.travel_minutes,
        mode=travel_mode(can_drive=row.can_drive),
        review=row.travel_minutes > pace.review_minutes,
    )
    return " ".join(say_to_host(given, row.listed))


def _in_order(rows: Any, now: datetime, *, of_host: bool) -> list[MeetingItem]:
    items = []
    for row in rows:
        seen = {name: value for name, value in row._mapping.items() if name not in _UNSEEN}
        reasons = to_discuss(
            status=row.status,
            outside_list=row.outside_list,
            travel_minutes=row.travel_minutes,
            can_drive=row.can_drive,
            changed=row.changed,
            answer_due_at=row.answer_due_at,
            now=now,
        )
        items.append(MeetingItem(**seen, to_discuss=list(reasons), why=_why(row, of_host=of_host)))
    return sorted(items, key=_place)


def _place(item: MeetingItem) -> tuple[tuple[int, ...], UUID]:
    return agenda_place(tuple(item.to_discuss), item.preference_rank, item.travel_minutes), item.id
