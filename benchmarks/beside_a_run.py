"""Reading while a round is matched: how long typical questions wait before, during and after the run, and what the run takes.

All is as in production: the API, a worker that carries out the run, and the run's own process, around one PostgreSQL. Callers
either pause between two questions, as people and their systems do, or never, so that nothing of the machine is left over.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from uuid import UUID

import httpx
import psutil
from sqlalchemy import create_engine, select

from benchmarks.ground import a_database
from benchmarks.load import HOST
from benchmarks.national import load
from benchmarks.partnership import fill
from benchmarks.reads import WARMING, asking
from benchmarks.serving import Served, served
from benchmarks.tokens import Issuer
from services.placements.models.match_runs import MatchRun
from services.placements.models.placements import Placement
from shared.ids import new_id

LARGE, NATIONAL = 1000, 10_000
CONNECTIONS = 8
PAUSES = (0.05, 0.0)
"""Seconds between an answer and the next question of the same caller."""

NOBODY = f"http://{HOST}:9"
"""Where no sister answers: the round remembers what its educators may do."""

RUN_WITHIN = 1200.0
"""Seconds after which a run is given up."""

OVER = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True)
class Waited:
    """Milliseconds until the answer: of the middle one, and of the slowest but 5 and but 1 in 100."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Reading:
    """One question of callers who pause so many seconds."""

    question: str
    pause: float
    before: Waited
    during: Waited
    after: Waited


@dataclass(frozen=True)
class Beside:
    """A run of so many requests, and how long readers waited beside it.

    `began`: how many seconds after the worker was there each stage was seen first. MB are the most ever resident.
    """

    requests: int
    readings: list[Reading]
    began: Mapping[str, float]
    worker: int
    solver: int


def measure(server: str, *, seconds: float, national: bool) -> Beside:
    """Ask each question for so many seconds before, during and after a run of a drawn round."""
    requests = NATIONAL if national else LARGE
    url = a_database(server, "placements")
    partnership = fill(url)
    round_id = load(url, partnership, requests)
    issuer = Issuer.new()
    told = {"BENCH_DATABASE_URL": url, "BENCH_KEY": issuer.public()}
    with tempfile.TemporaryDirectory() as folder, served("placements", told, Path(folder) / "api.log") as api:
        run_id = _asked_for(api, round_id, issuer.token(partnership))
        readers = _Readers(api, _paths(url, partnership, run_id), issuer, partnership, seconds)
        before = readers.waited()
        with _working(url, Path(folder) / "worker.log") as worker:
            watch = _Watch(url, run_id, worker)
            watch.until("solving")
            during = readers.waited()
            watch.until("completed")
        after = readers.waited()
    readings = [Reading(*key, before[key], during[key], after[key]) for key in before]
    return Beside(requests, readings, watch.began, watch.worker, watch.solver)


def _asked_for(api: Served, round_id: UUID, token: str) -> UUID:
    """A run that is asked for; it waits for a worker."""
    url = f"http://{HOST}:{api.port}/v1/rounds/{round_id}/match-runs"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
    answer = httpx.post(url, json={}, headers=headers, timeout=60)
    return UUID(answer.raise_for_status().json()["id"])


def _paths(url: str, partnership: UUID, run_id: UUID) -> dict[str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        one = connection.execute(
            select(Placement.id).where(Placement.partnership_id == partnership).limit(1)
        ).scalar_one()
    engine.dispose()
    return {
        "50 students": "/v1/students",
        "a placement": f"/v1/placements/{one}",
        "the run": f"/v1/match-runs/{run_id}",
    }


@dataclass(frozen=True)
class _Readers:
    api: Served
    paths: Mapping[str, str]
    issuer: Issuer
    partnership: UUID
    seconds: float

    def waited(self) -> dict[tuple[str, float], Waited]:
        token = self.issuer.token(self.partnership)
        for path in self.paths.values():
            self._asked(asking(path, token), WARMING / 2, 0.0)
        return {
            (question, pause): self._asked(asking(path, token), self.seconds, pause)
            for question, path in self.paths.items()
            for pause in PAUSES
        }

    def _asked(self, request: bytes, seconds: float, pause: float) -> Waited:
        words = (str(each) for each in (self.api.port, CONNECTIONS, seconds, pause))
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *words],
            input=request,
            stdout=subprocess.PIPE,
            check=True,
            timeout=seconds + 60,
        )
        count = json.loads(said.stdout)
        if count["refused"] or not count["answers"]:
            raise RuntimeError(f"{count['refused']} of the answers were not 200")
        return Waited(*(count[which] * 1000 for which in ("p50", "p95", "p99")))


@contextmanager
def _working(url: str, log: Path) -> Iterator[psutil.Process]:
    """A worker of the placements service, as it is started in production; ended afterwards."""
    told = {
        "PLACEMENTS_DATABASE_URL": url,
        "PLACEMENTS_ISSUERS": json.dumps([NOBODY]),
        "PLACEMENTS_EDUCATORS_URL": NOBODY,
        "PLACEMENTS_HUBS_URL": NOBODY,
    }
    with log.open("ab") as said:
        words = [sys.executable, "-m", "services", "work", "placements"]
        process = subprocess.Popen(words, env=os.environ | told, stdout=said, stderr=said)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


class _Watch(Thread):
    """Looks at a run and its processes ten times a second until the run is over."""

    def __init__(self, url: str, run_id: UUID, worker: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.began: dict[str, float] = {}
        self.worker = self.solver = 0
        self._process = worker
        self._engine = create_engine(url)
        self._stage = select(MatchRun.progress["stage"].astext).where(MatchRun.id == run_id)
        self._since = time.monotonic()
        self.start()

    def until(self, stage: str) -> None:
        """Wait for a stage; fails where the run ends otherwise."""
        while stage not in self.began:
            if self.began.keys() & OVER or self.elapsed() > RUN_WITHIN or not self.is_alive():
                raise RuntimeError(f"the run was never {stage}: {', '.join(self.began)}")
            time.sleep(0.1)

    def elapsed(self) -> float:
        """Seconds since there has been a worker."""
        return time.monotonic() - self._since

    def run(self) -> None:
        """Look until the run is over."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not self.began.keys() & OVER:
                self._look_at_processes()
                self.began.setdefault(connection.execute(self._stage).scalar_one(), self.elapsed())
                time.sleep(0.1)
        self._engine.dispose()

    def _look_at_processes(self) -> None:
        self.worker = max(self.worker, _megabytes(self._process))
        solvers = self._process.children()
        self.solver = max([self.solver, *map(_megabytes, solvers)])
        if "explaining" in self.began and not solvers:
            self.began.setdefault("storing", self.elapsed())


def _megabytes(process: psutil.Process) -> int:
    try:
        return round(process.memory_info().rss / 2**20)
    except psutil.NoSuchProcess:
        return 0
