from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from procrastinate.jobs import Job
from sqlalchemy import text

from shared.db import Database
from shared.ids import new_id
from shared.jobs.queue import Backoff, Queue
from tests.shared.events.news import value


async def jobs(db: Database) -> list[Any]:
    async with db.read() as connection:
        return list(await connection.execute(text("select * from procrastinate_jobs order by id")))


async def test_a_job_is_enqueued_exactly_when_its_change_is_made(kit_db: Database) -> None:
    queue = Queue(kit_db.url)
    thing = new_id()
    async with kit_db.begin() as session:
        await queue.enqueue(
            session, "tidy_up", thing_id=thing, on=date(2026, 9, 7), number=3, code="whole_round"
        )
        assert await value(kit_db, "select count(*) from procrastinate_jobs") == 0
    async with kit_db.begin() as session:
        await queue.enqueue(session, "tidy_up", thing_id=thing)
        await session.rollback()
    (job,) = await jobs(kit_db)
    assert (job.task_name, job.status, job.queue_name) == ("tidy_up", "todo", "default")
    assert job.args == {"thing_id": str(thing), "on": "2026-09-07", "number": 3, "code": "whole_round"}


async def test_at_most_one_job_of_a_queueing_lock_waits(kit_db: Database) -> None:
    queue = Queue(kit_db.url)
    async with kit_db.begin() as session:
        assert await queue.enqueue(session, "tidy_up", queueing_lock="tidy") is not None
        assert await queue.enqueue(session, "tidy_up", queueing_lock="tidy") is None
        assert await queue.enqueue(session, "tidy_up", queueing_lock="other") is not None
        await session.execute(text("insert into inbox (feed, event_id) values ('x', :id)"), {"id": new_id()})
    assert len(await jobs(kit_db)) == 2
    assert await value(kit_db, "select count(*) from inbox") == 1


async def test_a_job_may_be_meant_for_later(kit_db: Database) -> None:
    later = datetime(2100, 1, 1, tzinfo=UTC)
    async with kit_db.begin() as session:
        await Queue(kit_db.url).enqueue(session, "tidy_up", run_at=later)
    assert (await jobs(kit_db))[0].scheduled_at == later


@pytest.mark.parametrize(
    "argument", ["Jo Bloggs", "jo@example.org", "", 1.5, None, {"a": 1}, datetime(2026, 9, 7, tzinfo=UTC)]
)
async def test_a_job_carries_no_people(kit_db: Database, argument: Any) -> None:
    async with kit_db.begin() as session:
        with pytest.raises(TypeError):
            await Queue(kit_db.url).enqueue(session, "tidy_up", thing=argument)


def test_a_failed_job_is_tried_again_with_growing_pauses_and_not_for_ever() -> None:
    def seconds(attempts: int) -> float | None:
        job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x", attempts=attempts)
        decision = Backoff().get_retry_decision(exception=ValueError(), job=job)
        if decision is None or decision.retry_at is None:
            return None
        return round((decision.retry_at - datetime.now(UTC)).total_seconds())  # noqa: TID251 - the queue's own time

    assert [seconds(attempts) for attempts in (0, 1, 2, 7, 8, 9)] == [2, 4, 8, 256, 300, None]


def test_a_task_keeps_its_function() -> None:
    queue = Queue("postgresql+psycopg://nobody@localhost/nothing")

    @queue.task("tidy_up")
    async def tidy_up(thing_id: UUID) -> None:
        """Unchanged."""

    assert tidy_up.__name__ == "tidy_up"
    assert "tidy_up" in queue.app.tasks
