"""Candidates: what news from placements means for hubs. Every function may be called again and then changes nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.hubs import RUNNING
from services.hubs.domain.placements import DestinationFacts, PlacementFacts, StudentFacts
from services.hubs.models.candidates import Candidate
from services.hubs.operations.memberships import end
from services.hubs.operations.versions import overwrite
from services.hubs.queries.candidates import hold_candidate, hold_of_student
from services.hubs.queries.memberships import hold_current
from shared.calendar import london_day
from shared.ids import new_id


async def enrol(session: AsyncSession, tenant: UUID, facts: PlacementFacts, now: datetime) -> Candidate:
    """Make a placement a candidate, or bring what is known of it up to date. Which hub is for it, the hubs say.

    A placement that is over by now gives up its place.
    """
    candidate = await hold_candidate(session, tenant, facts.placement_id)
    if candidate is None:
        candidate = Candidate(
            id=new_id(), partnership_id=tenant, version=1, created_at=now, updated_at=now, **_columns(facts)
        )
        session.add(candidate)
        await session.flush()
    elif not _is_late(candidate, facts.status):
        overwrite(candidate, _columns(facts), now)
        await _pass_on(session, candidate, now)
    if candidate.status not in RUNNING:
        await leave(session, candidate, london_day(now), candidate.status, now)
    return candidate


async def follow(
    session: AsyncSession,
    tenant: UUID,
    placement_id: UUID,
    news: Mapping[str, Any],
    *,
    occurred_on: date,
    now: datetime,
) -> None:
    """Take over what changed about a known placement (status, days, educator); when it is over, its place is free."""
    candidate = await hold_candidate(session, tenant, placement_id)
    if candidate is None or _is_late(candidate, news["status"]):
        return
    overwrite(candidate, news, now)
    await _pass_on(session, candidate, now)
    if candidate.status not in RUNNING:
        await leave(session, candidate, occurred_on, candidate.status, now)


async def rename(session: AsyncSession, tenant: UUID, facts: StudentFacts, now: datetime) -> None:
    """Take over a student's new name and external ids."""
    for candidate in await hold_of_student(session, tenant, facts.student_id):
        names = [dict(name) for name in facts.student_external_ids]
        overwrite(candidate, {"student_name": facts.student_name, "student_external_ids": names}, now)
    await session.flush()


async def note_destination(
    session: AsyncSession, tenant: UUID, facts: DestinationFacts, now: datetime
) -> None:
    """Take over where a student went after finishing."""
    known = {
        "destination": facts.destination,
        "employer_organisation_id": facts.employer_organisation_id,
    }
    for candidate in await hold_of_student(session, tenant, facts.student_id):
        overwrite(candidate, known, now)
    await session.flush()


def _is_late(candidate: Candidate, status: str) -> bool:
    """News that was overtaken: a placement that is over does not run again."""
    return candidate.status not in RUNNING and status in RUNNING


def _columns(facts: PlacementFacts) -> dict[str, Any]:
    columns = asdict(facts)
    columns["weekdays"] = list(facts.weekdays)
    columns["student_external_ids"] = [dict(name) for name in facts.student_external_ids]
    return columns


async def _pass_on(session: AsyncSession, candidate: Candidate, now: datetime) -> None:
    """The place in a hub follows its placement: a new educator or tutor sees it from now on."""
    membership = await hold_current(session, candidate.partnership_id, candidate.placement_id)
    if membership is not None:
        people = {"educator_id": candidate.educator_id, "tutor_person_id": candidate.tutor_person_id}
        overwrite(membership, people, now)
    await session.flush()


async def leave(
    session: AsyncSession, candidate: Candidate, last_on: date, reason: str, now: datetime
) -> None:
    """End the place that a held candidate has in a hub, if any, after its last day there. `reason` is a code."""
    membership = await hold_current(session, candidate.partnership_id, candidate.placement_id)
    if membership is not None:
        await end(session, membership, last_on, reason, now)
