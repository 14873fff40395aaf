"""Placement audits over HTTP: handing in, verifying, working off the plan, holding and opening again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.audit_shapes import (
    ActionDone,
    AuditIn,
    AuditSteps,
    AuditStepView,
    AuditView,
    StatusIn,
    VerificationIn,
)
from services.placements.api.deps import Monitor, Reader, Wired
from services.placements.api.resources import Id
from services.placements.domain.audits import AuditStatus, Standard
from services.placements.operations import audits
from services.placements.operations.authors import Author
from services.placements.queries import audits as reading
from services.placements.queries.singles import as_changed
from services.placements.queries.visibility import reader
from shared.auth.principal import Principal
from shared.calendar import ENGLAND
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Page
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["placement audits"])

_ONE, _MANY = TypeAdapter(AuditView), TypeAdapter(list[AuditView])


async def _shown(session: Session, principal: Principal, id_: UUID, *, status: int = 200) -> Response:
    columns = await as_changed(session, reading.SINGLE, {**reader(principal), "id": id_}, "audit")
    version = columns.pop("version")
    location = f"/v1/audits/{id_}" if status != 200 else None  # noqa: PLR2004 - 201 alone says where
    return answer(AuditView.model_validate(columns), version=version, status=status, location=location)


@router.get("/audits", operation_id="list_audits", response_model=Page[AuditView])
async def list_audits(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    call: ListCall,
    wired: Wired,
    principal: Reader,
    organisation_id: Annotated[UUID | None, Query(description="Only those of this agency.")] = None,
    status: Annotated[AuditStatus | None, Query(description="Only those in this status.")] = None,
    expires_before: Annotated[
        Day | None, Query(description="Only those that count and expire before this day.")
    ] = None,
) -> Response:
    """Audits of all settings: an agency sees its own, universities and the office see all."""
    asked = {"organisation_id": organisation_id, "status": status, "expires_before": expires_before}
    given = {name: value for name, value in asked.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _MANY, filters=given)


@router.get(
    "/settings/{setting_id}/audits", operation_id="list_setting_audits", response_model=Page[AuditView]
)
async def list_setting_audits(setting_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The audits of one setting, oldest first; `is_current` marks the one that counts."""
    given = {"setting_id": setting_id}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _MANY, filters=given)


@router.get("/audits/{audit_id}", operation_id="get_audit", response_model=AuditView)
async def get_audit(audit_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One audit."""
    return await single(call, wired.db, reading.SINGLE, {**reader(principal), "id": audit_id}, _ONE, "audit")


@router.get("/audits/{audit_id}/steps", operation_id="list_audit_steps", response_model=AuditSteps)
async def list_audit_steps(audit_id: Id, wired: Wired, principal: Reader) -> Response:
    """Each change of an audit's status: from what to what, why, by whom and when."""
    async with wired.db.read() as connection:
        rows = await connection.execute(reading.STEPS, {**reader(principal), "id": audit_id})
        return answer(AuditSteps(items=[AuditStepView.model_validate(row) for row in rows]))


@router.post(
    "/settings/{setting_id}/audits",
    operation_id="create_audit",
    response_model=AuditView,
    status_code=201,
)
async def create_audit(setting_id: Id, body: AuditIn, wired: Wired, principal: Monitor, key: Key) -> Response:
    """The agency hands in an audit of its setting. It counts once a university has verified it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        setting = await reading.setting_of(session, principal.tenant, setting_id)
        author, now = Author.of(principal), wired.clock.now()
        made = await audits.fill(session, author, setting, body.filled(), by=principal.subject, now=now)
        return await key.keep(session, await _shown(session, principal, made.id, status=201))


@router.put("/audits/{audit_id}", operation_id="change_audit", response_model=AuditView)
async def change_audit(
    audit_id: Id, body: AuditIn, wired: Wired, principal: Monitor, seen: IfMatch
) -> Response:
    """The agency changes what it has handed in, as long as nobody has verified it."""
    async with wired.db.begin() as session:
        audit = await reading.hold_visible_audit(session, reader(principal), audit_id, seen=seen)
        await audits.correct(session, Author.of(principal), audit, body.filled(), now=wired.clock.now())
        return await _shown(session, principal, audit_id)


@router.post("/audits/{audit_id}/verification", operation_id="confirm_audit", response_model=AuditView)
async def confirm_audit(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    audit_id: Id, body: VerificationIn, wired: Wired, principal: Monitor, key: Key, seen: IfMatch
) -> Response:
    """A university verifies the audit: from now on it is the setting's, shared by all universities."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        audit = await reading.hold_visible_audit(session, reader(principal), audit_id, seen=seen)
        await audits.verify(
            session,
            Author.of(principal),
            audit,
            note=body.note,
            by=principal.subject,
            calendar=ENGLAND,
            now=wired.clock.now(),
        )
        return await key.keep(session, await _shown(session, principal, audit_id))


@router.put(
    "/audits/{audit_id}/actions/{standard}", operation_id="record_audit_action", response_model=AuditView
)
async def record_audit_action(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    audit_id: Id,
    standard: Annotated[Standard, Path(description="The standard whose action it is.")],
    body: ActionDone,
    wired: Wired,
    principal: Monitor,
    seen: IfMatch,
) -> Response:
    """The agency has done what its action plan says; when all is done, the plan is completed."""
    async with wired.db.begin() as session:
        audit = await reading.hold_visible_audit(session, reader(principal), audit_id, seen=seen)
        author, now = Author.of(principal), wired.clock.now()
        await audits.note_action(
            session, author, audit, standard, body.done_on, by=principal.subject, now=now
        )
        return await _shown(session, principal, audit_id)


@router.post("/audits/{audit_id}/status", operation_id="decide_audit_status", response_model=AuditView)
async def decide_audit_status(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    audit_id: Id, body: StatusIn, wired: Wired, principal: Monitor, key: Key, seen: IfMatch
) -> Response:
    """Hold or close a setting, ask for another look, or (a university) open it again; only then are students matched."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        audit = await reading.hold_visible_audit(session, reader(principal), audit_id, seen=seen)
        await audits.decide(
            session,
            Author.of(principal),
            audit,
            body.status,
            body.reason,
            note=body.note,
            by=principal.subject,
            now=wired.clock.now(),
        )
        return await key.keep(session, await _shown(session, principal, audit_id))
