"""The HTTP application of the placements service: its routers, and what its named constraints mean."""

from fastapi import APIRouter, FastAPI

from services.placements.api import (
    audits,
    calendars,
    capacity_statements,
    closures,
    concern_actions,
    concern_reports,
    concerns,
    demand,
    escalation_policies,
    explanations,
    inbox,
    leave,
    match_comparisons,
    match_proofs,
    match_runs,
    matching_reports,
    meetings,
    named_steps,
    offers,
    organisations,
    pauses,
    people,
    placement_changes,
    placement_days,
    placements,
    policy_comparisons,
    programmes,
    proposals,
    quality_issues,
    readiness,
    repairs,
    reports,
    request_endings,
    requests,
    review_templates,
    reviews,
    rounds,
    schedules,
    season,
    setting_profiles,
    setting_quality,
    settings,
    signals,
    students,
    surveys,
    swaps,
    tasks,
    team_duty,
)
from services.placements.models.conflicts import CONFLICTS
from services.placements.queries.engine import keeps_up
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.http import webhook_endpoints
from shared.http.app import create_app as assemble
from shared.http.feed import feed_router
from shared.http.imports import imports_router

ROUTERS: tuple[APIRouter, ...] = (
    organisations.router,
    settings.router,
    setting_profiles.router,
    audits.router,
    programmes.router,
    students.router,
    people.router,
    rounds.router,
    season.router,
    readiness.router,
    capacity_statements.router,
    offers.router,
    requests.router,
    demand.router,
    request_endings.router,
    match_runs.router,
    explanations.router,
    match_comparisons.router,
    match_proofs.router,
    policy_comparisons.router,
    proposals.router,
    meetings.router,
    swaps.router,
    repairs.router,
    schedules.router,
    placements.router,
    placement_changes.router,
    pauses.router,
    closures.router,
    leave.router,
    calendars.router,
    placement_days.router,
    named_steps.router,
    reports.router,
    tasks.router,
    reviews.router,
    review_templates.router,
    quality_issues.router,
    signals.router,
    concerns.router,
    concern_actions.router,
    escalation_policies.router,
    concern_reports.router,
    inbox.router,
    matching_reports.router,
    surveys.router,
    setting_quality.router,
    team_duty.router,
)
"""The routers of all resources, in the order of the reference."""


def create_app(wiring: Wiring | None = None) -> FastAPI:
    """The application; without a wiring, one is made from the environment."""
    parts = wiring or wire(Settings())

    async def engine_keeps_up() -> bool:
        async with parts.db.read() as connection:
            return await keeps_up(connection, parts.clock.now())

    return assemble(
        name="placements",
        title="Practicum placements",
        summary="Students, settings, matching, placements and concerns.",
        wiring=parts,
        routers=(*ROUTERS, imports_router(parts.importer.kinds), feed_router(), webhook_endpoints.router),
        conflicts=CONFLICTS,
        watched={"escalation_engine": engine_keeps_up},
    )
