"""The background of the hubs service, run as it is in production."""

import asyncio
from datetime import timedelta

from services.hubs import worker
from shared.clock import StoppedClock
from shared.db import Database
from tests.hubs.factories import a_hub, a_member, serving, sessions_of


async def test_the_worker_carries_out_an_import_of_registers_and_its_news_reach_the_feed(
    hubs_db: Database, stopped_clock: StoppedClock
):
    async with serving(hubs_db, stopped_clock) as service:
        hub = await a_hub(service.tenant, "HUB-1")
        names = [{"system": "records", "value": "A-1"}]
        member = await a_member(service.tenant, hub, student_external_ids=names)
        await sessions_of(service.tenant, hub, count=1)
        stopped_clock.move(timedelta(days=2))
        stop = asyncio.Event()
        working = asyncio.create_task(worker.main(service.wiring, stop))
        try:
            text = (
                "hub,session_on,student,status\nHUB-1,2026-09-08,A-1,no show\nHUB-1,2026-09-08,A-9,present\n"
            )
            sent = await service.office.send(
                "/v1/imports?kind=attendance&mode=best_effort&system=records", text
            )
            assert sent.status_code == 202, sent.text
            path = "/v1/changes?wait=20&types=hub_absence.noticed"
            (told,) = (await service.office("GET", path)).json()["items"]
            assert told["subject_id"] == str(member.placement_id)
            rows = await service.office("GET", f"{sent.headers['location']}/rows")
            assert [row["result"] for row in rows.json()["items"]] == ["created", "invalid"]
        finally:
            stop.set()
            await asyncio.wait_for(working, timeout=20)
