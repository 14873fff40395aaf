"""Reading what belongs to a concern, page by page: for everybody who sees the concern, and for nobody else."""

from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.queries.concerns import refuse_invisible_concern
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.paging import Call
from shared.http.reading import Statement, page

T = TypeVar("T")


async def parts_of(  # noqa: PLR0917 - what a list of parts needs
    call: Call,
    wired: Wiring,
    principal: Principal,
    concern_id: UUID,
    statement: Statement,
    adapter: TypeAdapter[list[T]],
) -> Response:
    """One page of the parts of a concern, in the order they were made."""
    binds: dict[str, Any] = reader(principal)
    async with wired.db.read() as connection:
        await refuse_invisible_concern(connection, binds, concern_id)
    return await page(call, wired.db, statement, binds, adapter, filters={"concern_id": concern_id})
