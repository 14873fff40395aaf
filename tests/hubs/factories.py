"""Hubs, candidates and members for tests, with defaults; and the service in process with real tokens."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.app import create_app
from services.hubs.clients.allocator import Decide
from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput
from services.hubs.domain.allocation.solve import allocate as solved
from services.hubs.domain.placements import PlacementFacts
from services.hubs.models.candidates import Candidate
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Allocation, Membership
from services.hubs.models.sessions import HubSession
from services.hubs.operations.allocations import allocate, consider
from services.hubs.operations.authors import Author
from services.hubs.operations.candidates import enrol
from services.hubs.operations.hubs import create
from services.hubs.operations.memberships import join
from services.hubs.operations.sessions import Span, plan
from services.hubs.settings import Settings
from services.hubs.wiring import Wiring, wire
from shared.auth.scopes import SCOPES
from shared.clock import StoppedClock
from shared.db import Database, assert_nothing_open
from shared.ids import new_id
from tests.principals import a_verifier, headers_for

MASTER_KEY = "bWFzdGVyLWtleS1mb3ItdGVzdHMtMzItYnl0ZXMtISE="
NORTH, SOUTH, COUNCIL = UUID(int=101), UUID(int=102), UUID(int=201)
"""Two universities and a host."""

AUTUMN, SPRING = date(2026, 9, 7), date(2027, 2, 26)


@dataclass(slots=True)
class Tenant:
    """A partnership in a database, at a time."""

    db: Database
    clock: StoppedClock
    id: UUID = field(default_factory=new_id)

    @property
    def office(self) -> Author:
        return Author(self.id, "office", wide=True)

    @property
    def now(self) -> datetime:
        return self.clock.now()


async def a_hub(tenant: Tenant, called: str | None = None, **values: Any) -> Hub:
    usual = {
        "name": "Leeds hub",
        "cadence": "weekly",
        "weekday": 2,
        "starts_at": time(9, 30),
        "starts_on": AUTUMN,
        "ends_on": SPRING,
    }
    async with tenant.db.begin() as session:
        names = [("records", called)] if called else []
        return await create(session, tenant.office, {**usual, **values}, names, tenant.now)


def placement_facts(**values: Any) -> PlacementFacts:
    usual: dict[str, Any] = {
        "placement_id": new_id(),
        "student_id": new_id(),
        "university_id": NORTH,
        "organisation_id": COUNCIL,
        "setting_id": new_id(),
        "placement_level": "final",
        "is_statutory": True,
        "status": "confirmed",
        "starts_on": AUTUMN,
        "ends_on": SPRING,
        "student_name": "Ada Example",
    }
    return PlacementFacts(**{**usual, **values})


async def at_once(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> Sequence[Decision]:
    """An allocation computed here, without a process of its own, and as little within a transaction."""
    assert_nothing_open()
    return solved(students, hubs)


async def allocated(
    session: AsyncSession,
    author: Author,
    hub_ids: Sequence[UUID] | None,
    now: datetime,
    *,
    may_move: bool = False,
) -> Allocation:
    """Looked at, computed and carried out in one transaction, where nothing comes between."""
    there = await consider(session, author, hub_ids, now, may_move=may_move)
    return await allocate(session, author, there, solved(there.students, there.choices), now)


async def a_candidate(tenant: Tenant, **values: Any) -> Candidate:
    async with tenant.db.begin() as session:
        return await enrol(session, tenant.id, placement_facts(**values), tenant.now)


async def a_member(tenant: Tenant, hub: Hub, **values: Any) -> Membership:
    candidate = await a_candidate(tenant, **values)
    async with tenant.db.begin() as session:
        return await join(session, tenant.office, hub.id, candidate.placement_id, tenant.now)


async def sessions_of(tenant: Tenant, hub: Hub, count: int = 6) -> Sequence[HubSession]:
    async with tenant.db.begin() as session:
        held = (await session.execute(select(Hub).where(Hub.id == hub.id))).scalar_one()
        return await plan(session, tenant.office, held, Span(AUTUMN, count=count), tenant.now)


async def rows_of(tenant: Tenant, model: type[Any]) -> list[Any]:
    """All rows the partnership has of one table, oldest first."""
    async with tenant.db.begin() as session:
        statement = select(model).where(model.partnership_id == tenant.id).order_by(model.id)
        return list((await session.execute(statement)).scalars())


async def events(tenant: Tenant, *types: str) -> list[tuple[str, dict[str, Any]]]:
    """What was published for the partnership, oldest first."""
    statement = text("select type, data from events where partnership_id = :tenant order by id")
    async with tenant.db.read() as connection:
        rows = (await connection.execute(statement, {"tenant": tenant.id})).all()
    return [(row.type, row.data) for row in rows if not types or row.type in types]


def settings_for(db: Database, master_key: str = MASTER_KEY) -> Settings:
    return Settings.model_validate({"database_url": db.url, "master_key": master_key})


@dataclass(slots=True)
class Caller:
    """Somebody who calls the service, with every scope unless told otherwise."""

    http: httpx.AsyncClient
    claims: dict[str, Any]

    async def __call__(
        self, method: str, path: str, json: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = {**headers_for(**self.claims), **(headers or {})}
        return await self.http.request(method, path, json=json, headers=sent)

    async def send(self, path: str, text: str) -> httpx.Response:
        """Send a CSV file."""
        sent = {**headers_for(**self.claims), "Content-Type": "text/csv"}
        return await self.http.post(path, content=text.encode(), headers=sent)


@dataclass(slots=True)
class Service:
    """The hubs service in process, and callers of one partnership."""

    tenant: Tenant
    http: httpx.AsyncClient
    wiring: Wiring

    def caller(self, **claims: Any) -> Caller:
        usual = {"partnership_id": self.tenant.id, "scopes": SCOPES}
        return Caller(self.http, {**usual, **claims})

    @property
    def office(self) -> Caller:
        return self.caller(roles=["partnership"])

    def university(self, organisation_id: UUID = NORTH) -> Caller:
        return self.caller(
            organisation_id=organisation_id, roles=["system"], client_id=f"u-{organisation_id}"
        )

    def person(self, person_id: UUID, role: str, organisation_id: UUID | None = None) -> Caller:
        return self.caller(person_id=person_id, roles=[role], organisation_id=organisation_id)


@asynccontextmanager
async def serving(
    db: Database, clock: StoppedClock, *, master_key: str = MASTER_KEY, decide: Decide = at_once
) -> AsyncIterator[Service]:
    """The service in process, its allocations too; its sisters do not answer."""
    silent = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    wired = wire(settings_for(db, master_key), db=db, clock=clock, verifier=a_verifier(), http=silent)
    parts = replace(wired, decide=decide)
    app = create_app(parts)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://hubs.test") as http:
            yield Service(Tenant(db, clock), http, parts)
    finally:
        await parts.http.aclose()
