"""Where what Practicum sends arrives: a local mail server and a local receiver of webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Post:
    """A mail server that keeps what it gets, on a port."""

    port: int = 0
    messages: list[Message] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - SMTP's verb
        message = message_from_bytes(envelope.original_content or b"")
        self.messages.append(message)
        self.bodies.append(f"{message['Subject']}\n{message.get_payload()}")
        return "250 OK"

    def collect(self) -> list[Message]:
        """What came since it was last asked."""
        came, self.messages = self.messages, []
        return came


@asynccontextmanager
async def a_post() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(post, hostname="localhost"), "127.0.0.1", 0
    )
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()


@dataclass
class Receiver:
    """A partner's program that takes webhooks over a real socket."""

    url: str = ""
    requests: list[httpx.Request] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        lengths = {name.lower(): text for name, text in headers.items()}
        body = await reader.readexactly(int(lengths["content-length"]))
        self.requests.append(httpx.Request("POST", self.url, headers=headers, content=body))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/practicum"
    try:
        yield receiver
    finally:
        server.close()
