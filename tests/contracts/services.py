"""How each service is put together for these tests, and what is in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

import services.educators.app as educators
import services.educators.wiring as educators_wiring
import services.hubs.app as hubs
import services.hubs.wiring as hubs_wiring
import services.placements.app as placements
import services.placements.wiring as placements_wiring
import shared.auth.issuer.app as identity
import shared.auth.issuer.wiring as identity_wiring
from services.educators.settings import Settings as EducatorsSettings
from services.placements.jobs.run_match import run_match
from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from services.placements.queries.review_templates import shipped_data
from services.placements.settings import Settings as PlacementsSettings
from shared.auth.issuer.settings import IssuerSettings
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.contracts.world import (
    NOW,
    Running,
    World,
    bearer,
    done,
    known_to,
    named,
    office_of,
    with_an_endpoint,
)
from tests.educators import factories as register
from tests.educators.cpd import a_course
from tests.educators.sisters import FixedTokens, SomeOrganisations
from tests.hubs import factories as groups
from tests.placements import struggling
from tests.placements.auditing import WANTING, an_audit
from tests.placements.factories import Partnership, a_capacity_statement, a_partnership
from tests.placements.register import NoTokens, Register
from tests.principals import a_verifier

CLOSED = {"name": "Christmas", "starts_on": "2026-12-24", "ends_on": "2026-12-31"}


@asynccontextmanager
async def _placements(db: Database, _: Path) -> AsyncIterator[Running]:
    clock = StoppedClock(NOW)
    async with httpx.AsyncClient(transport=httpx.MockTransport(Register())) as http:
        parts: dict[str, Any] = {"clock": clock, "verifier": a_verifier(), "http": http, "tokens": NoTokens()}
        app = placements.create_app(
            placements_wiring.wire(PlacementsSettings(database_url=db.url), db=db, **parts)
        )

        async def world_for(path: str) -> World:
            under_way = path.startswith("/v1/quality-issues/") or "concern" in path
            under_way = under_way or (path.startswith("/v1/placements/") and not _is_fresh(path))
            tenant = await (_a_struggle(db, clock, path) if under_way else _a_round(db, app, path))
            await with_an_endpoint(app, office_of(tenant), path)
            await _of_quality(app, office_of(tenant), await known_to(db, tenant), path)
            return World(office_of(tenant), await known_to(db, tenant))

        yield Running(app, world_for)


async def _of_quality(app: FastAPI, office: dict[str, str], known: dict[str, list[str]], path: str) -> None:
    """An audit (verified unless the operation is about that), a quality issue or a template, where it is about one."""
    if path.startswith("/v1/audits/"):
        wanting = an_audit(cover_for_absence=WANTING)
        made = await done(app, office, f"/v1/settings/{known['setting_id'][0]}/audits", wanting)
        if path.rpartition("/")[2] not in {"verification", "{audit_id}"}:
            await done(app, office, f"{made.headers['location']}/verification", {})
    if path.startswith("/v1/quality-issues/"):
        issue = {"section": "support", "what": "To do.", "owner_person_id": known["person_id"][0]}
        await done(app, office, f"/v1/placements/{known['placement_id'][0]}/quality-issues", issue)
    if path.startswith("/v1/review-templates/{"):
        shipped = shipped_data()
        asked = {name: shipped[name] for name in ("name", "questions", "closing")}
        await done(app, office, "/v1/review-templates", {**asked, "effective_on": "2026-09-07"})


def _is_fresh(path: str) -> bool:
    return path.endswith(("/transitions", "/confirmation", "/cancellation"))


async def _a_struggle(db: Database, clock: StoppedClock, path: str) -> UUID:
    """A placement in the state in which the operation is open, with open reviews and a concern."""
    state = {"start": "confirmed", "resumption": "paused"}.get(path.rpartition("/")[2], "active")
    at, _ = await struggling.a_concern(db, clock, status=state)
    async with db.begin() as session:
        placement = await session.get(Placement, at.placement_id)
        assert placement is not None
        await open_reviews(session, placement, now=NOW)
    return at.partnership_id


async def _a_round(db: Database, app: FastAPI, path: str) -> UUID:
    """A round with one of everything; where the operation is about that, matched, published, or accepted by both."""
    around = await a_partnership(db)
    statement = await a_capacity_statement(db, around.id, setting_id=around.setting.id)
    await named(db, around.id, [("capacity_statement", statement.id), *_things_of(around)])
    about_a_match = path.startswith(("/v1/match-runs", "/v1/proposals", "/v1/placements"))
    if not about_a_match:
        return around.id
    office = office_of(around.id)
    asked = await done(app, office, f"/v1/rounds/{around.round.id}/match-runs", {})
    if path.startswith("/v1/match-runs") and path.endswith("/cancellation"):
        return around.id
    await run_match(app.state.wiring, UUID(asked.json()["id"]))
    if path.endswith("/publication"):
        return around.id
    await done(app, office, f"{asked.headers['location']}/publication")
    if path.startswith("/v1/placements"):
        known = await known_to(db, around.id)
        for party in ("host", "university"):
            await done(app, office, f"/v1/proposals/{known['proposal_id'][0]}/acceptance", {"party": party})
    return around.id


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


@asynccontextmanager
async def _educators(db: Database, _: Path) -> AsyncIterator[Running]:
    organisations = SomeOrganisations()
    council = organisations.add("Harbour Council")
    async with httpx.AsyncClient(transport=httpx.MockTransport(organisations.answer)) as http:
        parts: dict[str, Any] = {"clock": StoppedClock(NOW), "verifier": a_verifier(), "http": http}
        settings = EducatorsSettings(database_url=db.url)
        app = educators.create_app(educators_wiring.wire(settings, db=db, tokens=FixedTokens(), **parts))

        async def world_for(path: str) -> World:
            tenant = new_id()
            educator = await register.a_current_educator(db, tenant, organisation_id=council)
            await register.a_learner_of(db, educator)
            await register.a_role_of(db, educator)
            await register.a_check_in_of(db, educator, NOW.date())
            await register.a_register_check_of(db, educator, NOW.date())
            seat = await register.a_seat_with(db, educator, NOW.date(), NOW.date())
            await named(db, tenant, [("educator", educator.id)])
            await with_an_endpoint(app, office_of(tenant), path)
            await _a_cpd_activity(app, tenant, council, educator.id, path)
            known = await known_to(db, tenant)
            there = {"placement_id": [str(seat.placement_id)], "organisation_id": [str(council)]}
            return World(office_of(tenant), known | there)

        yield Running(app, world_for)


async def _a_cpd_activity(app: FastAPI, tenant: UUID, host: UUID, educator_id: UUID, path: str) -> None:
    """A course that can be booked, where the operation is about such; booked, where it is about bookings."""
    if "cpd-activities/" not in path and "bookings/" not in path:
        return
    office = office_of(tenant)
    made = await done(app, office, "/v1/cpd-activities", a_course(host))
    course = made.headers["location"]
    if not path.endswith("/opening"):
        await done(app, office, f"{course}/opening")
    if path.startswith("/v1/bookings/"):
        await done(app, office, f"{course}/bookings", {"educator_id": str(educator_id)})


@asynccontextmanager
async def _hubs(db: Database, _: Path) -> AsyncIterator[Running]:
    clock = StoppedClock(NOW)
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503))) as http:
        parts: dict[str, Any] = {"clock": clock, "verifier": a_verifier(), "http": http}
        app = hubs.create_app(hubs_wiring.wire(groups.settings_for(db), db=db, **parts))

        async def world_for(path: str) -> World:
            tenant = groups.Tenant(db, clock)
            hub = await groups.a_hub(tenant, facilitator_person_id=new_id(), weekday=1)
            member = await groups.a_member(tenant, hub)
            waiting = await groups.a_candidate(tenant)
            await groups.sessions_of(tenant, hub)
            await named(db, tenant.id, [("hub", hub.id)])
            office = office_of(tenant.id)
            student = bearer(partnership_id=tenant.id, person_id=member.student_id, roles=["student"])
            await with_an_endpoint(app, office, path)
            if "closures" in path:
                await done(app, office, "/v1/closures", CLOSED)
            if "allocations/" in path:
                await done(app, office, "/v1/allocations", {})
            if path.endswith("/summary"):
                session = (await known_to(db, tenant.id))["session_id"][0]
                await done(app, office, f"/v1/sessions/{session}/summary", {}, method="PUT")
            if "reflections/" in path:
                await done(app, student, "/v1/reflections", {"title": "A week", "text": "It went well."})
            there = {
                "student_id": [str(member.student_id)],
                "placement_id": [str(waiting.placement_id), str(member.placement_id)],
            }
            known = await known_to(db, tenant.id)
            return World(student if "reflections" in path else office, known | there)

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
        return World(office_of(new_id()))

    yield Running(app, world_for)


SERVICES = {"placements": _placements, "educators": _educators, "hubs": _hubs, "identity": _identity}
"""How each service is put together on a database; the folder is for files it may keep."""
