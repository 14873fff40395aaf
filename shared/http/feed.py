"""`GET /v1/changes`: following what happens in a service, without missing anything and without asking in vain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from shared.auth.principal import Principal
from shared.events.change import Changes
from shared.events.feed import LONGEST_WAIT, changes
from shared.events.listening import FEED, Listener
from shared.http.reading import JSON
from shared.http.security import Needs
from shared.http.wire import FromText


class Question(FromText):
    """What a reader asks of the feed."""

    model_config = ConfigDict(use_attribute_docstrings=True)  # FastAPI describes each member as a parameter

    after: Annotated[str | None, Field(max_length=500)] = None
    """`next_cursor` of the last answer. Without it: from the oldest change kept."""

    types: Annotated[str | None, Field(max_length=2000, pattern=r"^[a-z0-9_.]+(,[a-z0-9_.]+)*$")] = None
    """Only these types, separated by commas: `placement.confirmed,placement.cancelled`. All by default."""

    wait: Annotated[float, Field(ge=0, le=LONGEST_WAIT)] = 0
    """Seconds to wait for news when there is none yet."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """How many changes at most."""


_ABOUT = (
    "Everything that happened, in the order of positions. Keep `next_cursor` and ask again with it; with `wait` the answer "
    "comes as soon as there is news. Changes hold ids, dates and codes; read the resource for more. A type that ends in "
    "`.deleted` is a tombstone. A cursor older than 90 days gives 410 `cursor_expired`: take a snapshot and go on from its "
    "cursor. You see your partnership's changes if you act for all of it, otherwise those that concern your organisation."
)


def feed_router() -> APIRouter:
    """The route of the feed. While the application runs, one connection of the process listens for news."""
    router = APIRouter(prefix="/v1", tags=["changes"], lifespan=_listening)
    router.add_api_route(
        "/changes",
        list_changes,
        methods=["GET"],
        operation_id="list_changes",
        summary="Follow what happens",
        description=_ABOUT,
        response_model=Changes,
        responses={410: {"description": "The cursor is older than what is kept."}},
    )
    return router


async def list_changes(
    request: Request,
    principal: Annotated[Principal, Needs("changes:read")],
    question: Annotated[Question, Query()],
) -> Response:
    """What happened after a cursor, for whoever may see it."""
    state = request.app.state
    found = await changes(
        state.wiring.db,
        principal,
        question.after,
        types=question.types.split(",") if question.types else None,
        wait=question.wait,
        limit=question.limit,
        listener=getattr(state, "listener", None),
        draining=lambda: bool(state.readiness.draining),
    )
    return Response(Changes.__pydantic_serializer__.to_json(found), media_type=JSON)


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[None]:
    stop = asyncio.Event()
    app.state.listener = Listener(app.state.wiring.db.url, (FEED,))
    listening = asyncio.create_task(app.state.listener.run(stop))
    try:
        yield
    finally:
        stop.set()
        await listening
