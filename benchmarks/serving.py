"""What is measured runs in a process of its own, with one event loop and the server settings of production.

python -m benchmarks.serving placements|educators|hubs|raw PORT     (told by BENCH_DATABASE_URL, BENCH_KEY, BENCH_PARTNERSHIP)
"""

import importlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psutil
import uvicorn
import uvloop

from benchmarks.load import HOST
from benchmarks.raw import RawApp
from benchmarks.tokens import verifier
from services.development.addresses import conninfo
from services.development.cannot_start import CannotStart
from shared import logs
from shared.http.server import serve

READY_WITHIN = 30.0


@dataclass(frozen=True)
class Served:
    """A server under measurement."""

    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of CPU it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Its resident memory in MB."""
        return float(self.process.memory_info().rss) / 2**20


@contextmanager
def served(name: str, told: Mapping[str, str], log: Path) -> Iterator[Served]:
    """Start a server, wait until it answers, and end it afterwards. What it says goes to the file `log`."""
    port = _free_port()
    with log.open("ab") as said:
        words = [sys.executable, "-m", "benchmarks.serving", name, str(port)]
        process = subprocess.Popen(words, env=os.environ | dict(told), stdout=said, stderr=said)
    try:
        _wait(process, port, log)
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise CannotStart(
        f"The server to be measured does not start: {log.read_text('utf-8', 'replace')[-2000:]}"
    )


async def _serve_raw(port: int) -> None:
    app = RawApp(conninfo(os.environ["BENCH_DATABASE_URL"]), UUID(os.environ["BENCH_PARTNERSHIP"]))
    config = uvicorn.Config(app, host=HOST, port=port, log_config=None, access_log=False, server_header=False)
    await uvicorn.Server(config).serve()


async def _serve_ours(service: str, port: int) -> None:
    settings = importlib.import_module(f"services.{service}.settings").Settings(
        database_url=os.environ["BENCH_DATABASE_URL"]
    )
    wire = importlib.import_module(f"services.{service}.wiring").wire
    app = importlib.import_module(f"services.{service}.app").create_app(
        wire(settings, verifier=verifier(os.environ["BENCH_KEY"]))
    )
    logs.configure(service)
    await serve(app, host=HOST, port=port, drain_seconds=0)


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        uvloop.run(_serve_raw(int(sys.argv[2])))
    else:
        uvloop.run(_serve_ours(sys.argv[1], int(sys.argv[2])))
