"""The escalation engine: how fast what is due fires, and whether engines that are killed lose or double anything."""

import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerProcess

from sqlalchemy import Connection, create_engine, text

from benchmarks.ground import a_database
from benchmarks.struggling import LEVELS_DUE, fill
from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.clock import StoppedClock
from shared.db import Database

CASES = 10_000
ENGINES = 2
LONGEST = 3600.0
"""Seconds after which a measurement gives up."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])

_COUNTS = text(
    "select (select count(*) from concern_transitions) as transitions,"
    " (select count(distinct (concern_id, level)) from concern_transitions) as levels,"
    " (select count(*) from events where type in ('concern.opened', 'concern.escalated')) as messages,"
    " (select count(*) from concern_steps where done_at is null and fired_at is null and due_at <= :now) as due"
)
_DUE = text(
    "select count(*) from concern_steps where done_at is null and fired_at is null and due_at <= :now"
)
_FIRED = text("select count(*) from concern_steps where fired_at is not null")


@dataclass(frozen=True)
class Counts:
    """What a database holds: transitions, how many different levels they are, messages of them, and what is due."""

    transitions: int
    levels: int
    messages: int
    due: int


@dataclass(frozen=True)
class Speed:
    """How fast one instant's due steps were fired: steps a second, and seconds until half and 99% of them had fired."""

    steps: int
    rate: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Storm:
    """What was left after engines were killed again and again."""

    cases: int
    kills: int
    counts: Counts
    seconds: float


def measure_speed(server: str, *, cases: int = CASES, engines: int = ENGINES) -> Speed:
    """Let so many early conversations fall due in one instant, and see when they have fired."""
    url = a_database(server, "placements")
    asyncio.run(_filled(url, cases))
    began = time.perf_counter()
    running = [_an_engine(url, LEVELS_DUE[0]) for _ in range(engines)]
    seen: list[tuple[float, int]] = []
    with _looking(url) as connection:
        while not seen or seen[-1][1] < cases:
            fired = int(connection.execute(_FIRED).scalar_one())
            seen.append((time.perf_counter() - began, fired))
            time.sleep(0.1)
    for engine in running:
        engine.join()
    return Speed(cases, cases / seen[-1][0], _reached(seen, 0.5 * cases), _reached(seen, 0.99 * cases))


def measure_storm(server: str, *, cases: int = 20_000, engines: int = 4, kills: int = 200) -> Storm:
    """Take so many cases through four levels with engines that are killed in the middle of their work, at random."""
    url = a_database(server, "placements")
    asyncio.run(_filled(url, cases))
    began = time.perf_counter()
    dice = random.Random(7)  # noqa: S311 - a seeded choice of when to kill, no secret
    killed = sum(storm(url, now, engines, kills // len(LEVELS_DUE) + 1, dice) for now in LEVELS_DUE)
    return Storm(cases, killed, counts(url, LEVELS_DUE[-1]), time.perf_counter() - began)


def storm(url: str, now: datetime, engines: int, kills: int, dice: random.Random) -> int:
    """Fire what is due at an instant; engines are killed so often, spread over the work. Returns how often it was done."""
    with _looking(url) as connection:
        every = max(1, _due(connection, now) // (kills + 1))
        running = [_an_engine(url, now) for _ in range(engines)]
        killed, last, deadline = 0, _due(connection, now), time.monotonic() + LONGEST
        while (left := _due(connection, now)) and time.monotonic() < deadline:
            if killed < kills and last - left >= every:
                victim = dice.randrange(engines)
                running[victim].kill()
                running[victim].join()
                running[victim] = _an_engine(url, now)
                killed, last = killed + 1, last - every
            elif not any(engine.is_alive() for engine in running):
                running = [_an_engine(url, now) for _ in range(engines)]
            time.sleep(0.002)
    for engine in running:
        engine.join()
    return killed


def counts(url: str, now: datetime) -> Counts:
    """What the database holds."""
    with _looking(url) as connection:
        return Counts(**connection.execute(_COUNTS, {"now": now}).mappings().one())


def _due(connection: Connection, now: datetime) -> int:
    return int(connection.execute(_DUE, {"now": now}).scalar_one())


@contextmanager
def _looking(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


async def _filled(url: str, cases: int) -> None:
    db = Database(url)
    await fill(db, cases)
    await db.close()


def _an_engine(url: str, now: datetime) -> ForkServerProcess:
    engine = _FORKS.Process(target=run_engine, args=(url, now))
    engine.start()
    return engine


def run_engine(url: str, now: datetime) -> None:
    """Fire everything that is due at an instant; what an engine's process does."""

    async def fire() -> None:
        db = Database(url, pool_size=1)
        await fire_due_steps(db, StoppedClock(now))
        await db.close()

    asyncio.run(fire())


def _reached(seen: Sequence[tuple[float, int]], fired: float) -> float:
    return next(at for at, count in seen if count >= fired)
