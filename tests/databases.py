"""Throw-away databases: one server for a run, one template for a service, one clone for a test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from anyio import to_thread
from psycopg import sql
from sqlalchemy import create_engine

from migrations.beginnings import begin
from migrations.histories import kit, metadata_of
from services.development.addresses import conninfo, database_url, server_url
from services.development.databases import drop_database
from services.development.postgres import FLEETING, EmbeddedPostgres
from shared.db import Database

ROOM = 2 * 1024**3
"""Bytes that must be free in memory; a run needs a quarter of it at most."""

KIT_ONLY = "kit"
"""Asked for instead of a service: a database with the shared kit's tables alone."""


class Server:
    """The server of one test run: the one in DATABASE_URL, or one of our own that is gone afterwards."""

    def __init__(self) -> None:
        self.run = f"practicum_test_{os.getpid()}_{os.urandom(3).hex()}"
        self._own: EmbeddedPostgres | None = None
        self._folder: Path | None = None
        given = os.environ.get("DATABASE_URL")
        self.url = server_url(given) if given else self._start()

    def _start(self) -> str:
        self._folder = Path(tempfile.mkdtemp(prefix="practicum-tests-", dir=in_memory()))
        self._folder.chmod(0o711)  # the account that runs PostgreSQL must get to its data
        self._own = EmbeddedPostgres(self._folder / "postgres", FLEETING)
        return self._own.start()

    def close(self) -> None:
        if self._own is None or self._folder is None:
            self._drop_all()
            return
        self._own.stop()
        self._own.forget()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _drop_all(self) -> None:
        with psycopg.connect(conninfo(self.url), autocommit=True) as connection:
            ours = "select datname from pg_database where starts_with(datname, %s)"
            for (name,) in connection.execute(ours, [self.run]).fetchall():
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def in_memory() -> Path | None:
    """Where files live in memory only, if there is such a place with room enough: a busy disk makes every test wait."""
    place = Path("/dev/shm")
    roomy = place.is_dir() and shutil.disk_usage(place).free > ROOM
    return place if roomy and os.access(place, os.W_OK | os.X_OK) else None


class Databases:
    """What one test process makes on the server of its run."""

    def __init__(self, server: str, run: str) -> None:
        self.server = server
        self._run = run
        self._numbers = count(1)
        # Measured for the largest service, 12 MB in 400 relations: file_copy takes 16 ms on our own server, which is in
        # memory and does not wait for its checkpoints, wal_log 71. On a disk it is the other way round.
        self._strategy = "wal_log" if os.environ.get("DATABASE_URL") else "file_copy"
        self._sweeper = ThreadPoolExecutor(1, "sweeper")

    @cached_property
    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(conninfo(self.server), autocommit=True)

    def close(self) -> None:
        self._sweeper.shutdown(cancel_futures=True)
        if "_admin" in self.__dict__:
            self._admin.close()

    def empty(self) -> str:
        """The URL of a new database with nothing in it; it goes with the run."""
        return self._create("template0")

    def clone(self, service: str) -> str:
        """The URL of a new database with the tables of a service (or `kit`) and no rows."""
        return self._create(self._template(service))

    def drop(self, url: str) -> None:
        """Have a database removed by and by: dropping waits for every session of the server, a test need not."""
        self._sweeper.submit(drop_database, self.server, url.rpartition("/")[2])

    @asynccontextmanager
    async def fresh(self, service: str) -> AsyncIterator[Database]:
        # In a thread: making may wait for other sessions, also for one that a task of this event loop is just opening.
        url = await to_thread.run_sync(self.clone, service)
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()
            self.drop(url)

    def _create(self, template: str) -> str:
        name = f"{self._run}_{os.getpid()}_{next(self._numbers)}"
        statement = sql.SQL("create database {} template {} strategy {}")
        names = (sql.Identifier(name), sql.Identifier(template), sql.Identifier(self._strategy))
        self._admin.execute(statement.format(*names))
        return database_url(self.server, name)

    def _template(self, service: str) -> str:
        """The name of the service's template, built by whichever test process needs it first."""
        name = f"{self._run}_{service}"
        with self._admin.transaction():
            self._admin.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            if not self._admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                self._build(service, name)
        return name

    def _build(self, service: str, name: str) -> None:
        with psycopg.connect(conninfo(self.server), autocommit=True) as other:
            draft = f"{name}_draft"
            other.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(draft)))
            other.execute(sql.SQL("create database {} template template0").format(sql.Identifier(draft)))
            build_template(service, database_url(self.server, draft))
            rename = sql.SQL("alter database {} rename to {}")
            other.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


def build_template(service: str, url: str) -> None:
    """Make the tables of a service in an empty database."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            begin(connection, "placements" if service == KIT_ONLY else service)
            for metadata in [kit()] if service == KIT_ONLY else metadata_of(service):
                metadata.create_all(connection)
    finally:
        engine.dispose()
