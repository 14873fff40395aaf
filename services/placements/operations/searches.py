"""The search for another placement: begun when people decide that one is needed, logged, and ended with how it ended."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.suspensions import BOARD_AFTER, LEAD_AFTER, LOG_EVERY, Asked, SearchEnd
from services.placements.messages.concerns import PlacementSearchBegun, PlacementSearchEnded
from services.placements.models.organisations import Organisation
from services.placements.models.placements import Placement
from services.placements.models.settings import Setting
from services.placements.models.suspensions import PlacementSearch, SearchEntry
from shared.calendar import Calendar, london_day
from shared.errors import Conflict, Fault, Invalid
from shared.events.outbox import publish
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom somebody asked on a day, and what came of it."""

    on: date
    organisation_id: UUID | None
    setting_id: UUID | None
    result: Asked
    note: str | None


async def open_search(session: AsyncSession, placement_id: UUID) -> PlacementSearch | None:
    """The search under way for the student of a placement, held."""
    statement = (
        select(PlacementSearch)
        .where(PlacementSearch.placement_id == placement_id, PlacementSearch.ended_at.is_(None))
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def begin_search(
    session: AsyncSession, placement: Placement, *, calendar: Calendar, now: datetime
) -> PlacementSearch:
    """Today is day 0. A search that is under way goes on as it is."""
    under_way = await open_search(session, placement.id)
    if under_way is not None:
        return under_way
    search = PlacementSearch(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        began_on=london_day(now),
        began_at=now,
        chase_at=calendar.due_at(now, LOG_EVERY),
        counted_from=now,
        chased=0,
        lead_at=calendar.due_at(now, LEAD_AFTER),
        board_at=calendar.due_at(now, BOARD_AFTER),
    )
    session.add(search)
    await session.flush()
    news = PlacementSearchBegun(placement_id=placement.id)
    await _publish(session, placement, search, news, now)
    return search


async def log(
    session: AsyncSession, placement: Placement, entry: Entry, by: str, *, calendar: Calendar, now: datetime
) -> SearchEntry:
    """Add an entry; the next one is due within five working days."""
    search = await _under_way(session, placement)
    await _refuse_unknown(session, placement, entry, search, now)
    row = SearchEntry(
        id=new_id(),
        partnership_id=placement.partnership_id,
        search_id=search.id,
        at=now,
        on=entry.on,
        by_subject=by,
        organisation_id=entry.organisation_id,
        setting_id=entry.setting_id,
        result=entry.result.value,
        note=entry.note,
    )
    session.add(row)
    search.chase_at, search.counted_from = calendar.due_at(now, LOG_EVERY), now
    await session.flush()
    return row


async def end(
    session: AsyncSession,
    placement: Placement,
    ending: SearchEnd,
    found_placement_id: UUID | None,
    *,
    now: datetime,
) -> PlacementSearch:
    """The search ends. One that found a placement names it: it must be another one of the same student."""
    search = await _under_way(session, placement)
    if (found_placement_id is None) == (ending is SearchEnd.FOUND):
        raise Invalid([Fault("/found_placement_id", "does_not_fit", "Name the placement that was found.")])
    if found_placement_id is not None:
        statement = select(Placement.student_id).where(
            Placement.id == found_placement_id, Placement.partnership_id == placement.partnership_id
        )
        student_id = (await session.execute(statement)).scalar_one_or_none()
        if student_id != placement.student_id or found_placement_id == placement.id:
            words = "There is no such other placement of this student."
            raise Invalid([Fault("/found_placement_id", "unknown_reference", words)])
    search.ended_at, search.ending, search.found_placement_id = now, ending.value, found_placement_id
    await session.flush()
    await _publish(session, placement, search, PlacementSearchEnded(placement_id=placement.id), now)
    return search


async def _under_way(session: AsyncSession, placement: Placement) -> PlacementSearch:
    search = await open_search(session, placement.id)
    if search is None:
        raise Conflict("no_search", "No search for another placement is under way.")
    return search


async def _refuse_unknown(
    session: AsyncSession, placement: Placement, entry: Entry, search: PlacementSearch, now: datetime
) -> None:
    faults = []
    if not search.began_on <= entry.on <= london_day(now):
        faults.append(Fault("/on", "out_of_range", "Must be a day from the first of the search until today."))
    asked = ((Organisation, "organisation_id"), (Setting, "setting_id"))
    for table, name in asked:
        wanted = getattr(entry, name)
        statement = select(table.id).where(
            table.partnership_id == placement.partnership_id, table.id == wanted
        )
        if wanted is not None and (await session.execute(statement)).one_or_none() is None:
            faults.append(Fault(f"/{name}", "unknown_reference", "Nothing of this partnership has this id."))
    if faults:
        raise Invalid(faults)


async def _publish(
    session: AsyncSession,
    placement: Placement,
    search: PlacementSearch,
    news: PlacementSearchBegun | PlacementSearchEnded,
    now: datetime,
) -> None:
    await publish(
        session,
        news,
        partnership_id=placement.partnership_id,
        subject=search.id,
        audience=(placement.university_id,),
        now=now,
    )
