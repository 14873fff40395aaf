"""The evidence about one educator, as it is listed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.models.declarative import Tenanted
from services.educators.models.evidence import CpdRecord
from services.educators.queries.visibility import PARTNERSHIP
from shared.http.reading import Statement, listing


def records_of(model: type[Tenanted], *columns: str) -> Statement:
    """The list of one kind of records about one educator, oldest first. Whether the caller may see them is asked before."""
    shown = select(*(getattr(model, name) for name in columns))
    educator = getattr(model, "educator_id") == bindparam("p_educator")  # noqa: B009 - every record has one
    return listing(shown.where(model.partnership_id == PARTNERSHIP, educator), model.id)


async def cpd_records_of(
    session: AsyncSession, activity_id: UUID, educator_ids: Collection[UUID]
) -> dict[UUID, CpdRecord]:
    """For each of these educators the CPD that stands on their record for a CPD activity, if any does."""
    statement = select(CpdRecord).where(
        CpdRecord.activity_id == activity_id,
        CpdRecord.educator_id.in_(educator_ids),
        CpdRecord.withdrawn_at.is_(None),
    )
    return {record.educator_id: record for record in (await session.execute(statement)).scalars()}
