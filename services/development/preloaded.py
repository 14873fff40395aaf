"""What every one of our processes needs anyway. The nursery loads it once, and they share it."""

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

import shared.events.relay
import shared.http.app
import shared.http.server
import shared.imports.tables
import shared.jobs.worker
import shared.logs
from services.development.tether import tie

LOADED = (
    alembic,
    httptools,
    httpx,
    joserfc.jwt,
    procrastinate,
    psycopg,
    psycopg_pool,
    shared.events.relay,
    shared.http.app,
    shared.http.server,
    shared.imports.tables,
    shared.jobs.worker,
    shared.logs,
    sqlalchemy.dialects.postgresql.psycopg,
    sqlalchemy.ext.asyncio,
    stamina,
    typer,
    uvicorn,
    uvloop,
)
"""Named, so that it is plain that they are imported to be there."""

tie(signal.SIGTERM, os.getppid())  # the nursery, which alone imports this, goes with the supervisor
gc.collect()
gc.freeze()  # what the collector never touches stays shared
