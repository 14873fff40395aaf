"""The three real services in one process: each with its own database, asking one another over ASGI with real tokens.

What their workers do in the background is done here when a test says so, by the same code: jobs from the queue, news through
the relay and the followers.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from services.educators.app import create_app as educators_app
from services.educators.jobs.follow_placements import follower as follow_placements
from services.educators.settings import Settings as EducatorsSettings
from services.educators.wiring import Wiring as EducatorsWiring
from services.educators.wiring import wire as wire_educators
from services.hubs.app import create_app as hubs_app
from services.hubs.jobs.follow_placements import placements_follower
from services.hubs.settings import Settings as HubsSettings
from services.hubs.wiring import Wiring as HubsWiring
from services.hubs.wiring import wire as wire_hubs
from services.placements.app import create_app as placements_app
from services.placements.jobs.follow_educators import follow_educators
from services.placements.jobs.follow_hubs import follow_hubs
from services.placements.settings import Settings as PlacementsSettings
from services.placements.wiring import Wiring as PlacementsWiring
from services.placements.wiring import wire as wire_placements
from services.placements.worker import register
from shared.auth.scopes import SCOPES
from shared.clock import StoppedClock
from shared.db import Database
from shared.events.inbox import Follower
from shared.events.relay import Relay
from shared.http.sister import Sister
from shared.ids import new_id
from shared.jobs.queue import Queue
from tests.journeys.callers import Caller
from tests.principals import a_verifier, token_for
from tests.shared.events.news import all_placed, running, value

MASTER_KEY = "bWFzdGVyLWtleS1mb3ItdGVzdHMtMzItYnl0ZXMtISE="
UNPLACED = "select count(*) from events where position is null"


def url_of(service: str) -> str:
    return f"http://{service}.test"


class Streets(httpx.AsyncBaseTransport):
    """Leads a request to the service in its address. Each is served in a context of its own, as in another process."""

    def __init__(self) -> None:
        self.doors: dict[str, httpx.ASGITransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        served = self.doors[request.url.host].handle_async_request(request)
        return await asyncio.get_running_loop().create_task(served, context=contextvars.Context())


class ServiceTokens:
    """The tokens of one service for its questions to the others, signed by the test issuer."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def token(self, partnership_id: UUID | None = None) -> str:
        return token_for(
            partnership_id=partnership_id,
            roles=["service", "partnership"],
            scopes=SCOPES,
            client_id=f"service-{self._name}",
        )


class Hurried:
    """A sister's feed that is asked without waiting for news."""

    def __init__(self, sister: Sister) -> None:
        self._sister = sister

    async def ask(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, timeout: float | None = None
    ) -> Any:
        return await self._sister.ask(method, path, params={**(params or {}), "wait": 0}, timeout=timeout)


@dataclass
class World:
    """A partnership in the three services, at one time."""

    clock: StoppedClock
    placements: PlacementsWiring
    educators: EducatorsWiring
    hubs: HubsWiring
    http: httpx.AsyncClient
    partnership_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.followers: list[Follower] = [
            follow_placements(self.educators.db, Hurried(self.educators.to_placements), self.clock),
            placements_follower(self.hubs, wait=0),
            follow_hubs(self.placements.db, Hurried(self.placements.to_hubs), self.clock),
            follow_educators(self.placements.db, Hurried(self.placements.to_educators), self.clock),
        ]

    @property
    def databases(self) -> Mapping[str, Database]:
        return {"placements": self.placements.db, "educators": self.educators.db, "hubs": self.hubs.db}

    @property
    def office(self) -> Caller:
        """The partnership's office: sees and may do everything."""
        return self.caller(roles=["partnership"])

    def system(self, organisation_id: str) -> Caller:
        """The system of one university or host."""
        return self.caller(roles=["system"], organisation_id=organisation_id)

    def person(self, role: str, person_id: str, organisation_id: str | None = None) -> Caller:
        """A person in a role."""
        return self.caller(roles=[role], person_id=person_id, organisation_id=organisation_id)

    def caller(self, **claims: Any) -> Caller:
        return Caller(self.http, {"partnership_id": self.partnership_id, "scopes": SCOPES, **claims})

    async def work(self, service: str) -> None:
        """Carry out every job that waits in a service's queue, as its worker would."""
        queues: Mapping[str, Queue] = {
            "placements": self.placements.queue,
            "educators": self.educators.queue,
            "hubs": self.hubs.queue,
        }
        app = queues[service].app
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    async def settle(self) -> None:
        """Let all news take effect everywhere, and the news which that makes, until there is none."""
        news = True
        while news:
            news = await self._place()
            for follower in self.followers:
                await follower.step(asyncio.Event())

    async def _place(self) -> bool:
        """Give all events their positions; whether there were any without."""
        waiting = [db for db in self.databases.values() if await value(db, UNPLACED)]
        async with running(*(Relay(db, poll=0.01).run for db in waiting)):
            for db in waiting:
                await all_placed(db)
        return bool(waiting)


@asynccontextmanager
async def a_world(
    clock: StoppedClock, databases: Mapping[str, Database], **settings: Any
) -> AsyncIterator[World]:
    """The services on these databases. `settings` are further settings of placements."""
    streets = Streets()
    async with httpx.AsyncClient(transport=streets) as http:
        placements, educators, hubs = _wired(clock, databases, http, settings)
        register(placements)
        for parts in (placements, educators, hubs):
            parts.queue.task("run_import")(parts.importer.run)
        streets.doors = {
            "placements.test": httpx.ASGITransport(placements_app(placements)),
            "educators.test": httpx.ASGITransport(educators_app(educators)),
            "hubs.test": httpx.ASGITransport(hubs_app(hubs)),
        }
        yield World(clock, placements, educators, hubs, http)


def _wired(
    clock: StoppedClock, databases: Mapping[str, Database], http: httpx.AsyncClient, settings: dict[str, Any]
) -> tuple[PlacementsWiring, EducatorsWiring, HubsWiring]:
    parts: dict[str, dict[str, Any]] = {
        name: {
            "db": db,
            "clock": clock,
            "verifier": a_verifier(),
            "http": http,
            "tokens": ServiceTokens(name),
        }
        for name, db in databases.items()
    }
    at = {name: {"database_url": db.url} for name, db in databases.items()}
    asks = {f"{name}_url": url_of(name) for name in ("educators", "hubs")}
    follows = {"placements_url": url_of("placements")}
    return (
        wire_placements(
            PlacementsSettings.model_validate(at["placements"] | asks | settings), **parts["placements"]
        ),
        wire_educators(EducatorsSettings.model_validate(at["educators"] | follows), **parts["educators"]),
        wire_hubs(
            HubsSettings.model_validate(at["hubs"] | follows | {"master_key": MASTER_KEY}), **parts["hubs"]
        ),
    )
