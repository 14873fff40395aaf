"""A register of educators for tests of the placements service alone: it answers as the educators service is agreed to."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx


class NoTokens:
    """The test register asks for none."""

    async def token(self, partnership_id: Any = None) -> str:
        return "token"


@dataclass
class Register:
    """Who may not take placements and why, how many seats each has, and the seats held. `down` makes it silent."""

    lapsed: dict[str, str] = field(default_factory=dict)
    seats: dict[str, int] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        self.asked.append(f"{request.method} {request.url.path}")
        body = json.loads(request.content) if request.content else {}
        if request.url.path == "/v1/eligibility-decisions":
            return httpx.Response(200, json={"items": [self._decided(e) for e in body["educator_ids"]]})
        return self._seat(request.method, request.url.path.rpartition("/")[2], body)

    def _decided(self, educator: str) -> dict:
        words = self.lapsed.get(educator)
        rules = [{"code": "current_at_start", "result": "block", "detail": words}] if words else []
        most = self.seats.get(educator, 1)
        free = most - sum(holder == educator for holder in self.held.values())
        return {
            "educator_id": educator,
            "outcome": "not_eligible" if words else "eligible",
            "rules": rules,
            "seats": {"max_concurrent": most, "free": free},
        }

    def _seat(self, method: str, placement: str, body: dict) -> httpx.Response:
        if method == "DELETE":
            self.held.pop(placement, None)
            return httpx.Response(204)
        educator = body["educator_id"]
        others = sum(holder == educator for key, holder in self.held.items() if key != placement)
        if others >= self.seats.get(educator, 1):
            problem = json.dumps({"code": "educator_full", "status": 409})
            return httpx.Response(409, content=problem, headers={"content-type": "application/problem+json"})
        self.held[placement] = educator
        return httpx.Response(200, json={})
