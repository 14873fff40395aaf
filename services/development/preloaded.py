"""All that our processes need. The nursery loads it once, and they share its memory, each other's code included."""

import gc
import os
import signal

import anyio
import cryptography.hazmat.backends.openssl.backend
import httptools
import httpx
import joserfc.jwt
import procrastinate.worker
import psycopg
import psycopg_pool
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.ext.asyncio
import stamina
import typer
import uvicorn.lifespan.on
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.auto
import uvloop
from sqlalchemy.orm import configure_mappers

import services.educators.app
import services.educators.worker
import services.hubs.app
import services.hubs.worker
import services.placements.app
import services.placements.worker
import shared.auth.issuer.app
import shared.http.server
from services.development.tether import tie
from services.placements.settings import Settings
from services.placements.wiring import wire
from shared.calendar import bank_holidays
from shared.events.webhooks import delivery_client

LOADED = (
    anyio,
    cryptography.hazmat.backends.openssl.backend,
    httptools,
    httpx,
    joserfc.jwt,
    procrastinate.worker,
    psycopg,
    psycopg_pool,
    services.educators.app,
    services.educators.worker,
    services.hubs.app,
    services.hubs.worker,
    services.placements.app,
    services.placements.worker,
    shared.auth.issuer.app,
    shared.http.server,
    sqlalchemy.dialects.postgresql.psycopg,
    sqlalchemy.ext.asyncio,
    stamina,
    typer,
    uvicorn.lifespan.on,
    uvicorn.protocols.http.auto,
    uvicorn.protocols.websockets.auto,
    uvloop,
)
"""Named, so that it is plain that they are imported to be there. Alembic is not: 9 MB for one process that ends soon."""

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def _rehearse() -> None:
    """Put a service together and throw it away: much is made at the first time only, and shared from here."""
    configure_mappers()
    anyio.run(anyio.sleep, 0)
    delivery_client()
    bank_holidays(2026)  # the library loads all the world's countries, whichever is asked for
    services.placements.app.create_app(wire(Settings(database_url=NOWHERE)))


tie(signal.SIGTERM, os.getppid())  # the nursery, which alone imports this, goes with the supervisor
_rehearse()
gc.collect()
gc.freeze()  # what the collector never touches stays shared
