"""Rows of a file on their way into the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.operations.authors import Author
from services.placements.operations.resources import Resource
from services.placements.operations.upserts import Entry, take_over
from services.placements.queries.references import owners
from shared.errors import Fault
from shared.http.wire import Wire
from shared.imports.external_ids import resolve
from shared.imports.kinds import Applied, ImportScope, Row

UNKNOWN = "No such {what} is known in this partnership under that name. Import or add it first."


@dataclass(slots=True)
class Draft:
    """A row on its way into the database: its columns so far, and what is wrong with it, or worth knowing."""

    values: dict[str, Any]
    name: str | None = None
    id: UUID | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def refer(self, column: str, found: UUID | None, *, at: str, what: str) -> None:
        """Set a reference, or note that there is no such thing."""
        if found is None:
            self.faults.append(Fault(f"/{at}", "unknown_reference", UNKNOWN.format(what=what)))
        else:
            self.values[column] = found


def draft_of(row: Row[Any], *, without: Collection[str]) -> Draft:
    """The row as a draft: its own columns that are given, as plain as they are stored."""
    data: Wire = row.data
    given = data.model_dump(exclude_unset=True, exclude={"external_id", *without})
    values = {name: _plain(value) for name, value in given.items() if value is not None}
    return Draft(values, name=getattr(data, "external_id", None))


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


async def referred(
    session: AsyncSession, author: Author, system: str, resource: Resource, cells: Collection[str]
) -> dict[str, UUID]:
    """What the cells refer to: the sender's names first, then our own ids."""
    named = await resolve(session, author, resource.name, system, cells)
    ours = {cell: UUID(cell) for cell in cells if cell not in named and _is_id(cell)}
    there = await owners(session, author.tenant, resource.model, set(ours.values()))
    return {**named, **{cell: id_ for cell, id_ in ours.items() if id_ in there}}


def _is_id(cell: str) -> bool:
    try:
        return str(UUID(cell)) == cell.lower()
    except ValueError:
        return False


async def take(
    session: AsyncSession, scope: ImportScope, resource: Resource, drafts: Sequence[Draft], now: datetime
) -> list[Applied]:
    """Take over the drafts without faults; says of all what became of them."""
    entries = [Entry(draft.values, draft.name, draft.id) for draft in drafts if not draft.faults]
    author = Author.of_import(scope)
    results = iter(await take_over(session, author, resource, scope.system, entries, now=now))
    return [
        Applied("invalid", None, tuple(draft.faults)) if draft.faults else _in_columns(next(results), draft)
        for draft in drafts
    ]


def _in_columns(applied: Applied, draft: Draft) -> Applied:
    faults = tuple(replace(fault, pointer=fault.pointer.removesuffix("_id")) for fault in applied.faults)
    return replace(applied, faults=faults or tuple(draft.notes))
