"""Carrying out jobs, looking for what is due, and taking up what a dead worker left behind."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from procrastinate.job_context import JobContext
from prometheus_client import Counter, Gauge, Histogram

from shared.jobs.queue import MOST_ATTEMPTS, Queue
from shared.logs import kind_of
from shared.settings import WORKER_SILENCE
from shared.waiting import pause, unless

log = structlog.get_logger()

SWEEPS = Counter("practicum_sweeps", "Sweeps made, by outcome.", ("sweep", "outcome"))
SWEEP_SECONDS = Histogram("practicum_sweep_seconds", "How long a sweep took, in seconds.", ("sweep",))
LAST_SWEEP = Gauge(
    "practicum_sweep_last_success", "When a sweep last went well, in seconds since 1970.", ("sweep",)
)
RESCUED = Counter("practicum_jobs_rescued", "Jobs of dead workers put back in the queue.")

SIGNS_OF_LIFE = 6
"""How many signs of life a worker gives in the time after which, without any, it counts as dead."""

GRACE = 20.0
"""Seconds the jobs in hand get to finish when the process is told to stop."""

LONGEST_PAUSE = 60.0
"""Seconds between two attempts of something that keeps failing, at most."""

_ONE_RESCUER = "select pg_try_advisory_xact_lock(hashtextextended('practicum.rescue', 0))"

# The queueing lock is not kept: another job may be waiting under it by now, and there can be only one. The notification
# is the one that the queue's own trigger sends for a fresh job.
_RESCUE = """
with stalled as (
    select j.id from procrastinate_jobs as j
    where j.status = 'doing' and not exists (
        select from procrastinate_workers as w
        where w.id = j.worker_id and w.last_heartbeat >= now() - make_interval(secs => %(silence)s))
    for update skip locked
), rescued as (
    update procrastinate_jobs as j
    set status = case when attempts + 1 >= %(most)s then 'failed' else 'todo' end::procrastinate_job_status,
        attempts = attempts + 1, scheduled_at = null, worker_id = null, queueing_lock = null, abort_requested = false
    from stalled where j.id = stalled.id and j.status = 'doing' returning j.id
)
select id, pg_notify('procrastinate_any_queue_v1', json_build_object('type', 'job_inserted', 'job_id', id)::text)
from rescued
"""
_PRUNE = "select procrastinate_prune_stalled_workers_v1(%(silence)s)"
_LET_GO = "update procrastinate_jobs set queueing_lock = null where id = %(job)s"


async def run(
    queue: Queue, stop: asyncio.Event, concurrency: int = 4, *, silence: float = WORKER_SILENCE
) -> None:
    """Carry out jobs until `stop` is set; those in hand then get 20 seconds to finish, or are tried again by others.

    A lost database is waited for. Without a sign of life for `silence` seconds this worker counts as dead.
    """
    failures = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            await unless(stop, _work(queue, concurrency, silence))
        except Exception as error:  # noqa: BLE001 - a worker outlives everything but its process
            log.warning("worker_interrupted", error=kind_of(error))
        failures = 0 if time.monotonic() - began > LONGEST_PAUSE else failures + 1
        if not stop.is_set():
            await pause(min(0.1 * 2**failures, 5.0), stop)


async def _work(queue: Queue, concurrency: int, silence: float) -> None:
    try:
        await queue.app.open_async()
        await queue.app.run_worker_async(
            concurrency=concurrency,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="successful",
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=silence / SIGNS_OF_LIFE,
            stalled_worker_timeout=silence,
            worker_middleware=[_letting_go],
        )
    finally:
        await queue.app.close_async()


async def _letting_go(carry_out: Callable[[], Awaitable[Any]], context: JobContext, _: Any) -> Any:
    # A job that fails goes back to waiting under its queueing lock. If by then another waits under it, the queue cannot
    # store that and the job would stay "doing" for ever. So a job gives its queueing lock up when it begins.
    if context.job.queueing_lock is not None:
        connector: Any = context.app.connector
        await connector.execute_query_async(_LET_GO, job=context.job.id)
    return await carry_out()


async def rescue(queue: Queue, *, silence: float = WORKER_SILENCE) -> int:
    """Put the jobs of workers that gave no sign of life for `silence` seconds back in the queue; returns how many.

    Any number of processes may do so at once. A job that has cost ten workers their life is given up as failed. It uses the
    connections of the worker of this process, and leaves the work to others while that is not running.
    """
    if not queue.is_open:
        return 0
    binds = {"silence": silence, "most": MOST_ATTEMPTS}
    async with queue.connector.pool.connection() as connection:
        alone = await (await connection.execute(_ONE_RESCUER)).fetchone()
        if not (alone and alone[0]):
            return 0
        rescued = await (await connection.execute(_RESCUE, binds)).fetchall()
        await connection.execute(_PRUNE, binds)
    if rescued:
        RESCUED.inc(len(rescued))
        log.warning("jobs_rescued", count=len(rescued))
    return len(rescued)


async def sweep(
    name: str,
    every: float,
    work: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
    *,
    wake: Callable[[], asyncio.Event] | None = None,
    longest_pause: float = LONGEST_PAUSE,
) -> None:
    """Do `work` now, and again every `every` seconds until `stop` is set.

    It is done again at once when it returns True (there was more to do), and as soon as the event that `wake` gave
    before it began is set: `wake=partial(listener.next, EVENTS)`. Failures are logged by their kind, and followed by growing
    pauses in which news does not count.
    """
    failures = 0
    while not stop.is_set():
        news = wake() if wake else stop
        began = time.perf_counter()
        try:
            more = await work()
        except Exception as error:  # noqa: BLE001 - a sweep outlives everything but its process
            failures += 1
            SWEEPS.labels(name, "failed").inc()
            log.warning("sweep_failed", sweep=name, error=kind_of(error), failures=failures)
            await pause(min(every * 2**failures, longest_pause), stop)
        else:
            failures = 0
            SWEEPS.labels(name, "succeeded").inc()
            LAST_SWEEP.labels(name).set_to_current_time()
            SWEEP_SECONDS.labels(name).observe(time.perf_counter() - began)
            await pause(0 if more is True else every, news, stop)
