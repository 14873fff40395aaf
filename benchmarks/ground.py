"""The ground measurements stand on: a PostgreSQL server of our own with migrated databases, gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.development.databases import create_database
from services.development.migrating import upgrade
from services.development.postgres import EmbeddedPostgres


@contextmanager
def a_server() -> Iterator[str]:
    """The URL of a server with the settings of the development stack; its data are thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="practicum-bench-"))
    folder.chmod(0o711)  # the account that runs PostgreSQL must get to its data
    postgres = EmbeddedPostgres(folder / "postgres")
    try:
        yield postgres.start()
    finally:
        postgres.stop()
        postgres.forget()
        shutil.rmtree(folder, ignore_errors=True)


def a_database(server: str, service: str) -> str:
    """The URL of the service's database on the server, with all tables and no rows."""
    url = create_database(server, service)
    upgrade(service, url)
    return url
