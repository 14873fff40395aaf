"""What other systems call our things. A reference means the caller's own name for it first, then the partnership's."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ScalarSelect,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.ids import new_id
from shared.imports.tables import external_ids


class Owner(Protocol):
    """Whose names are meant: a caller or an import."""

    @property
    def tenant(self) -> UUID:
        """The partnership."""
        ...

    @property
    def organisation_id(self) -> UUID | None:
        """The organisation whose names these are; None for the partnership's own."""
        ...


_known = external_ids.c
_named = (
    func.unnest(
        bindparam("p_ids", type_=ARRAY(Uuid)),
        bindparam("p_values", type_=ARRAY(Text)),
        bindparam("p_resource_ids", type_=ARRAY(Uuid)),
    )
    .table_valued(column("id", Uuid), column("value", Text), column("resource_id", Uuid))
    .render_derived()
)
_CLAIM = (
    insert(external_ids)
    .from_select(
        ["id", "value", "resource_id", "partnership_id", "resource", "owner_organisation_id", "system"],
        select(
            *_named.c,
            bindparam("p_partnership", type_=Uuid),
            bindparam("p_resource", type_=Text),
            bindparam("p_owner", type_=Uuid),
            bindparam("p_system", type_=Text),
        ),
    )
    .on_conflict_do_nothing()
    .returning(_known.value)
)
"""Takes any number of names with one statement that is the same each time; those that were free are returned."""


async def resolve(
    session: AsyncSession | AsyncConnection, owner: Owner, resource: str, system: str, values: Collection[str]
) -> dict[str, UUID]:
    """The things these names stand for; a name that is not known is left out."""
    own_last = case((_known.owner_organisation_id.is_(None), 0), else_=1)
    statement = (
        select(_known.value, _known.resource_id)
        .where(
            _known.partnership_id == owner.tenant,
            _known.resource == resource,
            _known.system == system,
            _known.value.in_(list(values)),
            or_(
                _known.owner_organisation_id.is_(None), _known.owner_organisation_id == owner.organisation_id
            ),
        )
        .order_by(own_last)
    )
    return {row.value: row.resource_id for row in await session.execute(statement)} if values else {}


async def remember(  # noqa: PLR0917 - the columns of the unique key
    session: AsyncSession, owner: Owner, resource: str, system: str, value: str, resource_id: UUID
) -> None:
    """Record what the owner calls a thing; recording it again changes nothing."""
    await claim(session, owner, resource, system, {value: resource_id})


async def claim(
    session: AsyncSession, owner: Owner, resource: str, system: str, things: Mapping[str, UUID]
) -> frozenset[str]:
    """Record what the owner calls things that are about to be made; returns the names that were free.

    It waits for whoever is taking the same name at this moment. A name that was not free keeps what it stands for.
    """
    if not things:
        return frozenset()
    values = sorted(things)  # in one order, so that two senders never wait for each other in a circle
    binds = {
        "p_partnership": owner.tenant,
        "p_resource": resource,
        "p_owner": owner.organisation_id,
        "p_system": system,
        "p_ids": [new_id() for _ in values],
        "p_values": values,
        "p_resource_ids": [things[value] for value in values],
    }
    return frozenset((await session.execute(_CLAIM, binds)).scalars())


def external_ids_of(resource: str, id_column: SQLColumnExpression[UUID]) -> "ScalarSelect[Any]":
    """For a read: the names of the row's thing as a JSON array of `{"system", "value"}`, oldest first."""
    pair = func.json_build_object("system", _known.system, "value", _known.value)
    listed = func.json_agg(aggregate_order_by(pair, _known.id))
    return (
        select(func.coalesce(listed, func.json_build_array()))
        .where(_known.resource == resource, _known.resource_id == id_column)
        .scalar_subquery()
    )
