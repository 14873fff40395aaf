"""The background of the placements service, run as it is in production."""

import asyncio

import httpx

from services.placements import worker
from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import office


async def test_the_worker_carries_out_an_import_and_its_news_reach_the_feed(
    placements_wiring: Wiring, placements_client: httpx.AsyncClient
) -> None:
    caller = office(new_id())
    stop = asyncio.Event()
    working = asyncio.create_task(worker.main(placements_wiring, stop))
    try:
        sent = await placements_client.post(
            "/v1/imports?kind=organisations",
            content=b"external_id,name,org_type\nh,Harbour Council,la\n",
            headers=caller | {"Content-Type": "text/csv"},
        )
        assert sent.status_code == 202
        changes = await placements_client.get(
            "/v1/changes?wait=20&types=organisation.changed", headers=caller
        )
        assert [item["type"] for item in changes.json()["items"]] == ["organisation.changed"]
        done = await placements_client.get(sent.headers["location"], headers=caller)
        assert done.json()["status"] in {"running", "completed"}
    finally:
        stop.set()
        await asyncio.wait_for(working, timeout=20)
