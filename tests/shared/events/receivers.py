"""Receivers of webhooks for tests: they note what arrives and answer as told."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import httpx

from shared.auth.principal import Principal
from shared.db import Database
from shared.events import webhook_endpoints as endpoints
from shared.events.webhooks import delivery_client
from tests.shared.events.news import a_reader


class Receiver:
    """Answers with the given statuses in turn, the last one for ever; an exception is raised instead."""

    def __init__(self, *answers: int | Exception, pace: float = 0.0) -> None:
        self._answers = list(answers) or [204]
        self._pace = pace
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self._pace)
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(
            answer, headers={"location": "https://elsewhere.example/"} if answer == 302 else {}
        )

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def types(self) -> list[str]:
        return [body["type"] for body in self.bodies]

    def client(self) -> httpx.AsyncClient:
        return delivery_client(transport=httpx.MockTransport(self))


def verifies(secret: str, request: httpx.Request) -> bool:
    """Whether one of the signatures is right, checked as a receiver would."""
    headers = request.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.content
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{right}" in headers["webhook-signature"].split(" ")


def names(table: dict[str, Sequence[str]]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that knows these names and no others."""

    async def look_up(host: str, port: int) -> Sequence[str]:
        if host not in table:
            raise OSError("unknown")
        return table[host]

    return look_up


PUBLIC = names({"hooks.example.org": ["93.184.216.34"], "other.example.org": ["93.184.216.35"]})


async def an_endpoint(
    db: Database,
    who: Principal | None = None,
    *,
    url: str = "https://hooks.example.org/in",
    types: Iterable[str] = ("thing.happened", "thing.deleted"),
) -> tuple[UUID, str]:
    """An endpoint of somebody (the partnership's office by default) and its secret."""
    async with db.begin() as session:
        kept, secret = await endpoints.add(session, who or a_reader(), url=url, types=list(types))
    return kept["id"], secret
