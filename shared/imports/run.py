"""Carrying out an import: rows are read, checked and applied in batches, each batch with its results in one transaction.

`best_effort` keeps what is good and can be resumed after a crash at the batch it had reached. `all_or_nothing` and
`validate_only` look at every row first, in one transaction that is rolled back unless everything is good.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import Clock
from shared.db import Database
from shared.errors import Fault, Unavailable
from shared.http.problems import Conflicts, conflict_of, fault_of
from shared.imports.files import FileFault, Record, csv_records, lines, ndjson_records
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row
from shared.imports.tables import import_chunks, import_rows, imports
from shared.logs import kind_of, trail_of

log = structlog.get_logger()

BATCH = 200
ABANDONED_AFTER = timedelta(days=1)
"""An upload that was begun and not finished for so long will not be finished any more."""

_GOOD = frozenset({"created", "updated", "unchanged"})


class _Undo(Exception):
    """Leave the transaction without its effects."""


@dataclass(slots=True)
class Importer:
    """Carries out imports of the given kinds on one database."""

    db: Database
    clock: Clock
    kinds: Mapping[str, ImportKind[Any]]
    conflicts: Conflicts

    async def run(self, import_id: UUID) -> None:
        """Carry out one import, or what is left of it. Safe to call again at any time."""
        async with self.db.begin() as session:
            statement = select(imports).where(imports.c.id == import_id).with_for_update()
            job = (await session.execute(statement)).one()
            if job.status not in ("queued", "running"):
                return
            await _set(session, import_id, status="running")
        run = _Run(self, job, self.kinds[job.kind])
        try:
            await run.all()
        except FileFault as fault:
            await run.reject(fault.fault)
        except (Unavailable, OperationalError):
            raise  # will pass: the queue tries again and the import goes on where it was
        except Exception as error:  # noqa: BLE001 - whatever it is, the clerk is told and the file is not in limbo
            log.error("import_failed", import_id=str(import_id), error=kind_of(error), trail=trail_of(error))
            words = "Something went wrong here, not with your file. Tell us the number of this import."
            await run.reject(Fault("", "internal_error", words))


async def forget_abandoned(session: AsyncSession, now: datetime) -> None:
    """Drop uploads that were cut off before their end; none of their rows was looked at."""
    unfinished = (imports.c.status == "receiving") & (imports.c.created_at < now - ABANDONED_AFTER)
    await session.execute(delete(imports).where(unfinished))


class _Run:
    """One import on its way through the file."""

    def __init__(self, importer: Importer, job: "SqlRow[Any]", kind: ImportKind[Any]) -> None:
        self.importer = importer
        self.job = job
        self.kind = kind
        self.scope = ImportScope(job.partnership_id, job.organisation_id, job.wide, job.system, job.client_id)
        self.seen: set[object] = set()
        self.keeps = job.mode == "best_effort"

    async def all(self) -> None:
        """Every row of the file, then the end."""
        if self.keeps:
            counts: Counter[str] = Counter(self.job.counts)
            async for batch in self.batches():
                if batch[-1].number <= self.job.rows_done:
                    self.checked(batch)
                    continue
                counts += Counter(a.result for a in await self.apply_and_keep(batch, counts))
            await self.finish("completed", applied=True)
            return
        await self.in_one_piece()

    async def in_one_piece(self) -> None:
        """Apply everything in one transaction; keep it only when every row is good and the mode says so."""
        facts = [(batch, *await self.facts(batch)) async for batch in self.batches()]
        outcome: list[tuple[int, Applied]] = []
        wanted = self.job.mode == "all_or_nothing"
        try:
            async with self.importer.db.begin() as session:
                for batch, rows, faulty, answer in facts:
                    applied = await self.applied(session, rows, answer)
                    outcome += _merged(batch, faulty, _by_number(rows, applied))
                _undo_unless(wanted and all(a.result in _GOOD for _, a in outcome))
                await self.record(session, outcome, Counter(a.result for _, a in outcome))
                await self.close(session, "completed", applied=True)
        except _Undo:
            async with self.importer.db.begin() as session:
                await self.record(session, outcome, Counter(a.result for _, a in outcome))
                bad = any(a.result not in _GOOD for _, a in outcome)
                await self.close(session, "rejected" if bad else "completed", applied=False)

    async def facts(self, batch: Sequence[Record]) -> tuple[list[Row[Any]], dict[int, Applied], Any]:
        """The batch's good rows, what is wrong with the others, and what sister services know about the good ones."""
        rows, faulty = self.checked(batch)
        prepare = self.kind.prepare
        return rows, faulty, await prepare(self.scope, rows) if prepare and rows else None

    async def apply_and_keep(self, batch: Sequence[Record], so_far: Counter[str]) -> list[Applied]:
        """One batch and its results in one transaction."""
        rows, faulty, answer = await self.facts(batch)
        async with self.importer.db.begin() as session:
            applied = await self.applied(session, rows, answer)
            return await self.keep(session, _merged(batch, faulty, _by_number(rows, applied)), so_far)

    async def rows_together(
        self, session: AsyncSession, rows: Sequence[Row[Any]], facts: Any
    ) -> list[Applied]:
        """All rows in one go."""
        if not rows:
            return []
        applied = list(await self.kind.apply(session, self.scope, rows, facts, self.importer.clock.now()))
        await session.flush()
        return applied

    async def applied(self, session: AsyncSession, rows: Sequence[Row[Any]], facts: Any) -> list[Applied]:
        """All rows in one go; when a constraint refuses one, each on its own, so that it does not take the others with it."""
        try:
            async with session.begin_nested():
                return await self.rows_together(session, rows, facts)
        except IntegrityError:
            return await self.rows_one_by_one(session, rows, facts)

    async def rows_one_by_one(
        self, session: AsyncSession, rows: Sequence[Row[Any]], facts: Any
    ) -> list[Applied]:
        """Each row on its own; what a constraint says no to is a conflict."""
        applied = []
        for row in rows:
            try:
                async with session.begin_nested():
                    applied += await self.rows_together(session, [row], facts)
            except IntegrityError as error:
                conflict = conflict_of(error, self.importer.conflicts)
                if conflict is None:
                    raise
                applied.append(Applied("conflict", None, (Fault("", conflict.code, conflict.detail),)))
        return applied

    async def keep(
        self, session: AsyncSession, outcome: Sequence[tuple[int, Applied]], so_far: Counter[str]
    ) -> list[Applied]:
        """Record the batch's results beside its effects."""
        await self.record(session, outcome, so_far + Counter(a.result for _, a in outcome))
        return [a for _, a in outcome]

    async def record(
        self, session: AsyncSession, outcome: Sequence[tuple[int, Applied]], counts: Counter[str]
    ) -> None:
        """Write what became of each row, and how far the import is."""
        rows = [
            {
                "import_id": self.job.id,
                "number": number,
                "result": a.result,
                "resource_id": a.resource_id,
                "errors": [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in a.faults],
            }
            for number, a in outcome
        ]
        for start in range(0, len(rows), 1000):
            await session.execute(insert(import_rows), rows[start : start + 1000])
        last = outcome[-1][0] if outcome else self.job.rows_done
        await _set(session, self.job.id, rows_done=last, counts=dict(counts))

    def checked(self, batch: Sequence[Record]) -> tuple[list[Row[Any]], dict[int, Applied]]:
        """The batch's rows that are well formed and new in this file, and for each other one what is wrong with it."""
        rows, faulty = [], {}
        for record in batch:
            data = _typed(self.kind, record, is_csv=self.job.format == "csv")
            if isinstance(data, tuple):
                faulty[record.number] = Applied("invalid", None, data)
                continue
            key = self.kind.key(data)
            if key in self.seen:
                fault = Fault("", "duplicate_in_file", "An earlier row of this file is about the same thing.")
                faulty[record.number] = Applied("duplicate_in_file", None, (fault,))
                continue
            self.seen.add(key)
            rows.append(Row(record.number, data))
        return rows, faulty

    async def batches(self) -> AsyncIterator[list[Record]]:
        """The file's records, some hundred at a time."""
        batch: list[Record] = []
        source = lines(self.chunks())
        is_csv = self.job.format == "csv"
        records = (
            csv_records(source, self.kind.columns, self.kind.required) if is_csv else ndjson_records(source)
        )
        async for record in records:
            batch.append(record)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file as it came."""
        number = 0
        statement = select(import_chunks.c.data).where(import_chunks.c.import_id == self.job.id)
        while True:
            async with self.importer.db.read() as connection:
                one = await connection.execute(statement.where(import_chunks.c.number == number))
                data = one.scalar_one_or_none()
            if data is None:
                return
            yield data
            number += 1

    async def reject(self, fault: Fault) -> None:
        """The file cannot be read (on): nothing more is applied, and the fault says what to mend."""
        async with self.importer.db.begin() as session:
            await _set(
                session,
                self.job.id,
                faults=[{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}],
            )
            await self.close(session, "rejected", applied=imports.c.rows_done > 0 if self.keeps else False)

    async def finish(self, status: str, *, applied: bool) -> None:
        """The end of a best-effort import."""
        async with self.importer.db.begin() as session:
            await self.close(session, status, applied=applied)

    async def close(self, session: AsyncSession, status: str, *, applied: bool | ColumnElement[bool]) -> None:
        """Mark the end; the file itself is not needed any more."""
        now = self.importer.clock.now()
        await _set(session, self.job.id, status=status, applied=applied, completed_at=now)
        await session.execute(delete(import_chunks).where(import_chunks.c.import_id == self.job.id))


def _undo_unless(good: object) -> None:
    if not good:
        raise _Undo


async def _set(session: AsyncSession, import_id: UUID, **values: Any) -> None:
    await session.execute(
        update(imports).where(imports.c.id == import_id).values(version=imports.c.version + 1, **values)
    )


def _typed(kind: ImportKind[Any], record: Record, *, is_csv: bool) -> Any:
    if record.faults:
        return record.faults
    members = dict(record.members)
    if is_csv:
        for name in kind.lists & members.keys():
            members[name] = [part.strip() for part in members[name].split("|") if part.strip()]
    try:
        return kind.row_model.model_validate(members)
    except ValidationError as error:
        return tuple(fault_of(e) for e in error.errors(include_url=False, include_input=False))


def _by_number(rows: Sequence[Row[Any]], applied: Sequence[Applied]) -> dict[int, Applied]:
    return dict(zip((row.number for row in rows), applied, strict=True))


def _merged(
    batch: Sequence[Record], faulty: Mapping[int, Applied], applied: Mapping[int, Applied]
) -> list[tuple[int, Applied]]:
    return [(r.number, faulty.get(r.number) or applied[r.number]) for r in batch]
