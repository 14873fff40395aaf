"""Educators: added, changed, and taken over from other systems under their own names.

A change that changes nothing writes nothing, publishes nothing and leaves the version alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PepsStage
from services.educators.domain.currency import currency
from services.educators.domain.evidence import Evidence
from services.educators.domain.parameters import DEFAULT_PARAMETERS
from services.educators.messages import EducatorChanged
from services.educators.models.educators import Educator
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.queries.educators import NOT_YOURS, by_number, hold_educator, hold_educators, named_by
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid, StaleVersion
from shared.events.outbox import publish
from shared.ids import new_id
from shared.imports.external_ids import claim, resolve
from shared.imports.kinds import Applied

RESOURCE = "educator"
"""What external ids of educators are recorded under."""

Values = Mapping[str, Any]
"""Columns and their values."""

_OPTIONAL = (
    "qualified_on",
    "registered_on",
    "max_concurrent",
    "mentor_educator_id",
    "directorate",
    "locality",
)


async def add(
    session: AsyncSession,
    author: Author,
    values: Values,
    *,
    names: Sequence[tuple[str, str]] = (),
    now: datetime,
) -> Educator:
    """Add an educator, with what other systems call them (system, value)."""
    if not author.may_write_for(values["organisation_id"]):
        raise Forbidden(*NOT_YOURS)
    educator = _new(author, new_id(), values, now)
    await _expect_mentor(session, educator)
    session.add(educator)
    await session.flush()
    for system, value in names:
        if not await claim(session, author, RESOURCE, system, {value: educator.id}):
            raise Conflict(
                "external_id_taken", "One of the external ids already stands for another educator."
            )
    await _tell(session, [educator], now)
    return educator


async def change(
    session: AsyncSession,
    author: Author,
    educator_id: UUID,
    values: Values,
    *,
    seen: int | None,
    now: datetime,
) -> Educator:
    """Change some of an educator's columns, if they are still as the caller saw them (`seen`; None: however they are)."""
    educator = await hold_educator(session, author.tenant, educator_id)
    author.expect_may_write(educator)
    if seen is not None and seen != educator.version:
        raise StaleVersion
    if not author.may_write_for(values.get("organisation_id", educator.organisation_id)):
        raise Forbidden(*NOT_YOURS)
    if _overwrite(educator, values, now):
        await _expect_mentor(session, educator)
        await session.flush()
        await _tell(session, [educator], now)
    return educator


@dataclass(frozen=True, slots=True)
class Entry:
    """One educator as another system has them: its columns, and its name there."""

    values: Values
    name: str


async def take_over(
    session: AsyncSession, author: Author, system: str, entries: Sequence[Entry], now: datetime
) -> list[Applied]:
    """Make or change an educator for each entry; says of each whether they were created, updated, unchanged or invalid.

    An entry is about the educator its name stands for, or else the one with its registration number. Columns that an
    entry does not have are left as they are. Two senders of one new name make one educator: the second waits.
    """
    meant = await _meant(session, author, system, entries)
    fresh = {entry.name: new_id() for entry in entries if entry.name not in meant and _may(author, entry)}
    ours = await claim(session, author, RESOURCE, system, fresh)
    results: list[Applied] = []
    touched: list[Educator] = []
    for entry in entries:
        if entry.name in fresh.keys() - ours:
            results += await take_over(session, author, system, [entry], now)
            continue
        educator = meant.get(entry.name)
        faults = _faults(author, entry, educator)
        if faults:
            results.append(Applied("invalid", None, faults))
            continue
        result = "unchanged"
        if educator is None:
            educator, result = _new(author, fresh[entry.name], entry.values, now), "created"
            session.add(educator)
        elif _overwrite(educator, entry.values, now):
            result = "updated"
        touched += [educator] if result != "unchanged" else []
        results.append(Applied(result, educator.id))
    await session.flush()
    await _tell(session, touched, now)
    return results


async def _meant(
    session: AsyncSession, author: Author, system: str, entries: Sequence[Entry]
) -> dict[str, Educator]:
    """For each entry's name the educator it is about, locked; names of nobody known are left out.

    Somebody known by number only, and not yet by name, is given the name.
    """
    named = await resolve(session, author, RESOURCE, system, [entry.name for entry in entries])
    numbers = {entry.name: entry.values["social_work_england_number"] for entry in entries}
    numbered = await by_number(
        session, author.tenant, [n for name, n in numbers.items() if name not in named]
    )
    others = await named_by(session, author, system, numbered.values())
    met = {
        name: numbered[number]
        for name, number in numbers.items()
        if number in numbered and numbered[number] not in others
    }
    ids = {**met, **named}
    held = await hold_educators(session, author.tenant, set(ids.values())) if ids else {}
    own = {name: id_ for name, id_ in met.items() if author.may_write_for(held[id_].organisation_id)}
    await claim(session, author, RESOURCE, system, own)
    return {name: held[educator_id] for name, educator_id in ids.items()}


def _may(author: Author, entry: Entry, educator: Educator | None = None) -> bool:
    owners = {entry.values["organisation_id"], *([educator.organisation_id] if educator else [])}
    return all(author.may_write_for(owner) for owner in owners)


def _faults(author: Author, entry: Entry, educator: Educator | None) -> tuple[Fault, ...]:
    return () if _may(author, entry, educator) else (Fault("/organisation", *NOT_YOURS),)


def _new(author: Author, educator_id: UUID, values: Values, now: datetime) -> Educator:
    """A new educator, not yet in any session; without evidence, so unverified or not yet qualified."""
    today = london_day(now)
    stage = PepsStage(values["peps_stage"])
    without_evidence = currency(stage, Evidence(today), DEFAULT_PARAMETERS, today)
    return Educator(
        id=educator_id,
        partnership_id=author.tenant,
        version=1,
        created_at=now,
        updated_at=now,
        currency_status=without_evidence.status,
        currency_checked_on=today,
        peps_stage_since=today,
        **{**dict.fromkeys(_OPTIONAL), **values},
    )


def _overwrite(educator: Educator, values: Values, now: datetime) -> bool:
    differing = {name: value for name, value in values.items() if getattr(educator, name) != value}
    for name, value in differing.items():
        setattr(educator, name, value)
    if "peps_stage" in differing:
        educator.peps_stage_since = london_day(now)
    if differing:
        educator.version += 1
        educator.updated_at = now
    return bool(differing)


async def _expect_mentor(session: AsyncSession, educator: Educator) -> None:
    """A mentor is another educator of the partnership."""
    mentor_id = educator.mentor_educator_id
    if mentor_id is None:
        return
    statement = select(Educator.id).where(
        Educator.partnership_id == educator.partnership_id,
        Educator.id == mentor_id,
        Educator.id != educator.id,
    )
    with session.no_autoflush:
        found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        words = "A mentor is another educator of this partnership."
        raise Invalid([Fault("/mentor_educator_id", "unknown_reference", words)])


async def _tell(session: AsyncSession, educators: Sequence[Educator], now: datetime) -> None:
    """Publish that these were added or changed, and look what it means for their currency."""
    for educator in educators:
        await publish(
            session,
            EducatorChanged(organisation_id=educator.organisation_id),
            partnership_id=educator.partnership_id,
            subject=educator.id,
            audience=[educator.organisation_id],
            now=now,
        )
    if educators:
        ids = [educator.id for educator in educators]
        await settle(session, educators[0].partnership_id, ids, now)
