"""One thing as the caller sees it, read in the transaction that just changed it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.http.reading import Statement, one


async def seen_within(
    session: AsyncSession, statement: Statement, binds: Mapping[str, object], what: str
) -> dict[str, Any]:
    """The one row as a dictionary of its columns; `NotFound` when the caller sees none."""
    await session.flush()
    return await one(await session.connection(), statement, binds, what)


async def rows_within(
    session: AsyncSession, statement: Statement, binds: Mapping[str, object]
) -> list[dict[str, Any]]:
    """All rows as dictionaries of their columns."""
    await session.flush()
    return [dict(row._mapping) for row in await session.execute(statement, dict(binds))]
