"""Everything a matching meeting of one host or one university talks about."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, and_, bindparam, case, exists, false, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.vocabulary import ProposalStatus, RequestStatus
from services.placements.models.match_runs import MatchExplanation
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.queries.explanations import NAMES
from services.placements.queries.match_runs import PROPOSALS, STANDING
from services.placements.queries.visibility import ORGANISATION, PERSON, REQUESTS, ROUNDS, WIDE

MOST = 2000
"""Proposals one meeting can talk about."""

_TALKED_ABOUT = or_(STANDING, Proposal.status == ProposalStatus.DECLINED.value)
_THEIRS = or_(WIDE, Proposal.university_id == ORGANISATION, Proposal.student_id == PERSON)
_CHANGED = or_(Proposal.repair_id.is_not(None), Proposal.swap_id.is_not(None))
_EXPLAINED = MatchExplanation.explanation
_MINE = Proposal.student_id == PERSON
_PROPOSALS = (
    select(
        Proposal.id,
        Proposal.request_id,
        Proposal.offer_id,
        Proposal.student_id,
        # A host that has declined is not asked to host the student any more, and loses sight of the name.
        case(
            (or_(_THEIRS, Proposal.status != ProposalStatus.DECLINED.value), Student.full_name), else_=null()
        ).label("student_name"),
        Proposal.university_id,
        Proposal.organisation_id,
        Proposal.setting_id,
        Setting.name.label("setting_name"),
        Proposal.educator_id,
        Proposal.preference_rank,
        Proposal.outside_list,
        Proposal.travel_minutes,
        Request.can_drive,
        Proposal.status,
        Proposal.host_answered_at,
        Proposal.university_answered_at,
        Proposal.declined_by,
        Proposal.decline_reason,
        Proposal.answer_due_at,
        _CHANGED.label("changed"),
        func.jsonb_array_length(Request.preferences).label("listed"),
        func.coalesce(_MINE, false()).label("as_student"),
        case((and_(_THEIRS, ~_CHANGED), _EXPLAINED), else_=null()).label("explanation"),
        case((and_(_THEIRS, ~_CHANGED), NAMES), else_=null()).label("names"),
    )
    .join(Round, Round.published_run_id == Proposal.run_id)
    .join(Request, Request.id == Proposal.request_id)
    .join(Student, Student.id == Proposal.student_id)
    .join(Setting, Setting.id == Proposal.setting_id)
    .outerjoin(
        MatchExplanation,
        and_(MatchExplanation.run_id == Proposal.run_id, MatchExplanation.request_id == Proposal.request_id),
    )
    .where(ROUNDS, PROPOSALS, Round.id == bindparam("round_id"), _TALKED_ABOUT)
    .limit(MOST)
)
_BY_SIDE = {
    "organisation_id": _PROPOSALS.where(
        Proposal.organisation_id == bindparam("organisation_id", type_=Uuid())
    ),
    "university_id": _PROPOSALS.where(Proposal.university_id == bindparam("university_id", type_=Uuid())),
}
_PLACELESS = (
    select(
        Request.id.label("request_id"),
        Request.student_id,
        func.coalesce(Request.student_id == PERSON, false()).label("as_student"),
        _EXPLAINED.label("explanation"),
        NAMES.label("names"),
    )
    .join(Round, Round.id == Request.round_id)
    .join(Student, Student.id == Request.student_id)
    .outerjoin(
        MatchExplanation,
        and_(
            MatchExplanation.run_id == Round.published_run_id,
            MatchExplanation.request_id == Request.id,
            MatchExplanation.explanation["placed"].astext == "false",
        ),
    )
    .where(
        ROUNDS,
        REQUESTS,
        Round.id == bindparam("round_id"),
        Round.published_run_id.is_not(None),
        Request.status == RequestStatus.OPEN.value,
        Student.organisation_id == bindparam("university_id", type_=Uuid()),
        ~exists().where(
            Proposal.request_id == Request.id,
            Proposal.run_id == Round.published_run_id,
            STANDING,
        ),
    )
    .order_by(Request.id)
    .limit(MOST)
)


async def proposals_of_side(
    connection: AsyncConnection, binds: Mapping[str, object], round_id: UUID, side: str, whose: UUID
) -> Sequence["Row[Any]"]:
    """The proposals of one host (`organisation_id`) or university (`university_id`) that the caller sees, in no order."""
    asked = {**binds, "round_id": round_id, side: whose}
    rows: Any = (await connection.execute(_BY_SIDE[side], asked)).all()
    return list(rows)


async def placeless_of(
    connection: AsyncConnection, binds: Mapping[str, object], round_id: UUID, university_id: UUID
) -> Sequence["Row[Any]"]:
    """The open requests of one university that have no place in the published result, as far as the caller sees them."""
    asked = {**binds, "round_id": round_id, "university_id": university_id}
    rows: Any = (await connection.execute(_PLACELESS, asked)).all()
    return list(rows)
