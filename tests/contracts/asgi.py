"""Requests that no client would send: byte for byte, past every library that would put them right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anyio import Event
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from starlette.types import Message


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Line:
    """An application, and the loop on which it lives."""

    app: FastAPI
    portal: BlockingPortal

    def send(
        self,
        method: str,
        path: bytes,
        query: bytes = b"",
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes = b"",
    ) -> Answer:
        """The answer to exactly these bytes. `path` is as a server hands it on: percent signs are already resolved."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path.decode("utf-8", "surrogateescape"),
            "raw_path": path,
            "root_path": "",
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in headers],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8000),
        }
        answer: Answer = self.portal.call(self._ask, scope, body)
        return answer

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        said: list[Message] = []
        heard = [{"type": "http.request", "body": body, "more_body": False}]
        answered = Event()

        async def receive() -> Message:
            if heard:
                return heard.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return Answer(said[0]["status"], headers, b"".join(part.get("body", b"") for part in said[1:]))
