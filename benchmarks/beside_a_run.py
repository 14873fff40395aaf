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
from typing import Any, NamedTuple
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

SETTLED_WITHIN, BUSY_PERCENT = 60.0, 10.0
"""Seconds, and the share of a processor below which a worker counts as idle."""

OVER = frozenset({"completed", "failed", "cancelled"})


class Waited(NamedTuple):
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

    def side_by_side(self) -> Iterator[tuple[str, float, float, float]]:
        """Each measure with its milliseconds before, during and after the run."""
        for which in Waited._fields:
            yield which, getattr(self.before, which), getattr(self.during, which), getattr(self.after, which)


@dataclass(frozen=True)
class Beside:
    """A run of so many requests, and how long readers waited beside it.

    `began`: how many seconds after the run was asked for each stage was seen first. MB are the most ever resident.
    """

    requests: int
    readings: list[Reading]
    began: Mapping[str, float]
    worker: int
    solver: int

    @property
    def title(self) -> str:
        """What the run took, in words."""
        stages = ", ".join(f"{stage} {at:.0f} s" for stage, at in self.began.items())
        return f"Beside a run of {self.requests:,} ({stages}; worker {self.worker} MB, run {self.solver} MB)"


def measure(server: str, *, seconds: float, national: bool) -> Beside:
    """Ask each question for so many seconds before, during and after a run of a drawn round."""
    requests = NATIONAL if national else LARGE
    url = a_database(server, "placements")
    partnership = fill(url)
    round_id = load(url, partnership, requests)
    issuer = Issuer.new()
    told = {"BENCH_DATABASE_URL": url, "BENCH_KEY": issuer.public()}
    with (
        tempfile.TemporaryDirectory() as folder,
        served("placements", told, Path(folder) / "api.log") as api,
        _working(url, Path(folder) / "worker.log") as worker,
    ):
        office = _Office(api, issuer, partnership, url)
        other = office.another_run(round_id)
        _settled(worker)
        before = office.waited(other, seconds)
        run_id = office.run(round_id)
        watch = _Watch(url, run_id, worker)
        watch.until("solving")
        during = office.waited(run_id, seconds)
        watch.until("completed")
        after = office.waited(run_id, seconds)
    readings = [Reading(*key, before[key], during[key], after[key]) for key in before]
    return Beside(requests, readings, watch.began, watch.worker, watch.solver)


@dataclass(frozen=True)
class _Office:
    """The partnership's office: it asks for runs, and reads with all its callers at once."""

    api: Served
    issuer: Issuer
    partnership: UUID
    url: str

    def run(self, round_id: UUID) -> UUID:
        """A run that is asked for."""
        return UUID(self._post(f"/v1/rounds/{round_id}/match-runs")["id"])

    def another_run(self, round_id: UUID) -> UUID:
        """A run that was cancelled: something to read while nothing runs."""
        run_id = self.run(round_id)
        self._post(f"/v1/match-runs/{run_id}/cancellation")
        return run_id

    def waited(self, run_id: UUID, seconds: float) -> dict[tuple[str, float], Waited]:
        """How long each question takes, of callers who pause and of others who do not."""
        token, paths = self.issuer.token(self.partnership), self._paths(run_id)
        for path in paths.values():
            self._asked(asking(path, token), WARMING / 2, 0.0)
        return {
            (question, pause): self._asked(asking(path, token), seconds, pause)
            for question, path in paths.items()
            for pause in PAUSES
        }

    def _post(self, path: str) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.issuer.token(self.partnership)}",
            "Idempotency-Key": str(new_id()),
            "If-Match": "*",
        }
        answer = httpx.post(f"http://{HOST}:{self.api.port}{path}", headers=headers, timeout=60)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def _paths(self, run_id: UUID) -> dict[str, str]:
        of_ours = select(Placement.id).where(Placement.partnership_id == self.partnership).limit(1)
        engine = create_engine(self.url)
        with engine.connect() as connection:
            one = connection.execute(of_ours).scalar_one()
        engine.dispose()
        return {
            "50 students": "/v1/students",
            "a placement": f"/v1/placements/{one}",
            "a run": f"/v1/match-runs/{run_id}",
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
        return Waited(*(count[which] * 1000 for which in Waited._fields))


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


def _settled(worker: psutil.Process) -> None:
    """Wait until a worker has looked through what it found, so that its own work is not taken for the run's."""
    until = time.monotonic() + SETTLED_WITHIN
    while worker.cpu_percent(interval=2.0) > BUSY_PERCENT and time.monotonic() < until:
        pass


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
        """Seconds since the run was asked for."""
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
        return int(process.memory_info().rss) // 2**20
    except psutil.NoSuchProcess:
        return 0
