"""The record of a term, read for a simulation: what was noticed, what people did, who was around each placement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Act, Outcome, RuleCode
from services.placements.domain.escalation.courses import Course, NotedFacts, PersonsAct, Recorded
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.concerns import Concern, ConcernAct
from services.placements.models.noticed_facts import NoticedFacts
from services.placements.models.placements import Placement
from services.placements.queries.rosters import rosters_of
from services.placements.queries.working_days import calendars_of
from shared.calendar import london_day

_NOTICED = select(NoticedFacts.placement_id).distinct()


def _in_term(partnership_id: UUID, until: datetime) -> Any:
    return _NOTICED.where(
        NoticedFacts.partnership_id == partnership_id, NoticedFacts.noticed_at <= until
    ).scalar_subquery()


async def placements_noticed(session: AsyncSession, partnership_id: UUID, until: datetime) -> int:
    """About how many placements of a partnership anything was noticed by an instant."""
    statement = select(func.count(NoticedFacts.placement_id.distinct())).where(
        NoticedFacts.partnership_id == partnership_id, NoticedFacts.noticed_at <= until
    )
    return int((await session.execute(statement)).scalar_one())


async def courses_of(
    session: AsyncSession, partnership_id: UUID, until: datetime, after: UUID, at_most: int
) -> list[Course]:
    """The courses of some placements about which anything was noticed, in the order of their ids, after one of them.

    People are who they are now: who had which role in the term is not on record.
    """
    wanted = (
        select(Placement)
        .where(Placement.id > after, Placement.id.in_(_in_term(partnership_id, until)))
        .order_by(Placement.id)
        .limit(at_most)
    )
    placements = list((await session.execute(wanted)).scalars())
    if not placements:
        return []
    ids = [placement.id for placement in placements]
    rosters = await rosters_of(session, placements, london_day(until))
    calendars = await calendars_of(session, placements)
    noted = await _noted(session, ids, until)
    recorded = await _recorded(session, ids)
    return [
        Course(
            each.id,
            tuple(each.weekdays),
            calendars[each.id],
            rosters[each.id],
            tuple(noted[each.id]),
            tuple(recorded[each.id]),
        )
        for each in placements
    ]


async def _noted(
    session: AsyncSession, ids: Sequence[UUID], until: datetime
) -> defaultdict[UUID, list[NotedFacts]]:
    row = NoticedFacts
    statement = (
        select(
            row.placement_id,
            row.noticed_at,
            row.rule_code,
            row.facts,
            row.about,
            row.cause,
            row.occurrence,
            row.clears_cause,
        )
        .where(row.placement_id.in_(ids), row.noticed_at <= until)
        .order_by(row.noticed_at, row.id)
    )
    found: defaultdict[UUID, list[NotedFacts]] = defaultdict(list)
    for placement_id, at, rule, facts, about, cause, occurrence, clears in await session.execute(statement):
        known = ConcernAbout(about) if about else None
        found[placement_id].append(NotedFacts(at, RuleCode(rule), facts, known, cause, occurrence, clears))
    return found


async def _recorded(session: AsyncSession, ids: Sequence[UUID]) -> defaultdict[UUID, list[Recorded]]:
    concerns = (
        select(Concern.id, Concern.placement_id, Concern.route, Concern.opened_at, Concern.outcome)
        .where(Concern.placement_id.in_(ids))
        .order_by(Concern.opened_at, Concern.id)
    )
    rows = (await session.execute(concerns)).all()
    acts = await _acts(session, [row.id for row in rows])
    found: defaultdict[UUID, list[Recorded]] = defaultdict(list)
    for row in rows:
        outcome = Outcome(row.outcome) if row.outcome else None
        mine = tuple(_known_acts(acts[row.id]))
        found[row.placement_id].append(Recorded(row.id, row.route, row.opened_at, outcome, mine))
    return found


async def _acts(session: AsyncSession, ids: Sequence[UUID]) -> defaultdict[UUID, list[Any]]:
    statement = (
        select(ConcernAct.concern_id, ConcernAct.at, ConcernAct.act, ConcernAct.facts)
        .where(ConcernAct.concern_id.in_(ids))
        .order_by(ConcernAct.at, ConcernAct.id)
    )
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in await session.execute(statement):
        found[row.concern_id].append(row)
    return found


def _known_acts(rows: Iterable[Any]) -> Iterable[PersonsAct]:
    return (PersonsAct(row.at, Act(row.act), row.facts) for row in rows)
