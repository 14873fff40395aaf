"""The placements service, as far as the educators service asks it."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from shared.events.cursors import cursor_at
from shared.ids import new_id


class FixedTokens:
    """Tokens that the sister of these tests does not look at."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        return f"token-for-{partnership_id}"


@dataclass
class SomeOrganisations:
    """Organisations by name, as the placements service lists them, and what it says of requests; `down` silences it."""

    system: str = "import"
    names: dict[str, UUID] = field(default_factory=dict)
    down: bool = False
    demand: tuple[int, int] = (0, 0)
    page: int = 2

    def add(self, name: str) -> UUID:
        self.names[name] = new_id()
        return self.names[name]

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("the sister is down")
        path = request.url.path
        if path == "/v1/changes":
            await asyncio.sleep(0.1)
            return httpx.Response(200, json={"items": [], "next_cursor": cursor_at(0)})
        if path == "/v1/demand":
            return httpx.Response(200, json=dict(zip(("requests", "placed"), self.demand, strict=True)))
        if path == "/v1/organisations":
            return self._listed(int(request.url.params.get("cursor", "0")))
        wanted = path.rpartition("/")[2]
        if wanted in {str(id_) for id_ in self.names.values()}:
            return httpx.Response(200, json={"id": wanted})
        problem = {"code": "not_found", "status": 404}
        return httpx.Response(404, json=problem, headers={"content-type": "application/problem+json"})

    def _listed(self, start: int) -> httpx.Response:
        """In pages of two, so that whoever asks must turn them."""
        items = [
            {"id": str(id_), "name": name, "external_ids": [{"system": self.system, "value": name}]}
            for name, id_ in self.names.items()
        ]
        following = str(start + self.page) if start + self.page < len(items) else None
        return httpx.Response(200, json={"items": items[start : start + self.page], "next_cursor": following})
