"""For each service: how it is put together for these tests, and a small partnership in it to ask about."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text

import services.educators.app as educators
import services.educators.wiring as educators_wiring
import services.hubs.app as hubs
import services.placements.app as placements
import services.placements.wiring as placements_wiring
import shared.auth.issuer.app as identity
import shared.auth.issuer.wiring as identity_wiring
from services.educators.settings import Settings as EducatorsSettings
from services.hubs.wiring import wire as wire_hubs
from services.placements.jobs.run_match import run_match
from services.placements.settings import Settings as PlacementsSettings
from shared.auth.issuer.settings import IssuerSettings
from shared.auth.scopes import SANDBOX_SCOPES, SCOPES
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from shared.imports.tables import external_ids, imports
from tests.educators import factories as register
from tests.educators.sisters import FixedTokens, SomeOrganisations
from tests.hubs import factories as groups
from tests.placements import struggling
from tests.placements.factories import Partnership, a_capacity_statement, a_partnership
from tests.placements.register import NoTokens, Register
from tests.principals import a_verifier, token_for

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
SYSTEM, NAME = "records", "A-17"
"""What another system calls one thing of each kind."""


@dataclass(frozen=True)
class World:
    """A partnership to ask about: who asks, and what there is, by the name under which requests refer to it."""

    callers: list[dict[str, str]]
    known: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> list[str]:
        """The values that a parameter or member of this name may well have."""
        alias = {"university_id": "organisation_id", "host_id": "organisation_id"}.get(name, name)
        fitting = [key for key in self.known if alias.endswith(key) or key.endswith(f"_{alias}")]
        return self.known[max(fitting, key=len)] if fitting else []


@dataclass(frozen=True)
class Running:
    """A service on a database of its own, and how a world is made in it for one operation."""

    app: FastAPI
    world_for: Callable[[str], Awaitable[World]]


async def known_to(db: Database, partnership_id: UUID) -> dict[str, list[str]]:
    """The ids of all that the partnership has, by table: a row of `match_runs` is somebody's `match_run_id`."""
    listed = text(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and column_name in ('id', 'partnership_id') group by table_name having count(*) = 2"
    )
    found: dict[str, list[str]] = {"system": [SYSTEM], "value": [NAME]}
    async with db.read() as connection:
        for table in (await connection.execute(listed)).scalars().all():
            rows = text(f"select id::text from {table} where partnership_id = :partnership order by id limit 5")
            ids = (await connection.execute(rows, {"partnership": partnership_id})).scalars().all()
            if ids:
                found[f"{_one_of(table)}_id"] = list(ids)
    return found


def _one_of(table: str) -> str:
    words = {"people": "person", "hub_sessions": "session", "imports": "import"}
    return words.get(table) or table.removesuffix("s")


async def named(db: Database, partnership_id: UUID, things: Iterable[tuple[str, UUID]]) -> None:
    """Let another system know these things by a name, and let there be a finished import."""
    every = {"partnership_id": partnership_id, "system": SYSTEM, "value": NAME}
    rows = [{"id": new_id(), "resource": resource, "resource_id": id_, **every} for resource, id_ in things]
    sent = {
        "id": new_id(),
        "partnership_id": partnership_id,
        "client_id": "test-client",
        "wide": True,
        "kind": "settings",
        "mode": "best_effort",
        "system": SYSTEM,
        "format": "csv",
        "status": "completed",
        "created_at": NOW,
    }
    async with db.begin() as session:
        if rows:
            await session.execute(insert(external_ids), rows)
        await session.execute(insert(imports), sent)


def office_of(partnership_id: UUID) -> dict[str, str]:
    """The partnership's office, which may do everything."""
    return _bearer(partnership_id=partnership_id, roles=["partnership"], scopes={**SCOPES, **SANDBOX_SCOPES})


def _bearer(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(**claims)}"}


@asynccontextmanager
async def _placements(db: Database, _: Path) -> AsyncIterator[Running]:
    clock = StoppedClock(NOW)
    async with httpx.AsyncClient(transport=httpx.MockTransport(Register())) as http:
        parts: dict[str, Any] = {"clock": clock, "verifier": a_verifier(), "http": http, "tokens": NoTokens()}
        wiring = placements_wiring.wire(PlacementsSettings(database_url=db.url), db=db, **parts)
        app = placements.create_app(wiring)

        async def world_for(path: str) -> World:
            if "concern" in path or path.startswith("/v1/placements/"):
                at, _ = await struggling.a_concern(db, clock)
                return World([office_of(at.partnership_id)], await known_to(db, at.partnership_id))
            around = await a_partnership(db)
            await a_capacity_statement(db, around.id, setting_id=around.setting.id)
            await named(db, around.id, _things_of(around))
            if "match-runs" in path or "proposals" in path:
                await _match(app, around)
            return World([office_of(around.id)], await known_to(db, around.id))

        yield Running(app, world_for)


