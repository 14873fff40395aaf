"""How an HTTP service is put together; the same for all of them."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shared.db import Database
from shared.http import problems
from shared.http.docs import docs_router
from shared.http.health import Check, Readiness, health_router
from shared.http.middleware import Envelope
from shared.http.openapi import describe
from shared.http.security import Judge
from shared.http.signpost import Signpost
from shared.settings import ProcessSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Parts(Protocol):
    """What every service's wiring has."""

    @property
    def settings(self) -> ProcessSettings:
        """Read once, at the start."""

    @property
    def db(self) -> Database:
        """The service's own database."""

    @property
    def verifier(self) -> Judge:
        """Who judges the tokens of callers."""

    async def close(self) -> None:
        """Let go of connections that were opened for the service."""


def create_app(
    *,
    name: str,
    title: str,
    summary: str,
    wiring: Parts,
    routers: Iterable[APIRouter],
    conflicts: problems.Conflicts,
    lifespan: Lifespan | None = None,
    checks: Mapping[str, Check] | None = None,
    watched: Mapping[str, Check] | None = None,
) -> FastAPI:
    """The application of one service.

    `conflicts` says what each named constraint means to a caller; `checks` adds to readiness (the database is always
    asked), `watched` only to its details.
    Without a `lifespan` of its own, the service gives its connections back when it stops.
    """
    app = _bare(title, summary, lifespan or _giving_back(wiring))
    app.state.wiring = wiring
    app.state.verifier = wiring.verifier
    app.state.readiness = Readiness({"database": wiring.db.answers, **(checks or {})}, watched)
    _wrap(app, wiring.settings)
    problems.install(app, conflicts)
    app.include_router(health_router(app.state.readiness))
    app.include_router(docs_router(conflicts))
    served = list(routers)
    for router in served:
        app.include_router(router)
    ours = (route for router in served for route in router.routes if isinstance(route, APIRoute))
    app.state.signpost = Signpost(ours)
    app.router.routes.insert(0, app.state.signpost)
    app.openapi = _described_once(app, name)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _bare(title: str, summary: str, lifespan: Lifespan) -> FastAPI:
    """Without redirects: a slash too many is an unknown address, and the answer to one is a problem."""
    return FastAPI(
        title=title,
        summary=summary,
        version="1",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )


def _wrap(app: FastAPI, settings: ProcessSettings) -> None:
    app.add_middleware(
        Envelope,
        body_limit=settings.body_limit,
        import_limit=settings.import_limit,
        deadline=settings.request_deadline,
    )


def _giving_back(wiring: Parts) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        yield
        await wiring.close()

    return lifespan


def _described_once(app: FastAPI, name: str) -> Callable[[], dict[str, Any]]:
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            document.update(describe(app, name))
        return document

    return openapi
