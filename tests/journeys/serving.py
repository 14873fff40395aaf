"""One service as a process of its own, which finds the keys of the test issuer at an address of their own."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from services.development.home import CHECKOUT
from tests.principals import TEST_KEY
from tests.shared.events.news import until


@asynccontextmanager
async def a_local_issuer() -> AsyncIterator[str]:
    """The test issuer's keys at an address of their own, for a process that finds them by discovery."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        metadata = {"issuer": url, "jwks_uri": f"{url}/keys"}
        keys = {"keys": [TEST_KEY.as_dict(private=False)]}
        body = json.dumps(keys if asked == b"/keys" else metadata).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"{head}connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield url
    finally:
        server.close()


class Serving:
    """A service as a process of its own. `told` are more of its settings."""

    def __init__(self, service: str, database_url: str, issuer: str, log: Path, **told: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {"database_url": database_url, "issuers": json.dumps([issuer]), **told}
        self._environment = {f"{service}_{name}".upper(): text for name, text in settings.items()}
        self._command = [sys.executable, "-m", "services", "serve", service, "--port", str(port)]
        self.log = log
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        """Begin to serve, at the same address each time."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self._command, cwd=CHECKOUT, env=os.environ | self._environment, stdout=out, stderr=out
            )

    def kill(self) -> None:
        """End it with SIGKILL, wherever it is."""
        self.process.kill()
        self.process.wait()

    async def status(self, http: httpx.AsyncClient) -> int | None:
        """What `/readyz` answers; nothing while nobody answers."""
        try:
            return (await http.get(f"{self.url}/readyz")).status_code
        except httpx.TransportError:
            return None

    async def shows(self, http: httpx.AsyncClient, wanted: int | None) -> None:
        """Wait until readiness is as wanted."""

        async def is_so() -> bool:
            return await self.status(http) == wanted

        await until(is_so)
