"""The matching part of the placements service as tests use it: with a register of educators, its jobs carried out at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx

from services.placements.app import create_app
from services.placements.jobs.run_match import run_match
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements.callers import EVERY_SCOPE, office
from tests.placements.factories import Partnership
from tests.placements.register import NoTokens, Register
from tests.principals import a_verifier

SCOPES = (*EVERY_SCOPE, "matching:run")


@asynccontextmanager
async def with_register(db: Database, clock: StoppedClock, register: Register) -> AsyncIterator[Wiring]:
    """The parts of the service; the educators service is the register."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(register)) as http:
        settings = Settings(database_url=db.url)
        yield wire(settings, db=db, clock=clock, verifier=a_verifier(), http=http, tokens=NoTokens())


@asynccontextmanager
async def calling(wired: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the service."""
    transport = httpx.ASGITransport(create_app(wired))
    async with httpx.AsyncClient(transport=transport, base_url="http://placements.test") as client:
        yield client


def manager(p: Partnership, **more: str) -> dict[str, str]:
    """The partnership's office, which may run matches."""
    return office(p.id, SCOPES) | more


async def completed(
    client: httpx.AsyncClient, wired: Wiring, p: Partnership, scenario: dict | None = None
) -> dict:
    """A run that is carried out, with its address."""
    asked = await client.post(
        f"/v1/rounds/{p.round.id}/match-runs", json={"scenario": scenario}, headers=manager(p)
    )
    assert asked.status_code == 202, asked.text
    await run_match(wired, UUID(asked.json()["id"]))
    done = (await client.get(asked.headers["location"], headers=manager(p))).json()
    assert done["status"] == "completed", done
    return {**done, "url": asked.headers["location"]}
