"""Midway and final reports of a placement: what travels, and the routes."""

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.placements.api.deps import Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import Domains
from services.placements.domain.vocabulary import Recommendation, ReportKind
from services.placements.operations import reports
from services.placements.operations.lifecycle import Actor
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.wire import Instant, Wire, like
from shared.http.writing import IdempotencyKey, Key, answer

router = APIRouter(prefix="/v1", tags=["named steps"])


class MidwayReportIn(Wire):
    """What the midway report recommends: `on_course` or `at_risk`."""

    model_config = like(recommendation="on_course")

    recommendation: Recommendation
    pcf_domains: Domains = Field(default_factory=list)
    """The PCF domains it covers."""


class FinalReportIn(Wire):
    """What the final report recommends: `pass`, `fail` or `incomplete`."""

    model_config = like(recommendation="pass")

    recommendation: Recommendation
    pcf_domains: Domains = Field(default_factory=list)
    """The PCF domains it covers."""


class ReportView(Wire):
    """A report that was made."""

    model_config = like(kind="midway", recommendation="on_course", recorded_at="2026-12-01T10:00:00Z")

    kind: ReportKind
    recommendation: Recommendation
    recorded_at: Instant


@router.post(
    "/placements/{placement_id}/midway-report",
    operation_id="make_midway_report",
    response_model=ReportView,
    status_code=201,
)
async def make_midway_report(
    placement_id: Id, body: MidwayReportIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that the midway report was made."""
    return await _report(wired, principal, placement_id, ReportKind.MIDWAY, body, key)


@router.post(
    "/placements/{placement_id}/final-report",
    operation_id="make_final_report",
    response_model=ReportView,
    status_code=201,
)
async def make_final_report(
    placement_id: Id, body: FinalReportIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that the final report was made."""
    return await _report(wired, principal, placement_id, ReportKind.FINAL, body, key)


async def _report(  # noqa: PLR0917 - what both reports need
    wired: Wiring,
    principal: Principal,
    placement_id: Id,
    kind: ReportKind,
    body: MidwayReportIn | FinalReportIn,
    key: IdempotencyKey,
) -> Response:
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        made = await reports.make(
            session,
            placement,
            kind,
            body.recommendation,
            actor,
            domains=body.pcf_domains,
            now=wired.clock.now(),
        )
        view = ReportView(kind=kind, recommendation=body.recommendation, recorded_at=made.recorded_at)
        return await key.keep(session, answer(view, status=201))
