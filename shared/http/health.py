"""Is the process alive, and should it get work: `/livez`, `/readyz`, `/metrics`, outside of `/v1` and without a token."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic_core import to_json
from starlette.responses import Response

Check = Callable[[], Awaitable[bool]]
"""Answers whether one thing this process needs is there."""


class Readiness:
    """Whether the process wants requests: not while it drains, and not without what it needs.

    What is `watched` is only shown: the requests of people who could help must not be turned away because of it.
    """

    def __init__(self, checks: Mapping[str, Check], watched: Mapping[str, Check] | None = None) -> None:
        self.checks = checks
        self.watched = watched or {}
        self.draining = False

    async def details(self) -> dict[str, bool]:
        """Each check by name, and whether it passes now."""
        return {
            "accepting": not self.draining,
            **{name: await check() for name, check in self.checks.items()},
        }

    async def seen(self) -> dict[str, bool]:
        """Each watched thing by name, and whether it is well."""
        return {name: await check() for name, check in self.watched.items()}


def health_router(readiness: Readiness) -> APIRouter:
    """The three endpoints for the machinery around the service; they are no part of the documented API."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> Response:
        return Response(b'{"alive":true}', media_type="application/json")

    @router.get("/readyz")
    async def readyz() -> Response:
        details = await readiness.details()
        ready = all(details.values())
        seen = await readiness.seen() if ready else {}
        body = {"ready": ready, **details, **seen}
        return Response(to_json(body), 200 if ready else 503, media_type="application/json")

    @router.get("/metrics")
    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
