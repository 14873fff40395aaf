"""Concerns at their higher levels, and people who act on them over HTTP."""

from typing import Any
from uuid import UUID

import httpx

from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.placements import factories
from tests.placements.callers import a_person_as, office
from tests.placements.struggling import Struggling, a_concern

SCOPES = ("concerns:read", "concerns:write", "placements:read", "placements:write")


def the_office(at: Struggling) -> dict[str, str]:
    """The partnership's office."""
    return office(at.partnership_id, SCOPES)


def the(role: str, at: Struggling, **claims: Any) -> dict[str, str]:
    """The person in a role around the placement."""
    known = {"student": at.student_id, **at.people, "practice_educator": at.educator_id}
    return a_person_as(role, known[role], partnership_id=at.partnership_id, scopes=SCOPES, **claims)


async def post(client: httpx.AsyncClient, headers: dict[str, str], path: str, body: Any) -> httpx.Response:
    """Do something once, whatever the version."""
    headers = {**headers, "If-Match": "*", "Idempotency-Key": str(new_id())}
    return await client.post(f"/v1{path}", json=body, headers=headers)


async def act(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    concern_id: UUID,
    action: str,
    body: Any,
    seen: str = "*",
) -> httpx.Response:
    """Act on a concern once, as somebody who has seen a version of it."""
    headers = {**headers, "If-Match": seen, "Idempotency-Key": str(new_id())}
    return await client.post(f"/v1/concerns/{concern_id}/{action}", json=body, headers=headers)


async def items(client: httpx.AsyncClient, headers: dict[str, str], path: str) -> list[dict[str, Any]]:
    """The first page of a list."""
    answer = await client.get(f"/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["items"]
    return listed


async def a_concern_at(
    client: httpx.AsyncClient, db: Database, clock: StoppedClock, level: str, **facts: Any
) -> tuple[Struggling, UUID]:
    """A concern that a person took to a level."""
    at, concern_id = await a_concern(db, clock, **facts)
    body = {"decision": "escalate", "level": level, "reason": "A person asked for it."}
    answer = await post(client, the("tutor", at), f"/concerns/{concern_id}/decision", body)
    assert answer.status_code == 200, answer.text
    return at, concern_id


async def somebody(db: Database, at: Struggling, organisation_id: UUID | None = None) -> UUID:
    """A person of the partnership who has nothing to do with the placement."""
    name = f"{new_id()}@example.org"
    person = await factories.a_person(
        db, at.partnership_id, organisation_id=organisation_id, roles=(), email=name
    )
    return person.id
