"""Newly qualified social workers in hubs: added, changed and withdrawn by their employers; no news tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.hubs import RUNNING, Level
from services.hubs.domain.placements import PlacementFacts
from services.hubs.models.candidates import Candidate
from services.hubs.operations.authors import Author
from services.hubs.operations.candidates import enrol, leave
from services.hubs.operations.versions import overwrite
from shared.errors import Conflict, Fault, Invalid, InvalidState, StaleVersion
from shared.ids import new_id


class PlacementsOwnIt(Conflict):
    """The candidate is a student's placement, of which only the placements service knows."""

    def __init__(self) -> None:
        super().__init__(
            "placements_own_it",
            "This candidate is a student's placement. Change or end it in the placements service; hubs hear of it.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A newly qualified social worker who is to have a hub for the first year: who, where employed, from when to when."""

    person_id: UUID
    full_name: str
    organisation_id: UUID
    starts_on: date
    ends_on: date
    locality: str | None = None
    service_area: str | None = None
    latitude: float | None = None
    longitude: float | None = None


async def welcome(session: AsyncSession, author: Author, newcomer: Newcomer, now: datetime) -> Candidate:
    """Make somebody in their ASYE a candidate. The year has an id of its own where a student has a placement's."""
    author.must_arrange_for(newcomer.organisation_id)
    facts = PlacementFacts(
        placement_id=new_id(),
        student_id=newcomer.person_id,
        university_id=newcomer.organisation_id,
        organisation_id=newcomer.organisation_id,
        setting_id=newcomer.organisation_id,
        placement_level=Level.ASYE.value,
        is_statutory=True,
        status="active",
        starts_on=newcomer.starts_on,
        ends_on=newcomer.ends_on,
        student_name=newcomer.full_name,
        locality=newcomer.locality,
        service_area=newcomer.service_area,
        latitude=newcomer.latitude,
        longitude=newcomer.longitude,
    )
    return await enrol(session, author.tenant, facts, now)


async def change(
    session: AsyncSession,
    author: Author,
    candidate: Candidate,
    seen: int | None,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Change some facts of a held first year that runs. A place in a hub stays; where it no longer suits, end it."""
    _refuse(author, candidate, seen)
    overwrite(candidate, values, now)
    faults = []
    if candidate.ends_on < candidate.starts_on:
        faults.append(Fault("/ends_on", "ends_before_it_starts", "The year cannot end before it starts."))
    if (candidate.latitude is None) != (candidate.longitude is None):
        faults.append(Fault("/latitude", "half_a_location", "Give latitude and longitude, or neither."))
    if faults:
        raise Invalid(faults)
    await session.flush()


async def withdraw(
    session: AsyncSession,
    author: Author,
    candidate: Candidate,
    seen: int | None,
    last_on: date,
    *,
    now: datetime,
) -> None:
    """End a held first year that runs, after its last day; its place in a hub is free. One not begun by then is cancelled."""
    _refuse(author, candidate, seen)
    last_on = min(last_on, candidate.ends_on)
    if candidate.starts_on <= last_on:
        overwrite(candidate, {"status": "ended_early", "ends_on": last_on}, now)
    else:
        overwrite(candidate, {"status": "cancelled"}, now)
    await leave(session, candidate, last_on, candidate.status, now)
    await session.flush()


def _refuse(author: Author, candidate: Candidate, seen: int | None) -> None:
    if candidate.placement_level != Level.ASYE:
        raise PlacementsOwnIt
    author.must_arrange_for(candidate.organisation_id)
    if seen is not None and seen != candidate.version:
        raise StaleVersion
    if candidate.status not in RUNNING:
        raise InvalidState("candidate", candidate.status, [])
