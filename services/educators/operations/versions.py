"""Versions: before a row is changed it is kept as it stands, with who made it so and why."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    FromClause,
    Table,
    Uuid,
    bindparam,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import Insert

from services.educators.models.declarative import Accountable
from services.educators.models.versions import RecordVersion

FEED = "feed:placements"
"""Who records what the placements service tells."""

ATTENDANCE = "cpd:attendance"
"""Who records what attendance of a CPD activity stands for."""

ANSWERS = "regulator:answers"
"""Who records what the regulator's file said."""

RULES = "rules:currency"
"""Who records what follows from evidence and the day."""

_VERSIONS = cast(Table, RecordVersion.__table__)


async def keep_versions(session: AsyncSession, model: type[Accountable], ids: Collection[UUID]) -> None:
    """Keep these rows as they are in the database: before what was changed in the session is written there."""
    if ids:
        with session.no_autoflush:
            await session.execute(_keeping(model.__table__, model.__tablename__), {"p_ids": list(ids)})


@cache
def _keeping(table: FromClause, kind: str) -> Insert:
    row = table.c
    as_it_is = select(
        row.id,
        row.version,
        row.partnership_id,
        row["educator_id" if "educator_id" in row else "id"],
        literal(kind),
        func.to_jsonb(literal_column(kind)),
        row.updated_at,
        row.recorded_by,
        row.reason,
    ).where(row.id == func.any(bindparam("p_ids", type_=ARRAY(Uuid()))))
    columns = ("record_id", "version", "partnership_id", "educator_id", "kind", "facts", "recorded_at")
    return insert(_VERSIONS).from_select([*columns, "recorded_by", "reason"], as_it_is)


def differing(row: Accountable, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the row does not have yet."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def overwrite(
    row: Accountable, values: Mapping[str, Any], *, by: str | None, reason: str | None = None, now: datetime
) -> None:
    """Make the row's next version. Keep the present one first; what changes twice in one transaction is one version."""
    for name, value in values.items():
        setattr(row, name, value)
    if not inspect(row).attrs.version.history.has_changes():
        row.version += 1
    row.updated_at = now
    row.recorded_by = by
    row.reason = reason
