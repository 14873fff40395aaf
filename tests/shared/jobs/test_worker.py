import asyncio
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from shared.db import Database
from shared.ids import new_id
from shared.jobs import worker
from shared.jobs.queue import Queue
from tests.shared.events.news import running, until, value
from tests.shared.jobs.job_process import work
from tests.shared.processes import Process


async def enqueued(
    db: Database, queue: Queue, task: str, *, queueing_lock: str | None = None, **ids: Any
) -> None:
    async with db.begin() as session:
        await queue.enqueue(session, task, queueing_lock=queueing_lock, **ids)


async def no_jobs(db: Database) -> bool:
    return await value(db, "select count(*) from procrastinate_jobs") == 0


async def test_a_job_is_carried_out_with_its_ids_and_then_forgotten(kit_db: Database) -> None:
    queue, thing = Queue(kit_db.url), new_id()
    seen: list[object] = []

    @queue.task("tidy_up")
    async def tidy_up(thing_id: UUID, on: date, number: int) -> None:
        seen.append((thing_id, on, number))

    async with running(partial(worker.run, queue)):
        await enqueued(kit_db, queue, "tidy_up", thing_id=thing, on=date(2026, 9, 7), number=3)
        await until(lambda: no_jobs(kit_db))
    assert seen == [(thing, date(2026, 9, 7), 3)]


async def test_a_failed_job_waits_for_its_next_attempt_and_tells_nobodys_secrets(
    kit_db: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = Queue(kit_db.url)

    @queue.task("tidy_up")
    async def tidy_up() -> None:
        raise ValueError("Jo Bloggs has no address")

    async def waits_again() -> bool:
        return (
            await value(
                kit_db, "select count(*) from procrastinate_jobs where attempts = 1 and status = 'todo'"
            )
            == 1
        )

    async with running(partial(worker.run, queue)):
        await enqueued(kit_db, queue, "tidy_up")
        await until(waits_again)
    assert await value(kit_db, "select count(*) from procrastinate_jobs where scheduled_at > now()") == 1
    logged = caplog.text + "".join(capsys.readouterr())
    assert "ValueError" in logged
    assert "Bloggs" not in logged


async def test_a_failing_job_makes_room_for_the_one_that_waits_under_its_queueing_lock(
    kit_db: Database,
) -> None:
    queue = Queue(kit_db.url)
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.task("tidy_up")
    async def tidy_up() -> None:
        if not began.is_set():
            began.set()
            await go_on.wait()
            raise ValueError

    async def one_left() -> bool:
        return await value(kit_db, "select count(*) from procrastinate_jobs") == 1

    async with running(partial(worker.run, queue, concurrency=1)):
        await enqueued(kit_db, queue, "tidy_up", queueing_lock="tidy")
        await began.wait()
        await enqueued(kit_db, queue, "tidy_up", queueing_lock="tidy")
        go_on.set()
        await until(one_left)
    assert (
        await value(kit_db, "select count(*) from procrastinate_jobs where status = 'todo' and attempts = 1")
        == 1
    )


async def test_jobs_in_hand_are_finished_when_the_process_stops(kit_db: Database) -> None:
    queue = Queue(kit_db.url)
    began, finished = asyncio.Event(), asyncio.Event()

    @queue.task("tidy_up")
    async def tidy_up() -> None:
        began.set()
        await asyncio.sleep(0.3)
        finished.set()

    async with running(partial(worker.run, queue)):
        await enqueued(kit_db, queue, "tidy_up")
        await began.wait()
    assert finished.is_set()
    assert await no_jobs(kit_db)
    assert await value(kit_db, "select count(*) from procrastinate_workers") == 0


async def test_a_periodic_task_is_carried_out_by_itself(kit_db: Database) -> None:
    queue = Queue(kit_db.url)
    ticked = asyncio.Event()

    @queue.periodic("tick", "* * * * * *")
    async def tick() -> None:
        ticked.set()

    async with running(partial(worker.run, queue)), asyncio.timeout(10):
        await ticked.wait()


async def test_the_job_of_a_worker_killed_in_the_middle_is_carried_out_by_another(kit_db: Database) -> None:
    async with kit_db.begin() as session:
        await session.execute(text("create table notes (number int, done bool)"))
    queue = Queue(kit_db.url)
    for number in range(3):
        await enqueued(kit_db, queue, "note", number=number)

    doomed = Process(work, kit_db.url, True)
    await until(lambda: _noted(kit_db, 3, done=False))
    await doomed.kill()

    async def rescued() -> bool:
        return await worker.rescue(queue, silence=0.5) == 3

    await queue.app.open_async()
    try:
        assert await worker.rescue(queue, silence=60) == 0
        await until(rescued)
        heir = Process(work, kit_db.url, False)
        await until(lambda: no_jobs(kit_db))
        assert await worker.rescue(queue, silence=60) == 0
        await heir.kill()
    finally:
        await queue.app.close_async()
    assert await value(kit_db, "select count(*) from notes where done") == 3


async def test_a_job_that_costs_worker_after_worker_their_life_is_given_up(kit_db: Database) -> None:
    queue = Queue(kit_db.url)
    await enqueued(kit_db, queue, "tidy_up", queueing_lock="tidy")
    await queue.app.open_async()
    try:
        rounds = 0
        while await value(kit_db, "select count(*) from procrastinate_jobs where status = 'todo'"):
            async with kit_db.begin() as session:
                await session.execute(
                    text("update procrastinate_jobs set status = 'doing', worker_id = null")
                )
            assert await worker.rescue(queue) == 1
            rounds += 1
    finally:
        await queue.app.close_async()
    assert rounds == 10
    assert await value(kit_db, "select count(*) from procrastinate_jobs where status = 'failed'") == 1


async def test_a_worker_survives_the_loss_of_its_connections(cold_db: Database) -> None:
    queue = Queue(cold_db.url)
    done: list[int] = []

    @queue.task("tidy_up")
    async def tidy_up(number: int) -> None:
        done.append(number)

    async def both_done() -> bool:
        return done == [1, 2]

    async with running(partial(worker.run, queue)):
        await enqueued(cold_db, queue, "tidy_up", number=1)
        await until(lambda: no_jobs(cold_db))
        await value(
            cold_db,
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
        )
        await cold_db.close()
        await enqueued(cold_db, queue, "tidy_up", number=2)
        await until(both_done)


async def test_a_sweep_is_repeated_and_survives_its_failures() -> None:
    sweeps = 0

    async def look() -> bool | None:
        nonlocal sweeps
        sweeps += 1
        if sweeps == 2:
            raise ValueError("Jo Bloggs")
        return sweeps < 6

    async def enough() -> bool:
        return sweeps >= 8

    async with running(lambda stop: worker.sweep("looking", 0.02, look, stop)):
        await until(enough)
    assert REGISTRY.get_sample_value("practicum_sweeps_total", {"sweep": "looking", "outcome": "failed"}) == 1


async def test_a_sweep_is_woken_by_news() -> None:
    news, sweeps = asyncio.Event(), 0

    async def look() -> None:
        nonlocal sweeps
        sweeps += 1

    async def twice() -> bool:
        return sweeps == 2

    async with running(lambda stop: worker.sweep("waiting", 600, look, stop, wake=lambda: news)):
        await asyncio.sleep(0.05)
        assert sweeps == 1
        waker, news = news, asyncio.Event()
        waker.set()
        await until(twice)


async def _noted(db: Database, count: int, *, done: bool) -> bool:
    return await value(db, "select count(*) from notes where done = :done", done=done) == count
