"""Reading repairs and swaps."""

from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.vocabulary import RepairStatus
from services.placements.models.repairs import Repair, Swap
from services.placements.queries.visibility import PARTNERSHIP, WIDE
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

REPAIRS = and_(Repair.partnership_id == PARTNERSHIP, WIDE)
"""Who would move is for the partnership's office, until it is confirmed and the proposals say so."""

_VISIBLE = select(
    Repair.id,
    Repair.round_id,
    Repair.run_id,
    Repair.status,
    Repair.way,
    Repair.lost,
    Repair.ways,
    Repair.failure,
    Repair.educators_as_of,
    Repair.created_at,
    Repair.completed_at,
    Repair.confirmed_way,
    Repair.confirmed_at,
    Repair.version,
).where(REPAIRS)

REPAIR = _VISIBLE.where(Repair.id == bindparam("id"))
"""One repair."""

REPAIR_LIST = Filtered(_VISIBLE, Repair.id, **equal(Repair.round_id))
"""The repairs of the partnership."""

SWAP_LIST = Filtered(
    select(Swap.id, Swap.run_id, Swap.reason_code, Swap.moves, Swap.aims, Swap.made_by, Swap.made_at).where(
        Swap.partnership_id == PARTNERSHIP, WIDE
    ),
    Swap.id,
    **equal(Swap.run_id),
)
"""What was moved by hand, for the partnership's office."""


async def queued(connection: AsyncConnection, repair_id: UUID) -> "Row[UUID, UUID] | None":
    """Partnership and round of a repair that is still to be computed."""
    statement = select(Repair.partnership_id, Repair.round_id).where(
        Repair.id == repair_id, Repair.status == RepairStatus.QUEUED.value
    )
    return (await connection.execute(statement)).one_or_none()


async def round_of_repair(session: AsyncSession, partnership_id: UUID, repair_id: UUID) -> UUID:
    """Which round a repair is of."""
    statement = select(Repair.round_id).where(Repair.partnership_id == partnership_id, Repair.id == repair_id)
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("repair")
    return found


async def hold_repair(
    session: AsyncSession, binds: dict[str, object], repair_id: UUID, *, seen: int | None
) -> Repair:
    """The repair, locked, if the caller sees it at the version they saw."""
    statement = select(Repair).where(REPAIRS, Repair.id == bindparam("id")).with_for_update()
    found = (await session.execute(statement, {**binds, "id": repair_id})).scalar_one_or_none()
    if found is None:
        raise NotFound("repair")
    if seen is not None and found.version != seen:
        raise StaleVersion
    return found
