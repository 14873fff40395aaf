"""The allocation in a process of its own answers as it would here, and a process that dies is a problem that says so."""

import asyncio

import pytest

from services.hubs.clients.allocator import AllocationUnavailable, decide
from services.hubs.domain.allocation.solve import allocate
from tests.hubs.domain.crowds import LONDON, a_hub, a_student
from tests.placements.jobs.test_killed_solver import children, kill_the_next_child

STUDENTS = [
    a_student(level="first"),
    a_student(at=LONDON),
    *(a_student(weekdays=frozenset({2})) for _ in range(9)),
]
HUBS = [a_hub(), a_hub(ends_on=None, programmes=(None,), members=(STUDENTS[0].university_id,))]


async def test_another_process_decides_the_same():
    assert await decide(STUDENTS, HUBS) == allocate(STUDENTS, HUBS)


async def test_a_process_that_is_killed_is_no_answer():
    killing = asyncio.create_task(kill_the_next_child(children()))
    with pytest.raises(AllocationUnavailable):
        await decide(STUDENTS, HUBS)
    await killing
