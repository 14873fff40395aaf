"""Importing evidence in one piece: rows a second of files of CPD and of students, as a first file and as the same again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from uuid import UUID

from sqlalchemy import insert

from benchmarks.partnership import ADDED_AT
from services.educators.models.educators import Educator
from services.educators.settings import Settings
from services.educators.wiring import Wiring, wire
from shared.ids import new_id
from shared.imports.tables import import_chunks, imports

ROWS = 20_000
EDUCATORS = 2_000
"""Each has as many rows as another, and they come in turns: no piece of the file is about a few educators only."""

LATEST = date(2026, 8, 31)


@dataclass(frozen=True)
class Importing:
    """What was imported, and rows a second."""

    what: str
    rate: float


async def measure(database: str) -> AsyncIterator[Importing]:
    """Both kinds of files, all or nothing, new and known."""
    wired = wire(Settings(database_url=database))
    try:
        tenant = await _register(wired)
        for kind, file in (("cpd-records", _cpd()), ("support-episodes", _students())):
            for what in ("new rows", "the same again"):
                yield Importing(f"{kind}, {what}", await _imported(wired, tenant, kind, file))
    finally:
        await wired.close()


def _number(n: int) -> str:
    return f"SW{100_000 + n % EDUCATORS}"


def _day(n: int) -> date:
    return LATEST - timedelta(days=300 * (n // EDUCATORS))


def _cpd() -> bytes:
    rows = (f"{_number(n)},{_day(n)},Practice education,3,yes" for n in range(ROWS))
    return "\n".join(("educator_number,on,title,hours,peer_reflection", *rows, "")).encode()


def _students() -> bytes:
    head = "educator_number,learner_kind,placement_level,started_on,ended_on,days,role"
    rows = (
        f"{_number(n)},student,final,{_day(n) - timedelta(days=170)},{_day(n)},100,educator_of_record"
        for n in range(ROWS)
    )
    return "\n".join((head, *rows, "")).encode()


async def _imported(wired: Wiring, tenant: UUID, kind: str, file: bytes) -> float:
    import_id = new_id()
    async with wired.db.begin() as session:
        row = {
            "id": import_id,
            "partnership_id": tenant,
            "client_id": "office",
            "wide": True,
            "kind": kind,
            "mode": "all_or_nothing",
            "system": "records",
            "format": "csv",
            "status": "queued",
            "created_at": ADDED_AT,
        }
        await session.execute(insert(imports).values(row))
        await session.execute(insert(import_chunks).values(import_id=import_id, number=0, data=file))
    began = perf_counter()
    await wired.importer.run(import_id)
    return ROWS / (perf_counter() - began)


async def _register(wired: Wiring) -> UUID:
    tenant, council = new_id(), new_id()
    async with wired.db.begin() as session:
        rows = [
            {
                "id": new_id(),
                "partnership_id": tenant,
                "organisation_id": council,
                "social_work_england_number": _number(n),
                "full_name": "Practice Educator",
                "mode": "on_site",
                "employment": "employed",
                "peps_stage": "stage_2",
                "qualified_on": date(2008, 7, 1),
                "currency_status": "unverified",
                "created_at": ADDED_AT,
                "updated_at": ADDED_AT,
            }
            for n in range(EDUCATORS)
        ]
        await session.execute(insert(Educator), rows)
    return tenant
