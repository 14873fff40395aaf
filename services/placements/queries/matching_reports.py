"""The match of a round in numbers: who is placed and how well, by group, and how the answers went."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Numeric,
    Text,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import PACES
from services.placements.domain.references import unknown_reference
from services.placements.domain.small_numbers import hidden
from services.placements.domain.vocabulary import Party, ProposalStatus, RequestStatus
from services.placements.models.match_runs import MatchRun
from services.placements.models.offers import Offer
from services.placements.models.programmes import Programme
from services.placements.models.proposals import Proposal
from services.placements.models.repairs import Repair, Swap
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.queries.match_runs import STANDING
from services.placements.queries.visibility import ROUNDS
from shared.errors import Invalid

SECOND = 2
_THIS = (ROUNDS, Round.id == bindparam("round_id"))
_LIVE = and_(
    Proposal.request_id == Request.id,
    Proposal.run_id == Round.published_run_id,
    STANDING,
)
_LISTED = and_(Proposal.id.is_not(None), ~Proposal.outside_list)
_LONG = or_(
    and_(Request.can_drive, Proposal.travel_minutes > PACES[TravelMode.CAR].review_minutes),
    and_(~Request.can_drive, Proposal.travel_minutes > PACES[TravelMode.PUBLIC_TRANSPORT].review_minutes),
)


def _tenths(number: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.round(cast(number, Numeric), 1), Float)


def _share(of: float) -> ColumnElement[Any]:
    return _tenths(func.percentile_cont(of).within_group(cast(Proposal.travel_minutes, Float)))


_COUNTS = (
    func.count().label("requests"),
    func.count(Proposal.id).label("placed"),
    func.count().filter(and_(_LISTED, Proposal.preference_rank == 1)).label("first_preference"),
    func.count().filter(and_(_LISTED, Proposal.preference_rank == SECOND)).label("second_preference"),
    func.count().filter(and_(_LISTED, Proposal.preference_rank > SECOND)).label("other_preference"),
    func.count().filter(Proposal.outside_list).label("outside_list"),
    _share(0.5).label("travel_median"),
    _share(0.9).label("travel_p90"),
    func.count().filter(_LONG).label("journeys_over_review"),
)


class Group(StrEnum):
    """By what students are told apart. None of it reaches a rule of the match."""

    UNIVERSITY = "university"
    PROGRAMME_ROUTE = "programme_route"
    TRAVEL_MODE = "travel_mode"
    ADJUSTMENTS = "adjustments"


_NONE = literal("none")
_KEYS: dict[Group, ColumnElement[Any]] = {
    Group.UNIVERSITY: cast(Student.organisation_id, Text),
    Group.PROGRAMME_ROUTE: func.coalesce(Programme.route, _NONE),
    Group.TRAVEL_MODE: case(
        (Request.can_drive, literal(TravelMode.CAR.value)), else_=literal(TravelMode.PUBLIC_TRANSPORT.value)
    ),
    Group.ADJUSTMENTS: case(
        (Request.adjustments != cast(literal("[]"), JSONB), literal("some")), else_=_NONE
    ),
}


def _counted(*first: ColumnElement[Any]) -> Any:
    return (
        select(*first, *_COUNTS)
        .select_from(Request)
        .join(Round, Round.id == Request.round_id)
        .join(Student, Student.id == Request.student_id)
        .outerjoin(Programme, Programme.id == Student.programme_id)
        .outerjoin(Proposal, _LIVE)
        .where(*_THIS, Request.status == RequestStatus.OPEN.value)
    )


_ALL = _counted()
_GROUPS = {group: _counted(key.label("key")).group_by(key).order_by(key) for group, key in _KEYS.items()}
_OF_ROUND = Proposal.run_id == Round.published_run_id


def _proposals(*where: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(func.count()).select_from(Proposal).where(_OF_ROUND, *where).scalar_subquery()


def _hours(accepted_at: Any, party: Party) -> ColumnElement[Any]:
    """The median of hours from being asked to answering. A proposal of a repair is asked when it is made.

    A decline is the last that happens to a proposal.
    """
    side = case((Proposal.declined_by == party.value, Proposal.updated_at), else_=accepted_at)
    asked = func.greatest(MatchRun.published_at, Proposal.created_at)
    waited = extract("epoch", side - asked) / 3600
    return (
        select(_tenths(func.percentile_cont(0.5).within_group(cast(waited, Float))))
        .select_from(Proposal)
        .join(MatchRun, MatchRun.id == Proposal.run_id)
        .where(_OF_ROUND, side.is_not(None))
        .correlate(Round)
        .scalar_subquery()
    )


def _teams(*where: ColumnElement[bool]) -> ColumnElement[Any]:
    counted = select(func.count(Offer.setting_id.distinct())).select_from(Offer)
    counted = counted.join(Setting, Setting.id == Offer.setting_id)
    return counted.where(Offer.round_id == Round.id, Setting.is_frontline, *where).scalar_subquery()


_HAS_STUDENT = Offer.id.in_(select(Proposal.offer_id).where(_OF_ROUND, STANDING).correlate(Round))
_ROUND = select(
    _teams().label("frontline_teams"),
    _teams(_HAS_STUDENT).label("frontline_teams_covered"),
    _proposals(Proposal.status == ProposalStatus.DECLINED.value).label("declined"),
    _proposals(Proposal.status == ProposalStatus.WITHDRAWN.value).label("withdrawn"),
    _proposals(Proposal.status == ProposalStatus.SUPERSEDED.value, Proposal.answer_due_at.is_not(None)).label(
        "superseded"
    ),
    _proposals(Proposal.status == ProposalStatus.ACCEPTED.value, ~STANDING).label("cancelled"),
    select(func.count())
    .select_from(Repair)
    .where(Repair.round_id == Round.id, Repair.confirmed_at.is_not(None))
    .scalar_subquery()
    .label("repairs_confirmed"),
    select(func.count())
    .select_from(Swap)
    .join(MatchRun, MatchRun.id == Swap.run_id)
    .where(Swap.run_id == Round.published_run_id, Swap.made_at >= MatchRun.published_at)
    .scalar_subquery()
    .label("swaps_made"),
    _hours(Proposal.host_answered_at, Party.HOST).label("host_hours_to_answer"),
    _hours(Proposal.university_answered_at, Party.UNIVERSITY).label("university_hours_to_answer"),
).where(*_THIS)


@dataclass(frozen=True, slots=True)
class MatchingReport:
    """A round in numbers; a group that is too small to be shown has its key and nothing else."""

    overall: Mapping[str, Any]
    round: Mapping[str, Any]
    groups: Mapping[Group, list[Mapping[str, Any]]]


async def read_matching_report(
    connection: AsyncConnection, binds: Mapping[str, object], round_id: UUID, by: list[Group]
) -> MatchingReport:
    """Count the open requests of a round and what the published result, as it stands, gives them.

    A round that is not there is a fault of the question.
    """
    asked = {**binds, "round_id": round_id}
    of_round = (await connection.execute(_ROUND, asked)).one_or_none()
    if of_round is None:
        raise Invalid([unknown_reference("/query/round_id")])
    overall = (await connection.execute(_ALL, asked)).one()
    groups: dict[Group, list[Mapping[str, Any]]] = {}
    for group in by:
        rows = [dict(row._mapping) for row in (await connection.execute(_GROUPS[group], asked)).all()]
        small = hidden({row["key"]: row["requests"] for row in rows})
        groups[group] = [
            {"key": row.pop("key"), "counts": None}
            if row["key"] in small
            else {"key": row.pop("key"), "counts": row}
            for row in rows
        ]
    return MatchingReport(dict(overall._mapping), dict(of_round._mapping), groups)
