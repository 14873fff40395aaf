"""Waivers: one rule set aside for one educator. What travels, and the routes."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import RuleCode, WaiverState
from services.educators.domain.waivers import WaiverStep
from services.educators.operations.waivers import WaiverName, decide_waiver, request_waiver
from services.educators.queries import waivers as reading
from services.educators.queries.educators import expect_whole
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Day, Instant, LongText, Page, Wire, like
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["waivers"])

WaiverId = Annotated[UUID, Path(description="Our id of the waiver.")]

_EXAMPLE: dict[str, Any] = {
    "rule_code": "manager_check_in",
    "placement_id": None,
    "reason": "The manager left in August and the post is filled in October.",
    "conditions": "The head of service speaks with the educator every four weeks.",
    "expires_on": "2026-12-18",
}


class WaiverRequest(Wire):
    """Why a rule should be set aside, under which conditions, and until when. Give no names in it."""

    model_config = like(**_EXAMPLE)

    rule_code: RuleCode
    """One of `post_qualifying_years`, `current_at_start`, `manager_check_in` and `no_conflict`."""

    placement_id: UUID | None = None
    """For this placement only; null for every placement that begins by the expiry."""

    reason: Annotated[
        LongText, StringConstraints(min_length=20), Field(description="At least 20 characters.")
    ]
    conditions: LongText
    """What has to be done instead of keeping the rule."""

    expires_on: Day
    """Within twelve months. It counts for placements that begin on this day or before."""


class WaiverView(WaiverRequest):
    """A waiver, and what became of it. People and systems are named as in their tokens."""

    model_config = like(
        id=SAMPLE_ID,
        educator_id=SAMPLE_OTHER_ID,
        **_EXAMPLE,
        state="requested",
        requested_by="coordinator",
        requested_at="2026-09-07T09:00:00Z",
        decided_by=None,
        decided_at=None,
        revoked_by=None,
        revoked_at=None,
    )

    id: UUID
    educator_id: UUID
    state: WaiverState
    requested_by: str
    requested_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    revoked_by: str | None
    revoked_at: Instant | None


_one = TypeAdapter(WaiverView)
_many = TypeAdapter(list[WaiverView])


@router.get("/waivers", operation_id="list_waivers", summary="Waivers", response_model=Page[WaiverView])
async def list_waivers(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    state: Annotated[WaiverState | None, Query(description="Only waivers in this state.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only waivers for this placement.")] = None,
) -> Response:
    """The waivers of the caller's educators, in the order in which they were asked for."""
    today = london_day(wired.clock.now())
    given = {"state": state, "placement_id": placement_id}
    filters = {name: value for name, value in given.items() if value is not None}
    binds = {**reader(principal), "today": today, **(reading.state_binds(state, today) if state else {})}
    return await page(call, wired.db, reading.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/educators/{educator_id}/waivers",
    operation_id="list_educator_waivers",
    summary="Waivers of an educator",
    response_model=Page[WaiverView],
)
async def list_educator_waivers(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader
) -> Response:
    """The rules that were, or should be, set aside for the educator."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await expect_whole(connection, binds, educator_id)
    filters = {"educator_id": educator_id}
    binds = {**binds, "today": london_day(wired.clock.now())}
    return await page(call, wired.db, reading.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/educators/{educator_id}/waivers/{waiver_id}",
    operation_id="get_waiver",
    summary="One waiver",
    response_model=WaiverView,
)
async def get_waiver(
    educator_id: EducatorId, waiver_id: WaiverId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One waiver, and what became of it."""
    binds = _binds(wired, principal, WaiverName(educator_id, waiver_id))
    return await single(call, wired.db, reading.ONE, binds, _one, "waiver")


@router.post(
    "/educators/{educator_id}/waivers",
    operation_id="request_waiver",
    summary="Ask for a waiver",
    response_model=WaiverView,
    status_code=201,
)
async def request_a_waiver(
    educator_id: EducatorId, body: WaiverRequest, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Ask to set a rule aside. It counts once a second person has approved it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        now = wired.clock.now()
        waiver = await request_waiver(session, principal, educator_id, body.model_dump(), now)
        name = WaiverName(educator_id, waiver.id)
        made = await _shown(session, wired, principal, name, HTTPStatus.CREATED)
        return await key.keep(session, made)


async def _shown(
    session: Session, wired: Wiring, principal: Principal, name: WaiverName, status: int
) -> Response:
    columns = await one(await session.connection(), reading.ONE, _binds(wired, principal, name), "waiver")
    version = columns.pop("version")
    location = f"/v1/educators/{name.educator_id}/waivers/{name.waiver_id}"
    new = status == HTTPStatus.CREATED
    view = _one.validate_python(columns)
    return answer(view, version=version, status=status, location=location if new else None)


def _binds(wired: Wiring, principal: Principal, name: WaiverName) -> dict[str, object]:
    whose = {"p_educator": name.educator_id, "p_id": name.waiver_id}
    return {**reader(principal), **whose, "today": london_day(wired.clock.now())}


def _route(step: WaiverStep, verb: str, summary: str, words: str) -> None:
    async def take_step(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
        educator_id: EducatorId, waiver_id: WaiverId, wired: Wired, principal: Writer, seen: IfMatch, key: Key
    ) -> Response:
        name = WaiverName(educator_id, waiver_id)
        async with wired.db.begin() as session:
            if replay := await key.claim(session):
                return replay
            await decide_waiver(session, principal, name, step, seen=seen, now=wired.clock.now())
            return await key.keep(session, await _shown(session, wired, principal, name, HTTPStatus.OK))

    router.add_api_route(
        f"/educators/{{educator_id}}/waivers/{{waiver_id}}/{step.value}",
        take_step,
        methods=["POST"],
        operation_id=f"{verb}_waiver",
        summary=summary,
        description=words,
        response_model=WaiverView,
    )


_route(
    WaiverStep.APPROVAL,
    "approve",
    "Approve a waiver",
    "Set the rule aside until the waiver's expiry. Another person than who asked for it decides, and not the educator.",
)
_route(
    WaiverStep.REFUSAL,
    "refuse",
    "Refuse a waiver",
    "Leave the rule as it is. Another person than who asked decides.",
)
_route(
    WaiverStep.REVOCATION,
    "revoke",
    "Revoke a waiver",
    "From now on the rule counts again. Decisions that were given stay as they are.",
)
