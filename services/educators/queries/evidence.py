"""The evidence about one educator, as it is listed, and each record as it was before."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Uuid, bindparam, false, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.models.declarative import Accountable, Record
from services.educators.models.evidence import CpdRecord
from services.educators.models.versions import RecordVersion
from services.educators.queries.visibility import PARTNERSHIP
from shared.http.reading import Statement, listing

_EDUCATOR = bindparam("p_educator", type_=Uuid())
_RECORD = bindparam("p_record", type_=Uuid())


def records_of(model: type[Record], *columns: str, withdrawn: bool = False) -> Statement:
    """The list of one kind of records about one educator, oldest first; with `withdrawn` also what was taken back.

    Whether the caller may see them is asked before.
    """
    counting = [] if withdrawn else [model.withdrawn_at.is_(None)]
    return listing(_shown(model, columns).where(*counting), model.id)


def record_of(model: type[Record], *columns: str) -> Statement:
    """One record about one educator, with its version. Whether the caller may see it is asked before."""
    return _shown(model, (*columns, "version")).where(model.id == _RECORD)


def _shown(model: type[Record], columns: Iterable[str]) -> Statement:
    shown = select(*(getattr(model, name) for name in columns))
    return shown.where(model.partnership_id == PARTNERSHIP, model.educator_id == _EDUCATOR)


def versions_of(model: type[Accountable], *members: str) -> Statement:
    """All versions of one row, the first one first and the present one last, each with its values.

    Whether the caller may see the row is asked before.
    """
    row = model.__table__.c
    earlier = select(
        RecordVersion.version,
        RecordVersion.recorded_at.label("changed_at"),
        RecordVersion.recorded_by.label("changed_by"),
        RecordVersion.reason,
        false().label("withdrawn"),
        RecordVersion.facts,
    ).where(
        RecordVersion.partnership_id == PARTNERSHIP,
        RecordVersion.educator_id == _EDUCATOR,
        RecordVersion.record_id == _RECORD,
    )
    present = select(
        row.version,
        row.updated_at,
        row.recorded_by,
        row.reason,
        row.withdrawn_at.is_not(None) if "withdrawn_at" in row else false(),
        func.to_jsonb(literal_column(model.__tablename__)),
    ).where(
        row.partnership_id == PARTNERSHIP,
        row["educator_id" if "educator_id" in row else "id"] == _EDUCATOR,
        row.id == _RECORD,
    )
    every = union_all(earlier, present).subquery("every")
    values = [part for name in members for part in (name, every.c.facts[name])]
    shown = (each for each in every.c if each.name != "facts")
    return listing(select(*shown, func.json_build_object(*values).label("values")), every.c.version)


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
