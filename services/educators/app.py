"""The HTTP application of the educators service: its routers, and what its named constraints mean."""

from fastapi import APIRouter, FastAPI

from services.educators.api import (
    active_roles,
    bookings,
    capacity,
    cpd_action_plans,
    cpd_activities,
    cpd_attendance,
    cpd_evaluations,
    cpd_records,
    cpd_reports,
    currency,
    declared_conflicts,
    development_plans,
    educator_lookup,
    educators,
    eligibility,
    learner_episodes,
    manager_check_ins,
    nudges,
    pipeline,
    qualifications,
    register,
    register_export,
    registration_answers,
    registration_batches,
    registration_checks,
    return_steps,
    rule_parameters,
    seats,
    support_episodes,
    unavailability,
    waivers,
)
from services.educators.models.conflicts import CONFLICTS
from services.educators.settings import Settings
from services.educators.wiring import Wiring, wire
from shared.http.app import create_app as assemble
from shared.http.feed import feed_router
from shared.http.imports import imports_router
from shared.http.webhook_endpoints import router as webhook_endpoints

ROUTERS: tuple[APIRouter, ...] = (
    educators.router,
    educator_lookup.router,
    qualifications.router,
    support_episodes.router,
    learner_episodes.router,
    active_roles.router,
    cpd_records.router,
    manager_check_ins.router,
    registration_checks.router,
    return_steps.router,
    unavailability.router,
    development_plans.router,
    declared_conflicts.router,
    waivers.router,
    currency.router,
    eligibility.router,
    rule_parameters.router,
    seats.router,
    register.router,
    register_export.router,
    nudges.router,
    capacity.router,
    pipeline.router,
    registration_batches.router,
    registration_answers.router,
    cpd_activities.router,
    bookings.router,
    cpd_attendance.router,
    cpd_evaluations.router,
    cpd_action_plans.router,
    cpd_reports.router,
)
"""The routers of all resources, in the order of the reference."""


def create_app(wiring: Wiring | None = None) -> FastAPI:
    """The application; without a wiring, one is made from the environment."""
    parts = wiring or wire(Settings())

    return assemble(
        name="educators",
        title="Practicum educators",
        summary="Practice educators: their evidence, their currency, who may take which placement, and seats.",
        wiring=parts,
        routers=(*ROUTERS, imports_router(parts.importer.kinds), feed_router(), webhook_endpoints),
        conflicts=CONFLICTS,
    )
