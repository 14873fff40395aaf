"""Run by Alembic for every command, on the history whose section was chosen.

The database is given as the attribute `url` or in the variable <HISTORY>_DATABASE_URL; give the server's own address, not
that of a connection pooler. One migrator at a time works on a database; a second one waits for it.
"""

import os

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text

from migrations.histories import metadata_of
from migrations.queue_schema import is_queue
from migrations.sequences import add_sequences

WAIT_FOR_ANOTHER = "10min"
"""How long to wait for another migrator."""

LOCK_TIMEOUT = "5s"
"""A migration that cannot get a table must give up: everybody else queues behind it."""

STATEMENT_TIMEOUT = "5min"
"""A longer statement does not belong in a migration but in a backfill job."""


def _url(history: str) -> str:
    given: str | None = context.config.attributes.get("url") or os.environ.get(
        f"{history.upper()}_DATABASE_URL"
    )
    if given is None:
        raise CommandError(f"Set {history.upper()}_DATABASE_URL to the address of the {history} database.")
    return given


def _prepare(connection: Connection) -> None:
    """Become the only migrator of this database, and impatient. All of it lasts until the connection closes."""
    connection.execute(text(f"set lock_timeout = '{WAIT_FOR_ANOTHER}'"))
    connection.execute(text("select pg_advisory_lock(hashtextextended('practicum migrations', 0))"))
    connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"set statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and is_queue(name))


def run(history: str) -> None:
    """Do what Alembic was asked for, each revision in a transaction of its own."""
    engine = create_engine(_url(history), poolclass=NullPool)
    with engine.connect() as connection:
        _prepare(connection)
        context.configure(
            connection=connection,
            target_metadata=metadata_of(history),
            include_name=_is_ours,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
            process_revision_directives=add_sequences,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise CommandError("Revisions look at the database they change: they cannot be written out as a script.")
run(context.config.config_ini_section)
