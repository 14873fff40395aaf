"""Single things, seen from within the transaction that changes them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared.http.reading import Statement, one


async def as_changed(
    session: AsyncSession, statement: Statement, binds: Mapping[str, object], what: str
) -> dict[str, Any]:
    """One row as the caller will read it, seen from within the transaction that changes it."""
    return await one(await session.connection(), statement, binds, what)
