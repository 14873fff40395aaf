"""Running the histories in `migrations/`, for the commands `migrate` and `revision`."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import NullPool, create_engine

from services.development.addresses import server_url
from services.development.cannot_start import CannotStart
from services.development.databases import create_database, drop_database
from services.development.home import CHECKOUT, Home
from services.development.postgres import EmbeddedPostgres

INI = CHECKOUT / "migrations" / "alembic.ini"


def _config(history: str, url: str) -> Config:
    config = Config(INI, ini_section=history)
    config.attributes["url"] = url
    return config


def upgrade(history: str, url: str) -> str:
    """Bring one database up to the last revision of its history; says what happened."""
    config = _config(history, url)
    before = _revision(url)
    command.upgrade(config, "head")
    after = _revision(url)
    return f"is at {after}" if before == after else f"went from {before or 'nothing'} to {after}"


def _revision(url: str) -> str | None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def write_revision(history: str, message: str) -> Path:
    """Write a revision that leads from the last one to the models. Works on a scratch database, not on anybody's data."""
    with _server() as server:
        scratch = f"scratch_{history}_{secrets.token_hex(4)}"
        url = create_database(server, scratch)
        try:
            config = _config(history, url)
            if ScriptDirectory.from_config(config).get_heads():
                command.upgrade(config, "head")
            script = command.revision(config, message=message, autogenerate=True)
        finally:
            drop_database(server, scratch)
    if not isinstance(script, Script):
        raise CannotStart("Alembic wrote no revision, or several.")
    return Path(script.path).relative_to(CHECKOUT)


@contextmanager
def addresses_of(services: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """The databases of services: those in <SERVICE>_DATABASE_URL; if there is none, those on the server, made if need be."""
    told = {name: os.environ.get(f"{name.upper()}_DATABASE_URL") for name in services}
    given = {name: url for name, url in told.items() if url}
    if given:
        yield given
        return
    with _server() as server:
        yield {name: create_database(server, name) for name in told}


@contextmanager
def _server() -> Iterator[str]:
    """The server in DATABASE_URL, or this checkout's own for as long as it is needed."""
    if given := os.environ.get("DATABASE_URL"):
        yield server_url(given)
        return
    home = Home()
    with home.held():
        postgres = EmbeddedPostgres(home.postgres, log=home.logs / "postgres.log")
        try:
            yield postgres.start()
        finally:
            postgres.stop()
