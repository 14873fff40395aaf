"""Making and removing databases on a server, whoever runs it."""

import psycopg
from psycopg import sql

from services.development.addresses import conninfo, database_url
from services.development.cannot_start import CannotStart

SERVICES = ("placements", "educators", "hubs", "identity")
"""Every one of them has a database of this name."""


def create_database(server: str, name: str) -> str:
    """Make the database `name` unless it is there, and return its URL."""
    with _administrator(server) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    return database_url(server, name)


def drop_database(server: str, name: str) -> None:
    """Remove the database `name` with all that is in it, whoever is connected."""
    with _administrator(server) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _administrator(server: str) -> psycopg.Connection:
    try:
        return psycopg.connect(conninfo(server), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as refusal:
        raise CannotStart(
            "The PostgreSQL server does not answer or refuses us: check DATABASE_URL."
        ) from refusal
