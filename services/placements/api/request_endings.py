"""Requests that end without a placement in their round: what travels, and the routes."""

from typing import cast
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.deps import Wired, Writer
from services.placements.api.requests import VIEW, RequestView
from services.placements.api.resources import Id, binds_of, shown
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.requests import EndingReason
from services.placements.models.requests import Request
from services.placements.operations.authors import Author
from services.placements.operations.request_endings import defer, reinstate, withdraw
from services.placements.operations.requests import REQUEST
from services.placements.operations.resources import hold_visible
from services.placements.queries.requests import hold_round_of_request
from services.placements.queries.visibility import REQUESTS
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.wire import Wire, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["requests"])


class WithdrawalIn(Wire):
    """Why the request is taken back."""

    model_config = like(reason_code="left_programme")

    reason_code: EndingReason


class DeferralIn(Wire):
    """To which round the request is put off, and why."""

    model_config = like(round_id=SAMPLE_ID, reason_code="studies_interrupted")

    round_id: UUID
    reason_code: EndingReason


@router.post("/requests/{request_id}/withdrawal", operation_id="withdraw_request", response_model=RequestView)
async def withdraw_request(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    request_id: Id, body: WithdrawalIn, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Take a request out of its round. A proposal that waits for answers goes with it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        request = await _held(session, principal, request_id, seen)
        await withdraw(session, Author.of(principal), request, body.reason_code, now=wired.clock.now())
        return await key.keep(session, await shown(VIEW, session, principal, request_id))


@router.post("/requests/{request_id}/deferral", operation_id="defer_request", response_model=RequestView)
async def defer_request(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    request_id: Id, body: DeferralIn, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Put a request off to another round, where it goes on with the same wishes (`deferred_to_request_id`)."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        request, author = await _held(session, principal, request_id, seen), Author.of(principal)
        now = wired.clock.now()
        await defer(session, author, request, body.round_id, body.reason_code, now=now)
        return await key.keep(session, await shown(VIEW, session, principal, request_id))


@router.post(
    "/requests/{request_id}/reinstatement", operation_id="reinstate_request", response_model=RequestView
)
async def reinstate_request(
    request_id: Id, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Take a withdrawn request up again."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        request = await _held(session, principal, request_id, seen)
        await reinstate(session, Author.of(principal), request, now=wired.clock.now())
        return await key.keep(session, await shown(VIEW, session, principal, request_id))


async def _held(session: Session, principal: Principal, request_id: UUID, seen: int | None) -> Request:
    await hold_round_of_request(session, principal.tenant, request_id)
    row = await hold_visible(session, REQUEST, request_id, REQUESTS, binds_of(principal), seen=seen)
    return cast(Request, row)
