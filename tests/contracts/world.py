"""A small partnership in a service, to ask about: who asks, and what there is."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text

from shared.auth.scopes import SANDBOX_SCOPES, SCOPES
from shared.db import Database
from shared.ids import new_id
from shared.imports.tables import external_ids, imports
from tests.principals import token_for

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
SYSTEM, NAME = "records", "A-17"
"""What another system calls one thing of each kind."""

_SINGULAR = {"people": "person", "cpd_activities": "cpd_activity"}
_ALIAS = {"university_id": "organisation_id", "host_id": "organisation_id"}
_TENANT_TABLES = text(
    "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
    " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    " and attname in ('id', 'partnership_id') group by attrelid having count(*) = 2 order by 1"
)
_ROWS = "select '{0}', array(select id::text from {0} where partnership_id = :tenant order by id limit 5)"


@dataclass(frozen=True)
class World:
    """The headers of whoever asks, and what there is, by the name under which requests refer to it."""

    caller: dict[str, str]
    known: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> list[str]:
        """The values that a parameter or member of this name may well have."""
        alias = _ALIAS.get(name, name)
        fitting = [key for key in self.known if alias.endswith(key) or key.endswith(f"_{alias}")]
        return self.known[max(fitting, key=len)] if fitting else []


@dataclass(frozen=True)
class Running:
    """A service on a database of its own, and how a world is made in it for an operation at a path."""

    app: FastAPI
    world_for: Callable[[str], Awaitable[World]]


def bearer(**claims: Any) -> dict[str, str]:
    """The headers of such a caller; may do everything unless told otherwise."""
    every = {"scopes": {**SCOPES, **SANDBOX_SCOPES}}
    return {"Authorization": f"Bearer {token_for(**(every | claims))}"}


def office_of(partnership_id: UUID) -> dict[str, str]:
    """The partnership's office."""
    return bearer(partnership_id=partnership_id, roles=["partnership"])


async def known_to(db: Database, partnership_id: UUID) -> dict[str, list[str]]:
    """The ids of all that the partnership has, by table: a row of `match_runs` is somebody's `match_run_id`."""
    found: dict[str, list[str]] = {
        "system": [SYSTEM],
        "value": [NAME],
        "academic_year": ["2026-27"],
        "url": ["https://partner.example.org/practicum"],
    }
    async with db.read() as connection:
        tables = (await connection.execute(_TENANT_TABLES)).scalars().all()
        rows = text(" union all ".join(_ROWS.format(table) for table in tables))
        for table, ids in await connection.execute(rows, {"tenant": partnership_id}):
            if ids:
                found[f"{_SINGULAR.get(table) or table.removesuffix('s')}_id"] = ids
    return found


async def named(db: Database, partnership_id: UUID, things: Iterable[tuple[str, UUID]]) -> None:
    """Let another system know these things by a name, and let there be a finished import."""
    every = {"partnership_id": partnership_id, "system": SYSTEM, "value": NAME}
    rows = [{"id": new_id(), "resource": resource, "resource_id": id_, **every} for resource, id_ in things]
    sent = {
        "id": new_id(),
        "partnership_id": partnership_id,
        "client_id": "test-client",
        "wide": True,
        "kind": "settings",
        "mode": "best_effort",
        "system": SYSTEM,
        "format": "csv",
        "status": "completed",
        "created_at": NOW,
    }
    async with db.begin() as session:
        await session.execute(insert(external_ids), rows)
        await session.execute(insert(imports), sent)


async def done(
    app: FastAPI, caller: dict[str, str], path: str, body: Any = None, *, method: str = "POST"
) -> httpx.Response:
    """What comes of something that is really done, whatever the version."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        headers = {**caller, "If-Match": "*", "Idempotency-Key": str(new_id())}
        answer = await client.request(method, path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


async def with_an_endpoint(app: FastAPI, caller: dict[str, str], path: str) -> None:
    """A webhook endpoint, where the operation is about such."""
    if "webhook" in path:
        await done(app, caller, "/v1/webhook-endpoints", {"url": "https://partner.example.org/practicum"})
