"""The deployable `identity`: the embedded authorisation server as an HTTP service (port 8000 in development)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import SQLAlchemyError

from shared.auth.issuer.api import router
from shared.auth.issuer.clients import read_clients, save_client
from shared.auth.issuer.sandbox import clients_router, clock_router
from shared.auth.issuer.settings import IssuerSettings
from shared.auth.issuer.signing import ensure_key, tend
from shared.auth.issuer.wiring import Wiring, wire
from shared.http import app as http
from shared.http.guides import guides_router

log = structlog.get_logger()

TENDED_EVERY = 3600.0
"""Seconds between looks at the age of the keys."""


def create_app(wiring: Wiring | None = None) -> FastAPI:
    """The issuer as an application. Its sandbox part exists only where the settings say that this is one."""
    wiring = wiring or wire(IssuerSettings())
    return http.create_app(
        name="identity",
        title="Practicum identity",
        summary="Access tokens for Practicum, where a partnership has no issuer of its own.",
        wiring=wiring,
        routers=_routers(wiring.settings),
        conflicts={},
        lifespan=lambda _: _running(wiring),
    )


async def prepare(wiring: Wiring) -> None:
    """What must be there before the first request: a signing key, and the clients of the file. May be repeated."""
    file, now = wiring.settings.clients_file, wiring.clock.now()
    records = read_clients(file, sandbox=wiring.settings.sandbox) if file else []
    async with wiring.db.begin() as session:
        await ensure_key(session, now)
        for record in sorted(records, key=lambda record: record.client_id):
            await save_client(session, record, now)


def _routers(settings: IssuerSettings) -> list[APIRouter]:
    sandbox = [clients_router] if settings.sandbox else []
    clock = [clock_router] if settings.clock_file else []
    return [router, *sandbox, *clock, guides_router({**settings.references, "identity": settings.issuer})]


@asynccontextmanager
async def _running(wiring: Wiring) -> AsyncIterator[None]:
    await prepare(wiring)
    tending = asyncio.create_task(_tend_for_ever(wiring))
    try:
        yield
    finally:
        tending.cancel()
        with suppress(asyncio.CancelledError):
            await tending
        await wiring.db.close()


async def _tend_for_ever(wiring: Wiring) -> None:
    rotate_every = timedelta(days=wiring.settings.rotate_every_days)
    while True:
        try:
            async with wiring.db.begin() as session:
                await tend(session, wiring.clock.now(), rotate_every)
        except (SQLAlchemyError, OSError) as error:
            log.warning("keys_not_tended", reason=type(error).__name__)
        await asyncio.sleep(TENDED_EVERY)
