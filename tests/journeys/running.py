"""The whole stack as real processes under its supervisor, with a home of its own; and what strikes its processes down."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from services.development.home import CHECKOUT, SIBLINGS, Home
from services.development.postgres import EmbeddedPostgres
from services.development.stack import Sandbox
from tests.databases import in_memory
from tests.development.ports import free_ports

STARTS_WITHIN = 60.0
STOPS_WITHIN = 30.0

WORKER_SILENCE = 6
"""After so many seconds the jobs of a worker that died are taken up: a fifth of what services wait otherwise."""


class Running:
    """`practicum up`, running. What it says and what its processes log stays to be read when a test fails."""

    def __init__(self) -> None:
        self._top = Path(tempfile.mkdtemp(prefix="practicum-tests-", dir=in_memory()))
        self._top.chmod(0o711)  # the account that runs PostgreSQL must get to its data
        self.home = Home(self._top / "home")
        self._said = self._top / "said.txt"
        environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
        environment |= {f"{name.upper()}_WORKER_SILENCE": str(WORKER_SILENCE) for name in SIBLINGS}
        environment["PRACTICUM_HOME"] = str(self.home.folder)
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services", "up", "--port", str(free_ports())],
                cwd=CHECKOUT,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What the supervisor has said so far."""
        return self._said.read_text("utf-8", "replace")

    def wait_until_it_serves(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while "Ctrl-C stops everything." not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    @property
    def sandbox(self) -> Sandbox:
        return Sandbox.of(self.home)

    def kill(self, name: str) -> None:
        """End one process at once, wherever it is."""
        noted = json.loads(self.home.processes.read_text("utf-8"))
        os.kill(noted[name]["pid"], signal.SIGKILL)

    def connect(self, service: str) -> psycopg.Connection:
        """Look into the database of a service."""
        folder = EmbeddedPostgres(self.home.postgres).folder
        port = (folder / "data" / "postmaster.pid").read_text("utf-8").splitlines()[3]
        password = (folder / "password").read_text("ascii")
        address = f"host=127.0.0.1 port={port} user=practicum password={password} dbname={service}"
        return psycopg.connect(address, autocommit=True)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_WITHIN)

    def remove(self) -> None:
        """End it, however it is, and all that it kept."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOPS_WITHIN)
        EmbeddedPostgres(self.home.postgres).forget()
        shutil.rmtree(self._top, ignore_errors=True)


@dataclass(frozen=True)
class Blow:
    """Which process dies, and when: as soon as the request number `nth` of a kind is on its way."""

    victim: str
    method: str
    path: str
    nth: int


class UnderFire(httpx.AsyncBaseTransport):
    """Sends requests, and strikes when their time has come. `struck` says what fell and at which request."""

    def __init__(self, running: Running, blows: Sequence[Blow]) -> None:
        self._running = running
        self._blows = list(blows)
        self._inner = httpx.AsyncHTTPTransport()
        self._counts: Counter[Blow] = Counter()
        self.struck: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for blow in self._blows:
            if request.method == blow.method and re.fullmatch(blow.path, request.url.path):
                self._counts[blow] += 1
                if self._counts[blow] == blow.nth:
                    request.extensions = {**request.extensions, "trace": self._strike(blow)}
        return await self._inner.handle_async_request(request)

    def _strike(self, blow: Blow) -> object:
        async def when_it_is_sent(name: str, _: Mapping[str, object]) -> None:
            if name == "http11.send_request_body.complete":
                self._running.kill(blow.victim)
                self.struck.append((blow.victim, f"{blow.method} {blow.path} number {blow.nth}"))
                await asyncio.sleep(0)

        return when_it_is_sent

    async def aclose(self) -> None:
        await self._inner.aclose()
