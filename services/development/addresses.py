"""Addresses of PostgreSQL servers and databases, in the one form we use: `postgresql+psycopg://...`."""

from urllib.parse import quote, urlsplit, urlunsplit

from services.development.cannot_start import CannotStart

SCHEME = "postgresql+psycopg"


def server_url(given: str) -> str:
    """The URL of a server in our form, whichever of PostgreSQL's forms was given."""
    parts = urlsplit(given)
    if parts.scheme.partition("+")[0] not in {"postgres", "postgresql"} or not parts.netloc:
        form = "postgresql://user:password@host:5432/postgres"
        raise CannotStart(f"DATABASE_URL is not the address of a PostgreSQL server: give one like {form}.")
    return urlunsplit(parts._replace(scheme=SCHEME))


def database_url(server: str, name: str) -> str:
    """The URL of the database `name` on a server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{quote(name, safe='')}"))


def conninfo(url: str) -> str:
    """The same address as psycopg and PostgreSQL's own programs understand it."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))
