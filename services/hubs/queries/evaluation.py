"""Reading what an evaluation needs, counted by PostgreSQL over what the caller may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Date,
    Executable,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from services.hubs.domain.attendance import CAME, Status
from services.hubs.domain.evaluation import Destination, Moment, Scale
from services.hubs.domain.hubs import Level
from services.hubs.models.attendance import Attendance
from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Membership
from services.hubs.models.self_ratings import SelfRating
from services.hubs.models.sessions import HubSession
from services.hubs.queries.feedback import ROUNDS, THEMES_IN_ALL
from services.hubs.queries.visibility import CANDIDATES, ENTRIES, SESSIONS

_LEVEL = bindparam("placement_level", type_=Text())
_FROM, _TO = bindparam("from_day", type_=Date()), bindparam("to_day", type_=Date())

_in_a_hub = (
    select(Membership.id)
    .where(
        Membership.partnership_id == Candidate.partnership_id,
        Membership.placement_id == Candidate.placement_id,
    )
    .exists()
)
_student = and_(
    CANDIDATES,
    Candidate.placement_level != Level.ASYE.value,
    or_(_LEVEL.is_(None), Candidate.placement_level == _LEVEL),
    Candidate.starts_on.between(_FROM, _TO),
)

OUTCOMES = (
    select(
        _in_a_hub.label("has_hub"),
        func.count().label("students"),
        func.count().filter(Candidate.status == "completed").label("completed"),
        func.count().filter(Candidate.status == "ended_early").label("ended_early"),
    )
    .where(_student)
    .group_by(_in_a_hub)
)
"""Students whose placement began in a time, with and without a hub, and how their placements ended."""

_ever_in_a_hub = (
    select(Membership.id)
    .where(
        Membership.partnership_id == Candidate.partnership_id,
        Membership.student_id == Candidate.student_id,
    )
    .exists()
)
_finished = (
    select(
        Candidate.student_id,
        func.bool_or(_ever_in_a_hub).label("has_hub"),
        func.bool_or(Candidate.destination == Destination.SOCIAL_WORK.value).label("in_social_work"),
        func.bool_or(Candidate.employer_organisation_id == Candidate.organisation_id).label("with_host"),
    )
    .where(_student, Candidate.destination.is_not(None), Candidate.destination != Destination.NOT_KNOWN.value)
    .group_by(Candidate.student_id)
    .subquery()
)
EMPLOYMENT = select(
    _finished.c.has_hub,
    func.count().label("known"),
    func.count().filter(_finished.c.in_social_work).label("in_social_work"),
    func.count().filter(_finished.c.with_host).label("with_host"),
).group_by(_finished.c.has_hub)
"""Students, each once, of whom it is known where they went, who had a hub or none: in social work, and with a host."""

ATTENDANCE = (
    select(
        func.count().filter(Attendance.status != Status.EXCUSED.value).label("expected"),
        func.count().filter(Attendance.status.in_(sorted(status.value for status in CAME))).label("came"),
        func.count(Attendance.student_id.distinct()).label("students"),
        func.count(Attendance.hub_id.distinct()).label("hubs"),
    )
    .join(
        Membership,
        and_(
            Membership.partnership_id == Attendance.partnership_id, Membership.id == Attendance.membership_id
        ),
    )
    .where(ENTRIES, Attendance.held_on.between(_FROM, _TO))
)
"""Entries of registers in a time: expected (excused taken out) and came, and how many students and hubs they are of."""

MEETINGS = select(
    func.count().filter(HubSession.recorded_at.is_not(None)).label("held"),
    func.count().filter(HubSession.cancelled_at.is_not(None)).label("cancelled"),
).where(SESSIONS, HubSession.held_on.between(_FROM, _TO))
"""Sessions of a time that were held and that were cancelled."""

_before, _after = aliased(SelfRating), aliased(SelfRating)


def _compared(scale: Scale) -> Select[Any]:
    before = cast(_before.ratings[scale.value].astext, Integer)
    after = cast(_after.ratings[scale.value].astext, Integer)
    both = and_(before.is_not(None), after.is_not(None))
    return (
        select(
            literal(scale.value).label("scale"),
            func.count().filter(both).label("n"),
            func.avg(before).filter(both).label("before"),
            func.avg(after).filter(both).label("after"),
        )
        .select_from(Membership)
        .join(_before, and_(_before.membership_id == Membership.id, _before.moment == Moment.BEFORE.value))
        .join(_after, and_(_after.membership_id == Membership.id, _after.moment == Moment.AFTER.value))
        .where(ENTRIES, Membership.joined_on.between(_FROM, _TO))
    )


RATINGS = union_all(*(_compared(scale) for scale in Scale))
"""For each scale the members who rated themselves both before and after, and their means."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The rows of an evaluation, as dictionaries of their columns; `outcomes` and `employment` by whether there was a hub."""

    attendance: dict[str, Any]
    meetings: dict[str, Any]
    ratings: list[dict[str, Any]]
    outcomes: dict[bool, dict[str, Any]]
    employment: dict[bool, dict[str, Any]]
    rounds: dict[str, Any]
    themes: list[dict[str, Any]]


async def evaluated(connection: AsyncConnection, binds: Mapping[str, object]) -> Evaluated:
    """All that an evaluation counts, for the caller and the time in the binds (`from_day`, `to_day`, `placement_level`)."""

    async def rows(statement: Executable) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in await connection.execute(statement, dict(binds))]

    (attendance,), (meetings,) = await rows(ATTENDANCE), await rows(MEETINGS)
    outcomes = {row["has_hub"]: row for row in await rows(OUTCOMES)}
    employment = {row["has_hub"]: row for row in await rows(EMPLOYMENT)}
    (rounds,), themes = await rows(ROUNDS), await rows(THEMES_IN_ALL)
    ratings = await rows(RATINGS)
    return Evaluated(attendance, meetings, ratings, outcomes, employment, rounds, themes)
