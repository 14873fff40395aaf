"""The smallest service that uses every piece of the door: things with a name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, Request
from pydantic import TypeAdapter
from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    insert,
    select,
    text,
    update,
)
from starlette.responses import Response

from shared.auth.principal import Principal
from shared.clock import Clock, SystemClock
from shared.db import Database
from shared.errors import InvalidState
from shared.http.app import create_app
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import listing, page, single
from shared.http.security import Needs
from shared.http.wire import Name, Page, Wire
from shared.http.writing import IfMatch, Key, answer, created, expect
from shared.ids import new_id
from shared.settings import ProcessSettings
from tests.principals import a_verifier

things = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("partnership_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name", name="thing_name_taken"),
    CheckConstraint("name <> 'nameless'", name="nobody_listed_this"),
)


class ThingIn(Wire):
    name: Name


class ThingOut(Wire):
    id: UUID
    name: str


COLUMNS = select(things.c.id, things.c.name, things.c.version).where(
    things.c.partnership_id == bindparam("p_partnership")
)
LIST = listing(COLUMNS, things.c.id)
ONE = COLUMNS.where(things.c.id == bindparam("p_id"))
MANY_OUT, ONE_OUT = TypeAdapter(list[ThingOut]), TypeAdapter(ThingOut)
router = APIRouter(prefix="/v1", tags=["things"])
Reading = Annotated[Principal, Needs("students:read")]
Writing = Annotated[Principal, Needs("students:write")]


@dataclass(frozen=True)
class SmallWiring:
    settings: ProcessSettings
    db: Database
    verifier: Any
    clock: Clock
    queue: Any = None

    async def close(self) -> None:
        await self.db.close()


def db_of(request: Request) -> Database:
    return cast(Database, request.app.state.wiring.db)


@router.get("/things", response_model=Page[ThingOut])
async def list_things(call: ListCall, principal: Reading) -> Response:
    return await page(call, db_of(call.request), LIST, principal.binds(), MANY_OUT, filters={})


@router.get("/things/{thing_id}", response_model=ThingOut)
async def get_thing(call: SingleCall, principal: Reading, thing_id: UUID) -> Response:
    binds = {**principal.binds(), "p_id": thing_id}
    return await single(call, db_of(call.request), ONE, binds, ONE_OUT, "thing")


@router.post("/things", status_code=201, response_model=ThingOut)
async def create_thing(request: Request, body: ThingIn, principal: Writing, key: Key) -> Response:
    async with db_of(request).begin() as session:
        if replay := await key.claim(session):
            return replay
        thing = ThingOut(id=new_id(), name=body.name)
        row = {"id": thing.id, "partnership_id": principal.tenant, "name": thing.name, "version": 1}
        await session.execute(insert(things).values(row))
        if body.name == "slow":
            await asyncio.sleep(0.3)
        return await key.keep(session, created(thing, f"/v1/things/{thing.id}"))


@router.patch("/things/{thing_id}", response_model=ThingOut)
async def rename_thing(
    request: Request, thing_id: UUID, body: ThingIn, principal: Writing, seen: IfMatch
) -> Response:
    async with db_of(request).begin() as session:
        row = (await session.execute(ONE.with_for_update(), {**principal.binds(), "p_id": thing_id})).one()
        expect(row.version, seen)
        await session.execute(update(things).values(name=body.name, version=row.version + 1))
        return answer(ThingOut(id=thing_id, name=body.name), version=row.version + 1)


@router.get("/crash")
async def crash() -> None:
    raise RuntimeError("the secret of Alex Example")


@router.get("/refuse")
async def refuse() -> None:
    raise InvalidState("thing", "finished", ["reopen"])


@router.get("/slow")
async def slow() -> dict[str, bool]:
    await asyncio.sleep(0.5)
    return {"finished": True}


async def a_small_app(db: Database) -> FastAPI:
    """The app on a database that has its table."""
    async with db.engine.begin() as connection:
        await connection.run_sync(things.metadata.create_all)
    wiring = SmallWiring(
        ProcessSettings(database_url=db.url, body_limit=2000), db, a_verifier(), SystemClock()
    )
    conflicts = {"thing_name_taken": ("name_taken", "Another thing has this name.")}
    return create_app(
        name="things", title="Things", summary="Things.", wiring=wiring, routers=[router], conflicts=conflicts
    )


@asynccontextmanager
async def calling(app: FastAPI, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app in this process."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://things.test", headers=headers
    ) as client:
        yield client


async def things_in(db: Database) -> int:
    async with db.read() as connection:
        return int((await connection.execute(text("select count(*) from things"))).scalar_one())