def _things_of(around: Partnership) -> list[tuple[str, UUID]]:
    return [
        ("organisation", around.council.id),
        ("setting", around.setting.id),
        ("programme", around.programme.id),
        ("student", around.student.id),
        ("person", around.tutor.id),
        ("round", around.round.id),
        ("offer", around.offer.id),
        ("request", around.request.id),
    ]


async def _match(app: FastAPI, around: Partnership) -> None:
    """A match that was run and published."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test") as client:
        headers = office_of(around.id) | {"If-Match": "*"}
        asked = await client.post(f"/v1/rounds/{around.round.id}/match-runs", json={}, headers=headers)
        assert asked.status_code == 202, asked.text
        await run_match(app.state.wiring, UUID(asked.json()["id"]))
        headers = office_of(around.id) | {"If-Match": "*"}
        shown = await client.post(f"{asked.headers['location']}/publication", headers=headers)
        assert shown.status_code == 200, shown.text


@asynccontextmanager
async def _educators(db: Database, _: Path) -> AsyncIterator[Running]:
    organisations = SomeOrganisations()
    async with httpx.AsyncClient(transport=httpx.MockTransport(organisations.answer)) as http:
        parts: dict[str, Any] = {
            "clock": StoppedClock(NOW),
            "verifier": a_verifier(),
            "http": http,
            "tokens": FixedTokens(),
        }
        wiring = educators_wiring.wire(EducatorsSettings(database_url=db.url), db=db, **parts)

        async def world_for(_: str) -> World:
            tenant = new_id()
            educator = await register.a_current_educator(db, tenant)
            await register.a_learner_of(db, educator)
            await register.a_role_of(db, educator)
            await register.a_check_in_of(db, educator, NOW.date())
            await register.a_register_check_of(db, educator, NOW.date())
            seat = await register.a_seat_with(db, educator, NOW.date(), NOW.date())
            await named(db, tenant, [("educator", educator.id)])
            known = await known_to(db, tenant)
            return World([office_of(tenant)], known | {"placement_id": [str(seat.placement_id)]})

        yield Running(educators.create_app(wiring), world_for)


@asynccontextmanager
async def _hubs(db: Database, _: Path) -> AsyncIterator[Running]:
    clock = StoppedClock(NOW)
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503))) as http:
        wiring = wire_hubs(groups.settings_for(db), db=db, clock=clock, verifier=a_verifier(), http=http)
        app = hubs.create_app(wiring)

        async def world_for(path: str) -> World:
            tenant = groups.Tenant(db, clock)
            hub = await groups.a_hub(tenant, SYSTEM, facilitator_person_id=new_id())
            member = await groups.a_member(tenant, hub)
            waiting = await groups.a_candidate(tenant)
            await groups.sessions_of(tenant, hub)
            await named(db, tenant.id, [("hub", (await groups.a_hub(tenant)).id)])
            known = await known_to(db, tenant.id) | {
                "student_id": [str(member.student_id)],
                "placement_id": [str(waiting.placement_id), str(member.placement_id)],
            }
            student = _bearer(
                partnership_id=tenant.id, person_id=member.student_id, roles=["student"], scopes=SCOPES
            )
            callers = [student] if "reflections" in path else [office_of(tenant.id)]
            return World(callers, known)

        yield Running(app, world_for)


@asynccontextmanager
async def _identity(db: Database, folder: Path) -> AsyncIterator[Running]:
    settings = IssuerSettings(
        database_url=db.url, issuer="https://issuer.test", sandbox=True, clock_file=folder / "clock"
    )
    app = identity.create_app(identity_wiring.wire(settings, db=db))
    app.state.verifier = a_verifier()
    await identity.prepare(app.state.wiring)

    async def world_for(_: str) -> World:
        return World([office_of(new_id())])

    yield Running(app, world_for)


SERVICES = {"placements": _placements, "educators": _educators, "hubs": _hubs, "identity": _identity}
"""How each service is put together on a database."""
