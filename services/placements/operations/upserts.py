"""Taking over what another system says about many things at once, each under that system's name for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.declarative import Versioned
from services.placements.operations.authors import Author
from services.placements.operations.resources import (
    NOT_YOURS,
    Resource,
    Values,
    look_up,
    make,
    overwrite,
    tell,
)
from shared.errors import Fault
from shared.ids import new_id
from shared.imports.external_ids import claim, resolve
from shared.imports.kinds import Applied


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing as the other system has it: its columns, its name there, and which of ours it is when that is known."""

    values: Values
    name: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """An entry, the row it is about if there is one, and what is wrong with it."""

    entry: Entry
    row: Versioned | None
    values: Values
    complete: Values
    faults: tuple[Fault, ...]

    @property
    def is_new(self) -> bool:
        return self.row is None and not self.faults


async def take_over(
    session: AsyncSession,
    author: Author,
    resource: Resource,
    system: str,
    entries: Sequence[Entry],
    *,
    now: datetime,
) -> list[Applied]:
    """Make or change a thing for each entry; says of each whether it was created, updated, unchanged or invalid.

    Columns that an entry does not have are left as they are. Two senders of one new name make one thing: the second waits
    for the first and then finds it.
    """
    cases = await _judged(session, author, resource, system, entries)
    fresh = {case.entry.name: new_id() for case in cases if case.is_new and case.entry.name}
    ours = await claim(session, author, resource.name, system, fresh)
    results: list[Applied] = []
    touched: list[Versioned] = []
    for case in cases:
        if case.is_new and case.entry.name in fresh.keys() - ours:
            results += await take_over(session, author, resource, system, [case.entry], now=now)
            continue
        row = case.row or make(
            resource, author, fresh.get(case.entry.name or "") or new_id(), case.complete, now
        )
        result = _carried_out(session, case, row, now)
        results.append(result)
        touched += [row] if result.result in ("created", "updated") else []
    await session.flush()
    await tell(session, author, resource, touched, now)
    return results


def _carried_out(session: AsyncSession, case: _Case, row: Versioned, now: datetime) -> Applied:
    if case.faults:
        return Applied("invalid", case.row.id if case.row else None, case.faults)
    if case.row is None:
        session.add(row)
        return Applied("created", row.id)
    return Applied("updated" if overwrite(row, case.values, now) else "unchanged", row.id)


async def _judged(
    session: AsyncSession, author: Author, resource: Resource, system: str, entries: Sequence[Entry]
) -> list[_Case]:
    """Each entry with the row it is about, locked, and with everything that speaks against it."""
    names = [entry.name for entry in entries if entry.name and entry.id is None]
    named = await resolve(session, author, resource.name, system, names)
    ids = [entry.id or named.get(entry.name or "") for entry in entries]
    rows = await _held(session, author, resource, [i for i in ids if i])
    found = [rows.get(i) if i else None for i in ids]
    sets = await resource.complete(session, author, [entry.values for entry in entries])
    before = [resource.columns_of(row) if row else None for row in found]
    complete = [{**(old or resource.defaults), **new} for old, new in zip(before, sets, strict=True)]
    known = await look_up(session, author, resource, [*(old for old in before if old), *complete])

    def faults(old: Values | None, new: Values) -> tuple[Fault, ...]:
        wrong = resource.faults_in(new, known)
        owned = all(author.may_write(resource.owner_in(values, known)) for values in (old or new, new))
        return wrong or (() if owned else (Fault("", *NOT_YOURS),))

    parts = zip(entries, found, before, sets, complete, strict=True)
    return [_Case(entry, row, new, whole, faults(old, whole)) for entry, row, old, new, whole in parts]


async def _held(
    session: AsyncSession, author: Author, resource: Resource, ids: Sequence[UUID]
) -> Mapping[UUID, Versioned]:
    if not ids:
        return {}
    model = resource.model
    statement = (
        select(model)
        .where(model.id.in_(ids), model.partnership_id == author.tenant)
        .order_by(model.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in (await session.execute(statement)).scalars()}
