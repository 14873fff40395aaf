"""Two hundred placements ask for the seats of fifty educators while the service that gives them is killed: none too many,
none lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from shared.db import Database
from shared.ids import new_id
from shared.waiting import pause
from tests.educators.factories import an_educator
from tests.journeys.serving import Serving, a_local_issuer
from tests.principals import claims_for, signed

EDUCATORS, SEATS_EACH, WANTED_EACH = 50, 2, 4
FALLS_AFTER = 50
"""After so many answers the service is killed."""

DAYS = {"starts_on": "2026-09-21", "ends_on": "2027-02-26"}


@pytest.fixture
async def serving(educators_db: Database, tmp_path: Path) -> AsyncIterator[tuple[Serving, str]]:
    async with a_local_issuer() as issuer:
        served = Serving("educators", educators_db.url, issuer, tmp_path / "serving.log")
        yield served, issuer
        served.kill()


@dataclass
class Crowd:
    """Those who ask for seats, each until there is an answer; while the service is known to be away they wait."""

    url: str
    http: httpx.AsyncClient
    headers: dict[str, str]
    answers: dict[UUID, int] = field(default_factory=dict)
    unanswered: int = 0
    back: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self, educator_id: UUID) -> None:
        placement_id = new_id()
        body = {"educator_id": str(educator_id), **DAYS}
        while placement_id not in self.answers:
            await self.back.wait()
            try:
                path = f"{self.url}/v1/seats/{placement_id}"
                answer = await self.http.put(path, json=body, headers=self.headers)
            except httpx.TransportError:
                self.unanswered += 1
                continue
            if answer.status_code in {200, 201, 409}:
                self.answers[placement_id] = answer.status_code

    async def count(self, wanted: int) -> None:
        while len(self.answers) < wanted:
            await pause(0.01)


@pytest.mark.timeout(60)
async def test_200_holds_under_kill_9_never_exceed_capacity_and_every_answered_hold_is_there(
    serving: tuple[Serving, str], educators_db: Database
):
    service, issuer = serving
    partnership = new_id()
    educators = [
        await an_educator(educators_db, partnership, max_concurrent=SEATS_EACH) for _ in range(EDUCATORS)
    ]
    claims = claims_for(partnership_id=partnership, roles=["partnership"], scopes=["educators:write"])
    headers = {"Authorization": f"Bearer {signed(claims | {'iss': issuer})}"}
    limits = httpx.Limits(max_connections=32)
    async with httpx.AsyncClient(timeout=30, trust_env=False, limits=limits) as http:
        crowd = Crowd(service.url, http, headers)
        await service.shows(http, 200)
        crowd.back.set()
        async with asyncio.TaskGroup() as tasks:
            for educator in educators * WANTED_EACH:
                tasks.create_task(crowd.hold(educator.id))
            await crowd.count(FALLS_AFTER)
            crowd.back.clear()
            service.kill()
            service.start()
            await service.shows(http, 200)
            crowd.back.set()
    assert crowd.unanswered > 0

    async with educators_db.read() as connection:
        kept = (await connection.execute(text("select placement_id, educator_id from seats"))).all()
        told = (
            await connection.execute(text("select subject_id from events where type = 'seat.held'"))
        ).scalars()
        assert sorted(told) == sorted(row.placement_id for row in kept)
    answered = {placement_id for placement_id, status in crowd.answers.items() if status != 409}
    assert {row.placement_id for row in kept} == answered
    assert Counter(row.educator_id for row in kept) == {each.id: SEATS_EACH for each in educators}
    assert len(crowd.answers) == EDUCATORS * WANTED_EACH
