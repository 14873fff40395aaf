"""Who calls the educators service in tests, and how."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from shared.ids import new_id
from tests.principals import headers_for

READ_WRITE = ("educators:read", "educators:write", "imports:write", "changes:read")


@dataclass
class Caller:
    """Somebody with a token. Each call carries a fresh Idempotency-Key unless the test gives its own."""

    client: httpx.AsyncClient
    claims: dict[str, Any]

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=self._headers(headers))

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self._headers(headers))

    async def post_table(self, path: str, table: bytes, key: str | None = None) -> httpx.Response:
        """Send a CSV."""
        headers = self._headers({"Content-Type": "text/csv", "Idempotency-Key": key or str(new_id())})
        return await self.client.post(path, content=table, headers=headers)

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.put(path, json=body, headers=self._headers(headers))

    async def patch(self, path: str, body: Any, if_match: str | None = "*") -> httpx.Response:
        match = {"If-Match": if_match} if if_match else {}
        return await self.client.patch(path, json=body, headers=self._headers(match))

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.delete(path, headers=self._headers(headers))

    async def send_file(self, kind: str, text: str, mode: str = "all_or_nothing") -> UUID:
        """Send a CSV; returns the import's id."""
        headers = self._headers({"Content-Type": "text/csv"})
        path = f"/v1/imports?kind={kind}&mode={mode}"
        answer = await self.client.post(path, content=text.encode(), headers=headers)
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["id"])

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return headers_for(**self.claims) | {name.replace("_", "-"): value for name, value in more.items()}


def the_office(client: httpx.AsyncClient, partnership_id: UUID, **claims: Any) -> Caller:
    """The partnership's office: sees and writes everything of it."""
    known = {"partnership_id": partnership_id, "roles": ["partnership"], "scopes": READ_WRITE}
    return Caller(client, known | claims)


def an_organisation_system(
    client: httpx.AsyncClient, partnership_id: UUID, organisation_id: UUID, **claims: Any
) -> Caller:
    """A partner's system: sees whole and writes what is its organisation's."""
    known = {
        "partnership_id": partnership_id,
        "organisation_id": organisation_id,
        "roles": ["system"],
        "scopes": READ_WRITE,
    }
    return Caller(client, known | claims)


def in_person(
    client: httpx.AsyncClient, partnership_id: UUID, person_id: UUID, role: str, **claims: Any
) -> Caller:
    """A person in a role."""
    known = {
        "partnership_id": partnership_id,
        "person_id": person_id,
        "roles": [role],
        "scopes": READ_WRITE,
    }
    return Caller(client, known | claims)
