"""How the partnership's data is kept: added, changed, and taken over from other systems under their own names.

A `Resource` says what is particular to one kind of thing; the verbs are the same for all. A change that changes nothing
writes nothing, publishes nothing and leaves the version alone, so that a repeated import or upsert is silent.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.references import unknown_reference
from services.placements.models.declarative import Tenanted, Versioned
from services.placements.models.students import Student
from services.placements.operations.authors import Author
from services.placements.queries.references import Known, owners
from shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound, StaleVersion
from shared.events.outbox import Message, publish
from shared.ids import new_id
from shared.imports.external_ids import claim

Values = Mapping[str, Any]
"""Columns and their values, as plain as they are stored."""

NOT_YOURS = (
    "not_yours",
    "It belongs to another organisation, or to the partnership as a whole; only its owner writes it.",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference somewhere in the values: where, and to what."""

    pointer: str
    model: type[Tenanted]
    id: UUID


async def nobody(_: AsyncSession, __: Author, rows: Sequence[Any]) -> list[Iterable[UUID]]:
    """The audience of what is only for those who see the whole partnership."""
    return [() for _ in rows]


async def nothing(_: AsyncSession, __: Sequence[Any], ___: datetime) -> None:
    """Nothing else follows."""


async def as_given(_: AsyncSession, __: Author, sets: Sequence[Values]) -> Sequence[Values]:
    """Nothing can be worked out."""
    return sets


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is particular to one kind of thing.

    `references` are the columns that hold ids of other things; `owner` is the one of them whose organisation owns the row
    (None: the partnership's office does). `mentions` finds ids inside JSON, `rule` what is wrong between the values, `check`
    what is wrong between them and what they refer to. `defaults` fill what an import leaves out, `complete` what the system
    can work out itself. `message` is published on each real change, to the `audience` of each row; `follow` does what else
    follows from changed rows, in their transaction.
    """

    name: str
    model: type[Versioned]
    references: Mapping[str, type[Tenanted]] = field(default_factory=dict)
    owner: str | None = None
    defaults: Values = field(default_factory=dict)
    complete: Callable[[AsyncSession, Author, Sequence[Values]], Awaitable[Sequence[Values]]] = as_given
    mentions: Callable[[Values], Iterable[Mention]] = lambda _: ()
    rule: Callable[[Values], Iterable[Fault]] = lambda _: ()
    check: Callable[[Values, Known], Iterable[Fault]] = lambda _, __: ()
    message: type[Message] | None = None
    audience: Callable[[AsyncSession, Author, Sequence[Any]], Awaitable[list[Iterable[UUID]]]] = nobody
    follow: Callable[[AsyncSession, Sequence[Any], datetime], Awaitable[None]] = nothing

    def columns_of(self, row: Versioned) -> dict[str, Any]:
        """All columns of a row, by name."""
        return {column.key: getattr(row, column.key) for column in self.model.__table__.columns}

    def mentions_in(self, values: Values) -> list[Mention]:
        """Every reference in the values."""
        plain = [
            Mention(f"/{n}", m, values[n]) for n, m in self.references.items() if values.get(n) is not None
        ]
        return [*plain, *self.mentions(values)]

    def owner_in(self, values: Values, known: Known) -> UUID | None:
        """The organisation that owns a row of these values; None when the partnership's office does."""
        if self.owner is None or values.get(self.owner) is None:
            return None
        return known[self.references[self.owner]].get(values[self.owner])

    def faults_in(self, values: Values, known: Known) -> tuple[Fault, ...]:
        """What is wrong with complete values: references to things that are not there, and the resource's own rules."""
        missing = [m for m in self.mentions_in(values) if m.id not in known.get(m.model, {})]
        faults = [unknown_reference(m.pointer) for m in missing] or self.check(values, known)
        return (*faults, *self.rule(values))


async def look_up(session: AsyncSession, author: Author, resource: Resource, sets: Iterable[Values]) -> Known:
    """Everything the values refer to, as far as it is there; to a university, only its own students are."""
    wanted: dict[type[Tenanted], set[UUID]] = {}
    for values in sets:
        for mention in resource.mentions_in(values):
            wanted.setdefault(mention.model, set()).add(mention.id)
    known = {model: await owners(session, author.tenant, model, ids) for model, ids in wanted.items()}
    if not author.wide and Student in known:
        known[Student] = {i: owner for i, owner in known[Student].items() if author.may_write(owner)}
    return {model: known.get(model, {}) for model in {*known, *resource.references.values()}}


async def add(
    session: AsyncSession,
    author: Author,
    resource: Resource,
    values: Values,
    *,
    names: Sequence[tuple[str, str]],
    now: datetime,
) -> Versioned:
    """Add a thing, with what other systems call it (system, value)."""
    (complete,) = await resource.complete(session, author, [{**resource.defaults, **values}])
    known = await look_up(session, author, resource, [complete])
    _refuse_if_wrong(resource, author, complete, known)
    row = make(resource, author, new_id(), complete, now)
    session.add(row)
    await session.flush()
    for system, value in names:
        if not await claim(session, author, resource.name, system, {value: row.id}):
            raise Conflict(
                "external_id_taken", "One of the external ids already stands for another of its kind."
            )
    await tell(session, author, resource, [row], now)
    return row


async def change(
    session: AsyncSession,
    author: Author,
    resource: Resource,
    row: Versioned,
    values: Values,
    *,
    now: datetime,
) -> bool:
    """Change some columns of a row that is held for update. Returns whether anything really changed."""
    before = resource.columns_of(row)
    (values,) = await resource.complete(session, author, [values])
    complete = {**before, **values}
    known = await look_up(session, author, resource, [before, complete])
    if not author.may_write(resource.owner_in(before, known)):
        raise Forbidden(*NOT_YOURS)
    _refuse_if_wrong(resource, author, complete, known)
    if not overwrite(row, values, now):
        return False
    await session.flush()
    await tell(session, author, resource, [row], now)
    return True


async def hold_visible(
    session: AsyncSession,
    resource: Resource,
    id_: UUID,
    visible: ColumnElement[bool],
    binds: Mapping[str, object],
    *,
    seen: int | None = None,
) -> Versioned:
    """The row, locked until the transaction ends, if the caller sees it and it is still at the version they saw."""
    statement = select(resource.model).where(resource.model.id == id_, visible).with_for_update()
    row = (await session.execute(statement, dict(binds))).scalar_one_or_none()
    if row is None:
        raise NotFound(resource.name.replace("_", " "))
    if seen is not None and seen != row.version:
        raise StaleVersion
    return row


def overwrite(row: Versioned, values: Values, now: datetime) -> bool:
    """Set the columns that differ and count the version up; False when none differs."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.version += 1
        row.updated_at = now
    return bool(differing)


async def tell(
    session: AsyncSession, author: Author, resource: Resource, rows: Sequence[Versioned], now: datetime
) -> None:
    """Publish that these rows were added or changed, to those who may know, and do what follows from them."""
    if rows:
        await resource.follow(session, rows, now)
    if resource.message is None or not rows:
        return
    for row, audience in zip(rows, await resource.audience(session, author, rows), strict=True):
        await publish(
            session,
            resource.message(),
            partnership_id=author.tenant,
            subject=row.id,
            audience=audience,
            now=now,
        )


def make(resource: Resource, author: Author, id_: UUID, values: Values, now: datetime) -> Versioned:
    """A new row of complete values, not yet in any session."""
    return resource.model(
        id=id_, partnership_id=author.tenant, version=1, created_at=now, updated_at=now, **values
    )


def _refuse_if_wrong(resource: Resource, author: Author, values: Values, known: Known) -> None:
    faults = resource.faults_in(values, known)
    if faults:
        raise Invalid(faults)
    if not author.may_write(resource.owner_in(values, known)):
        raise Forbidden(*NOT_YOURS)
