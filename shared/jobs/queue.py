"""The job queue: PostgreSQL's, through procrastinate. A job is enqueued in the transaction of the change that wants it.

A job carries ids only; what a person can ask about is a row of the domain, and the job merely carries it out. A job may
run twice (a worker died, or was thought dead): it must look at its row before it acts. Failed jobs are tried again after
2, 4, 8 ... at most 300 seconds, ten times in all.
"""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, get_type_hints
from uuid import UUID

import procrastinate
import structlog
from procrastinate.jobs import Job
from prometheus_client import Counter, Histogram
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.logs import kind_of

log = structlog.get_logger()

JOBS = Counter("practicum_jobs", "Jobs carried out, by outcome.", ("task", "outcome"))
SECONDS = Histogram("practicum_job_seconds", "How long a job took, in seconds.", ("task",))

MOST_ATTEMPTS = 10
LONGEST_PAUSE = 300

Id = UUID | int | str | date
Work = Callable[..., Awaitable[None]]

_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+-]{0,99}")
_DEFER = text(
    "select unnest(procrastinate_defer_jobs_v1(array[row('default', :task, 0, null, :queueing_lock, :args, :run_at)"
    "::procrastinate_job_to_defer_v1]))"
).bindparams(bindparam("args", type_=JSONB))


class JobFailed(Exception):
    """A job did not succeed. Says only what kind of error it was: the words may repeat people's data."""


class Backoff(procrastinate.BaseRetryStrategy):
    """Try again after 2, 4, 8 ... seconds, at most 300, ten times in all."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002 - every kind is tried again; the library passes it
        job: Job,
    ) -> procrastinate.RetryDecision | None:
        """When to try the job again; None when it has been tried often enough."""
        if job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), LONGEST_PAUSE)})


class Queue:
    """The jobs of one service: which tasks there are, and how one is enqueued.

    `url` is the SQLAlchemy-style URL of the service's database. Connections are opened by a worker only.
    """

    def __init__(self, url: str, *, connections: int = 4) -> None:
        conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=connections, timeout=10.0, max_idle=10.0
        )
        self.app = procrastinate.App(connector=self.connector)

    @property
    def is_open(self) -> bool:
        """Whether a worker of this process has its connections."""
        try:
            return not self.connector.pool.closed
        except procrastinate.exceptions.AppNotOpen:
            return False

    def task(self, name: str) -> Callable[[Work], Work]:
        """Register `async def work(**ids)` under a name. Arguments annotated as UUID or date arrive as such."""

        def register(work: Work) -> Work:
            self.app.task(name=name, retry=Backoff())(_guarded(name, work))
            return work

        return register

    def periodic(self, name: str, cron: str) -> Callable[[Work], Work]:
        """Register `async def work()` to be enqueued whenever `cron` (UTC, real time) says so, once for all workers."""

        def register(work: Work) -> Work:
            async def tick(**_: int) -> None:
                await work()

            lock = f"periodic:{name}"
            task = self.app.task(name=name, retry=Backoff(), queueing_lock=lock)(_guarded(name, tick))
            self.app.periodic(cron=cron)(task)
            return work

        return register

    async def enqueue(
        self,
        session: AsyncSession,
        task: str,
        *,
        queueing_lock: str | None = None,
        run_at: datetime | None = None,
        **ids: Id,
    ) -> int | None:
        """Enqueue a job in the caller's transaction; returns its number.

        With a `queueing_lock` at most one job of that lock waits at a time: None says that one is waiting already.
        `run_at` is real time, not the domain's. Anything but ids, codes and days is refused with TypeError.
        """
        args = {name: _plain(name, value) for name, value in ids.items()}
        values = {"task": task, "queueing_lock": queueing_lock, "args": args, "run_at": run_at}
        connection = await session.connection()
        if queueing_lock is None:
            return int((await connection.execute(_DEFER, values)).scalar_one())
        try:
            async with connection.begin_nested():
                return int((await connection.execute(_DEFER, values)).scalar_one())
        except IntegrityError as error:
            if "queueing_lock" not in kind_of(error):
                raise
            return None


def _plain(name: str, value: Id) -> int | str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int) or (isinstance(value, str) and _CODE.fullmatch(value)):
        return value
    raise TypeError(f"{name} is no id: jobs carry ids, codes and days only")


def _guarded(name: str, work: Work) -> Work:
    """The work with its arguments as annotated, its outcome counted, and its errors reduced to their kind."""
    kinds = {key: kind for key, kind in get_type_hints(work).items() if kind in (UUID, date)}

    async def guarded(**ids: Any) -> None:
        began = time.perf_counter()
        try:
            await work(**{key: _as(kinds, key, value) for key, value in ids.items()})
        except Exception as error:  # noqa: BLE001 - it goes on, reduced to its kind
            JOBS.labels(name, "failed").inc()
            log.warning("job_failed", task=name, error=kind_of(error))
            raise JobFailed(kind_of(error)) from None
        else:
            JOBS.labels(name, "succeeded").inc()
        finally:
            SECONDS.labels(name).observe(time.perf_counter() - began)

    return guarded


def _as(kinds: Mapping[str, type], key: str, value: Any) -> Any:
    kind = kinds.get(key)
    if kind is UUID:
        return UUID(value)
    return date.fromisoformat(value) if kind is date else value
