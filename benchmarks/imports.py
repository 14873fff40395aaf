"""Importing: rows of students a second, as a first file, as the same file again, and beside plain inserts of such rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy import insert

from benchmarks.ground import a_database
from benchmarks.partnership import ADDED_AT
from services.placements.models.organisations import Organisation
from services.placements.models.students import Student
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.ids import new_id
from shared.imports.tables import external_ids, import_chunks, imports

ROWS = 2000
SYSTEM = "records"


@dataclass(frozen=True)
class Importing:
    """What was imported how, and rows a second."""

    what: str
    rate: float


async def measure(server: str) -> AsyncIterator[Importing]:
    """The same file in both keeping modes, new and known; each mode in a partnership of its own."""
    wired = wire(Settings(database_url=a_database(server, "placements")))
    try:
        yield Importing("plain inserts, 200 at a time", await _plain(wired))
        for mode in ("best_effort", "all_or_nothing"):
            tenant = new_id()
            await _university(wired, tenant)
            for what in ("new rows", "the same again"):
                yield Importing(f"{mode}, {what}", await _imported(wired, tenant, mode))
    finally:
        await wired.close()


def _file() -> bytes:
    head = "external_id,organisation,programme,full_name,email,intake_year"
    rows = (f"s-{n},uni,,Student {n},student.{n}@students.example.org,2025" for n in range(ROWS))
    return "\n".join((head, *rows, "")).encode()


async def _imported(wired: Wiring, tenant: UUID, mode: str) -> float:
    import_id = new_id()
    async with wired.db.begin() as session:
        row = {
            "id": import_id,
            "partnership_id": tenant,
            "client_id": "office",
            "wide": True,
            "kind": "students",
            "mode": mode,
            "system": SYSTEM,
            "format": "csv",
            "status": "queued",
            "created_at": ADDED_AT,
        }
        await session.execute(insert(imports).values(row))
        await session.execute(insert(import_chunks).values(import_id=import_id, number=0, data=_file()))
    began = perf_counter()
    await wired.importer.run(import_id)
    return ROWS / (perf_counter() - began)


async def _university(wired: Wiring, tenant: UUID) -> UUID:
    university = new_id()
    kept = {"partnership_id": tenant, "created_at": ADDED_AT, "updated_at": ADDED_AT}
    name = {"id": new_id(), "partnership_id": tenant, "resource": "organisation", "system": SYSTEM}
    async with wired.db.begin() as session:
        await session.execute(
            insert(Organisation).values(id=university, name="University", org_type="hei", **kept)
        )
        await session.execute(insert(external_ids).values(**name, value="uni", resource_id=university))
    return university


async def _plain(wired: Wiring) -> float:
    tenant = new_id()
    common = {
        "partnership_id": tenant,
        "organisation_id": await _university(wired, tenant),
        "created_at": ADDED_AT,
        "updated_at": ADDED_AT,
        "full_name": "Student",
        "email": "student@students.example.org",
        "intake_year": 2025,
    }
    began = perf_counter()
    for _ in range(ROWS // 200):
        async with wired.db.begin() as session:
            await session.execute(insert(Student), [{"id": new_id(), **common} for _ in range(200)])
    return ROWS / (perf_counter() - began)
