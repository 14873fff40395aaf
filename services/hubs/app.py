"""The HTTP application of the hubs service: its routers, and what its named constraints mean."""

from fastapi import APIRouter, FastAPI

from services.hubs.api import (
    agreements,
    allocations,
    attendance,
    calendars,
    candidates,
    closures,
    contacts,
    evaluation,
    feedback,
    flags,
    hubs,
    inbox,
    member_attendance,
    memberships,
    newcomers,
    portfolios,
    pulses,
    reflection_keys,
    reflection_prompts,
    reflection_versions,
    reflections,
    reports,
    resources,
    self_ratings,
    session_changes,
    sessions,
    summaries,
    supervisions,
)
from services.hubs.models.conflicts import CONFLICTS
from services.hubs.operations.imports import KINDS
from services.hubs.settings import Settings
from services.hubs.wiring import Wiring, wire
from shared.http import webhook_endpoints
from shared.http.app import create_app as assemble
from shared.http.feed import feed_router
from shared.http.imports import imports_router

ROUTERS: tuple[APIRouter, ...] = (
    hubs.router,
    closures.router,
    candidates.router,
    newcomers.router,
    allocations.router,
    memberships.router,
    sessions.router,
    session_changes.router,
    calendars.router,
    attendance.router,
    member_attendance.router,
    summaries.router,
    reflections.router,
    reflection_versions.router,
    reflection_keys.router,
    reflection_prompts.router,
    portfolios.router,
    pulses.router,
    inbox.router,
    resources.router,
    feedback.router,
    agreements.router,
    contacts.router,
    supervisions.router,
    reports.router,
    flags.router,
    self_ratings.router,
    evaluation.router,
)
"""The routers of all resources, in the order of the reference."""


def create_app(wiring: Wiring | None = None) -> FastAPI:
    """The application; without a wiring, one is made from the environment."""
    parts = wiring or wire(Settings())

    return assemble(
        name="hubs",
        title="Practicum hubs",
        summary="Student learning hubs: members, sessions, registers, and reflections that belong to the student.",
        wiring=parts,
        routers=(*ROUTERS, imports_router(KINDS), feed_router(), webhook_endpoints.router),
        conflicts=CONFLICTS,
    )
