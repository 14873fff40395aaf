"""What the first revision of every history does before its own tables: extensions and the job queue."""

from sqlalchemy import Connection, text

from migrations.histories import EXTENSIONS, WITH_QUEUE
from migrations.queue_schema import drop_queue, make_queue


def begin(connection: Connection, history: str) -> None:
    """Make what the tables of a history stand on, inside the caller's transaction."""
    for extension in EXTENSIONS:
        connection.execute(text(f"create extension if not exists {extension}"))
    if history in WITH_QUEUE:
        make_queue(connection)


def end(connection: Connection, history: str) -> None:
    """Undo `begin`, but for the extensions: others on the same server may have come to need them."""
    if history in WITH_QUEUE:
        drop_queue(connection)
