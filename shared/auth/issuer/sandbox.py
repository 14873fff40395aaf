"""What only a sandbox offers: a clock that can be moved, and personas that can be registered."""

import asyncio
from pathlib import Path as FilePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic_core import to_json
from sqlalchemy import select
from starlette.responses import Response

from shared.auth.issuer.api import Parts
from shared.auth.issuer.clients import ClientId, ClientPart, ClientRecord, RoleList, ScopeNames, save_client
from shared.auth.issuer.models import Client
from shared.auth.principal import Principal
from shared.clock import SimulatedClock
from shared.errors import Conflict, Forbidden
from shared.http.security import Needs
from shared.http.wire import Instant, Name, Wire, like

clock_router = APIRouter(prefix="/sandbox", tags=["sandbox"])
clients_router = APIRouter(prefix="/sandbox", tags=["sandbox"])

_MOVERS = frozenset({"partnership", "service"})
_moving = asyncio.Lock()


_SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"


class ClockReading(Wire):
    """What time it is in the sandbox."""

    model_config = like(now="2026-09-07T09:00:00Z")

    now: Instant


class ClientView(Wire):
    """A registered persona, without its secret."""

    model_config = like(
        client_id="tutor-ada",
        name="Ada Example, tutor",
        partnership_id=_SAMPLE_ID,
        organisation_id=_SAMPLE_ID,
        person_id=_SAMPLE_ID,
        roles=["tutor"],
        scopes=["students:read", "placements:read"],
    )

    client_id: ClientId
    name: Name
    partnership_id: UUID
    organisation_id: UUID | None
    person_id: UUID | None
    roles: RoleList
    scopes: ScopeNames


@clock_router.get("/clock", operation_id="get_clock", response_model=ClockReading)
async def get_clock(_: Annotated[Principal, Needs()], parts: Parts) -> Response:
    """The simulated instant that all services of this sandbox go by."""
    return _reading(SimulatedClock(_file(parts)))


@clock_router.put("/clock", operation_id="move_clock", response_model=ClockReading)
async def move_clock(
    reading: ClockReading, principal: Annotated[Principal, Needs("clock:move")], parts: Parts
) -> Response:
    """Move the simulated clock forward, for everybody in the sandbox. It never goes back."""
    if not _MOVERS & principal.roles:
        raise Forbidden("role_missing", "Only the partnership's office or a service may move the clock.")
    clock = SimulatedClock(_file(parts))
    async with _moving:
        if _file(parts).exists() and reading.now < clock.now():
            raise Conflict("clock_goes_forward", "The clock goes forward only, and it is later already.")
        clock.advance_to(reading.now)
    return _reading(clock)


@clients_router.put(
    "/clients/{client_id}",
    operation_id="register_client",
    response_model=ClientView,
    responses={201: {"description": "It was new here."}},
)
async def register_client(
    client_id: Annotated[ClientId, Path(description="The name under which it asks for tokens.")],
    body: ClientPart,
    principal: Annotated[Principal, Needs("clients:write")],
    parts: Parts,
) -> Response:
    """Register a persona of your own partnership, or change it; 201 when it is new. No persona becomes a service."""
    if not principal.partnership_wide:
        raise Forbidden("role_missing", "Only the partnership's office may register clients.")
    if "service" in body.roles:
        raise Forbidden(
            "role_reserved", "The role service is for sister services, named in the file of clients."
        )
    record = ClientRecord.model_validate(
        {**body.model_dump(), "client_id": client_id, "partnership_id": principal.tenant}
    )
    async with parts.db.begin() as session:
        owner = select(Client.partnership_id, Client.may_act_for_all).where(Client.client_id == client_id)
        row = (await session.execute(owner.with_for_update())).one_or_none()
        if row is not None and (row.partnership_id != principal.tenant or row.may_act_for_all):
            raise Conflict("client_taken", "This client id belongs to somebody else.")
        is_new = await save_client(session, record, parts.clock.now())
    view = ClientView.model_validate(record.model_dump(include=set(ClientView.model_fields)))
    return Response(to_json(view), 201 if is_new else 200, media_type="application/json")


def _file(parts: Parts) -> FilePath:
    file = parts.settings.clock_file
    assert file is not None  # noqa: S101 - the routes exist only where there is one
    return file


def _reading(clock: SimulatedClock) -> Response:
    return Response(ClockReading(now=clock.now()).model_dump_json(), media_type="application/json")
