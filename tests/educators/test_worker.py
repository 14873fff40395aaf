import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from services.educators import worker
from services.educators.models.educators import Educator
from services.educators.wiring import Wiring
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import the_office
from tests.educators.factories import a_current_educator, the
from tests.educators.sisters import SomeOrganisations


@asynccontextmanager
async def working(wiring: Wiring) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(worker.main(wiring, stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await task


async def test_the_worker_imports_sweeps_and_tells(
    educators_client: httpx.AsyncClient,
    educators_wiring: Wiring,
    educators_db: Database,
    organisations: SomeOrganisations,
) -> None:
    partnership = new_id()
    organisations.add("LA-W")
    swept = await a_current_educator(educators_db, partnership, currency_status="unverified")
    office = the_office(educators_client, partnership)
    file = "external_id,social_work_england_number,full_name,organisation,peps_stage\nE1,SW1,A Name,LA-W,stage_2\n"
    seen: set[tuple[str, str]] = set()
    async with working(educators_wiring), asyncio.timeout(30):
        import_id = await office.send_file("educators", file)
        while len(seen) < 2:
            feed = (await office.get("/v1/changes")).json()
            seen = {(change["type"], change["subject_id"]) for change in feed["items"]}
            await asyncio.sleep(0.05)
    imported = await the(educators_db, Educator, social_work_england_number="SW1")
    assert seen == {
        ("educator.changed", str(imported.id)),
        ("educator.currency_changed", str(swept.id)),
    }
    done = (await office.get(f"/v1/imports/{import_id}")).json()
    assert (done["status"], done["counts"]) == ("completed", {"created": 1})
