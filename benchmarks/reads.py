"""Reading: pages of 50 and single things through the real placements service, beside the least that could answer the same."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import create_engine, select

from benchmarks.ground import a_database
from benchmarks.partnership import fill
from benchmarks.serving import Served, served
from benchmarks.tokens import Issuer
from services.placements.models.placements import Placement
from services.placements.models.students import Student

CONNECTIONS = 16
WARMING = 1.0
"""Seconds of requests before anything is counted."""


@dataclass(frozen=True)
class Run:
    """One run of one question at one server: answers per second, CPU of the server and median time in ms per answer."""

    rate: float
    cpu: float
    p50: float


@dataclass(frozen=True)
class Reading:
    """A question, and the medians of its runs. The ratios are medians of runs that stood next to each other."""

    question: str
    ours: Run
    raw: Run
    rate_ratio: float
    cpu_ratio: float


def measure(server: str, *, seconds: float, rounds: int) -> Iterator[Reading]:
    """Ask each question so many times for so many seconds, ours and the raw app in turn."""
    url = a_database(server, "placements")
    partnership = fill(url)
    issuer = Issuer.new()
    token = issuer.token(partnership)
    told = {"BENCH_DATABASE_URL": url, "BENCH_KEY": issuer.public(), "BENCH_PARTNERSHIP": str(partnership)}
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        with (
            served("placements", told, logs / "ours.log") as ours,
            served("raw", told, logs / "raw.log") as raw,
        ):
            for question, path in _questions(url, partnership):
                yield _measured(question, asking(path, token), (ours, raw), seconds, rounds)


def _questions(url: str, partnership: UUID) -> Iterator[tuple[str, str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        for name, model in (("students", Student), ("placements", Placement)):
            of_ours = select(model.id).where(model.partnership_id == partnership).order_by(model.id)
            one = connection.execute(of_ours.offset(100).limit(1)).scalar_one()
            yield f"50 {name}", f"/v1/{name}"
            yield f"1 of the {name}", f"/v1/{name}/{one}"
    engine.dispose()


def asking(path: str, token: str) -> bytes:
    """A request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def _measured(
    question: str, request: bytes, servers: tuple[Served, Served], seconds: float, rounds: int
) -> Reading:
    for server in servers:
        _run(server, request, WARMING)
    runs = [_run(server, request, seconds) for _, server in product(range(rounds), servers)]
    ours, raw = runs[0::2], runs[1::2]
    pairs = list(zip(ours, raw, strict=True))
    return Reading(
        question,
        _middle(ours),
        _middle(raw),
        median(a.rate / b.rate for a, b in pairs),
        median(a.cpu / b.cpu for a, b in pairs),
    )


def _middle(runs: list[Run]) -> Run:
    return Run(median(r.rate for r in runs), median(r.cpu for r in runs), median(r.p50 for r in runs))


def _run(server: Served, request: bytes, seconds: float) -> Run:
    before = server.cpu()
    words = [sys.executable, "-m", "benchmarks.load", str(server.port), str(CONNECTIONS), str(seconds)]
    done = subprocess.run(words, input=request, stdout=subprocess.PIPE, check=True, timeout=seconds + 60)
    count = json.loads(done.stdout)
    if count["refused"] or not count["answers"]:
        raise RuntimeError(f"{count['refused']} of the answers were not 200")
    return Run(count["rate"], (server.cpu() - before) * 1000 / count["answers"], count["p50"] * 1000)
