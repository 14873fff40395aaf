"""CPD activities: the catalogue of what the partners offer one another."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.cpd_shapes import (
    ActivityFacts,
    ActivityId,
    ActivityPatch,
    ActivityView,
    SessionShape,
)
from services.educators.api.deps import Reader, Wired, Writer
from services.educators.domain.cpd import ActivityKind, ActivityStatus, Meeting
from services.educators.operations import cpd_activities as operations
from services.educators.operations.authors import Author
from services.educators.queries import cpd_activities as reading
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Page, Wire
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["cpd"])

_one = TypeAdapter(ActivityView)
_many = TypeAdapter(list[ActivityView])


@router.get(
    "/cpd-activities",
    operation_id="list_cpd_activities",
    summary="The CPD catalogue",
    response_model=Page[ActivityView],
)
async def list_cpd_activities(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    kind: Annotated[ActivityKind | None, Query(description="Only this kind.")] = None,
    status: Annotated[ActivityStatus | None, Query(description="Only this status.")] = None,
    organisation_id: Annotated[UUID | None, Query(description="Only held by this organisation.")] = None,
    from_day: Annotated[
        Day | None, Query(alias="from", description="Only those that end on this day or later.")
    ] = None,
) -> Response:
    """What is open to the caller, was held or was called off; and what their organisation prepares."""
    given = {"kind": kind, "status": status, "organisation_id": organisation_id, "from_day": from_day}
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/cpd-activities/{activity_id}",
    operation_id="get_cpd_activity",
    summary="One CPD activity",
    response_model=ActivityView,
)
async def get_cpd_activity(
    activity_id: ActivityId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One activity, with how many places are taken and how many people wait."""
    binds = {**reader(principal), "p_activity": activity_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "CPD activity")


@router.post(
    "/cpd-activities",
    operation_id="create_cpd_activity",
    summary="Prepare a CPD activity",
    response_model=ActivityView,
    status_code=201,
)
async def create_cpd_activity(body: ActivityFacts, wired: Wired, principal: Writer, key: Key) -> Response:
    """Prepare an activity of one's own organisation as a draft. Nobody else sees it until it is opened."""
    author, values = Author.of(principal), _columns(body)
    await _expect_organisations(wired, author, values)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        now, meetings = wired.clock.now(), _meetings(body.sessions)
        activity = await operations.prepare(session, author, values, meetings, now)
        return await key.keep(session, await _shown(session, principal, activity.id, HTTPStatus.CREATED))


@router.patch(
    "/cpd-activities/{activity_id}",
    operation_id="change_cpd_activity",
    summary="Change a CPD activity",
    response_model=ActivityView,
)
async def change_cpd_activity(
    activity_id: ActivityId, body: ActivityPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given, until it is held. More places go to those who wait, in their order."""
    author, values = Author.of(principal), _columns(body)
    meetings = _meetings(body.sessions) if "sessions" in body.model_fields_set else None
    await _expect_organisations(wired, author, values)
    async with wired.db.begin() as session:
        activity = await reading.hold_activity(session, reader(principal), activity_id)
        now = wired.clock.now()
        await operations.change(session, author, activity, values, meetings, seen=seen, now=now)
        return await _shown(session, principal, activity_id)


@router.delete(
    "/cpd-activities/{activity_id}",
    operation_id="delete_cpd_activity",
    summary="Remove a draft",
    status_code=204,
    response_class=Response,
)
async def delete_cpd_activity(
    activity_id: ActivityId, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Remove an activity that was never opened. One that was is cancelled instead."""
    async with wired.db.begin() as session:
        activity = await reading.hold_activity(session, reader(principal), activity_id)
        await operations.delete(session, Author.of(principal), activity, seen=seen)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/cpd-activities/{activity_id}/opening",
    operation_id="open_cpd_activity",
    summary="Open a CPD activity",
    response_model=ActivityView,
)
async def open_cpd_activity(
    activity_id: ActivityId, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Let everybody to whom it is open see it and book it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await reading.hold_activity(session, reader(principal), activity_id)
        author, now = Author.of(principal), wired.clock.now()
        await operations.open_for_booking(session, author, activity, seen=seen, now=now)
        return await key.keep(session, await _shown(session, principal, activity_id))


@router.post(
    "/cpd-activities/{activity_id}/cancellation",
    operation_id="cancel_cpd_activity",
    summary="Call a CPD activity off",
    response_model=ActivityView,
)
async def cancel_cpd_activity(
    activity_id: ActivityId, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Call it off, and with it every booking."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await reading.hold_activity(session, reader(principal), activity_id)
        author, now = Author.of(principal), wired.clock.now()
        await operations.cancel(session, author, activity, seen=seen, now=now)
        return await key.keep(session, await _shown(session, principal, activity_id))


async def _expect_organisations(wired: Wiring, author: Author, values: dict[str, Any]) -> None:
    """Whoever is named must be an organisation of the partnership; the placements service knows which there are."""
    host, partners = values.get("organisation_id"), values.get("open_to") or []
    named = {f"/open_to/{n}": each for n, each in enumerate(partners)}
    if host is not None and author.wide:
        named["/organisation_id"] = host
    if not named:
        return
    known = await wired.placements.organisations(author.tenant)
    words = "There is no such organisation in this partnership."
    faults = [Fault(where, "unknown_reference", words) for where, each in named.items() if each not in known]
    if faults:
        raise Invalid(faults)


def _columns(body: Wire) -> dict[str, Any]:
    """The columns a body stands for; members that were not given are left out of a PATCH."""
    return body.model_dump(exclude_unset=isinstance(body, ActivityPatch), exclude={"sessions"})


def _meetings(sessions: list[SessionShape]) -> list[Meeting]:
    return [Meeting(each.starts_at, each.ends_at) for each in sessions]


async def _shown(
    session: Session, principal: Principal, activity_id: UUID, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    columns = await reading.shown(session, reader(principal), activity_id)
    version = columns.pop("version")
    location = f"/v1/cpd-activities/{activity_id}" if status is HTTPStatus.CREATED else None
    return answer(_one.validate_python(columns), version=version, status=status, location=location)
