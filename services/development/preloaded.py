"""All that our processes need. The nursery loads it once, and they share its memory, each other's code included."""

import gc
import os
import signal

import alembic
import httptools
import httpx
import joserfc.jwt
import procrastinate
import psycopg
import psycopg_pool
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.ext.asyncio
import stamina
import typer
import uvicorn
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

LOADED = (
    alembic,
    httptools,
    httpx,
    joserfc.jwt,
    procrastinate,
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
    uvicorn,
    uvloop,
)
"""Named, so that it is plain that they are imported to be there."""

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def _rehearse() -> None:
    """Put a service together and throw it away: much is made at the first time only, and shared from here."""
    configure_mappers()
    services.placements.app.create_app(wire(Settings(database_url=NOWHERE)))


tie(signal.SIGTERM, os.getppid())  # the nursery, which alone imports this, goes with the supervisor
_rehearse()
gc.collect()
gc.freeze()  # what the collector never touches stays shared
