"""The allocation in a process of its own: the solver's memory is not kept by those who answer requests.

    python -m services.hubs.clients.allocator

reads the students and the hubs as JSON and writes the decisions.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

from pydantic import TypeAdapter

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput
from services.hubs.domain.allocation.solve import allocate
from shared.db import assert_nothing_open
from shared.errors import Unavailable
from shared.processes import running

LONGEST_SECONDS = 60
"""Nobody waits for what hangs: 300 students over 40 hubs take about two seconds."""

Decide = Callable[[Sequence[StudentInput], Sequence[HubInput]], Awaitable[Sequence[Decision]]]
"""Who computes the best allocation, which may take seconds: one decision for each student."""

_inputs = TypeAdapter(tuple[Sequence[StudentInput], Sequence[HubInput]])
_decisions = TypeAdapter(tuple[Decision, ...])


class AllocationUnavailable(Unavailable):
    """The process gave no answer: out of memory, killed, too slow, or the best allocation was not proved."""

    def __init__(self) -> None:
        words = "The allocation could not be computed. Nobody was moved; try again."
        super().__init__("allocation_unavailable", words)


async def decide(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> tuple[Decision, ...]:
    """The best decision for each student, in the order given. Raises `AllocationUnavailable`."""
    assert_nothing_open()
    try:
        async with asyncio.timeout(LONGEST_SECONDS), running(__name__) as process:
            answer, _ = await process.communicate(_inputs.dump_json((students, hubs)))
    except TimeoutError as late:
        raise AllocationUnavailable from late
    if process.returncode != 0:
        raise AllocationUnavailable
    return _decisions.validate_json(answer)


def main() -> None:
    """Decide what is asked and say it."""
    students, hubs = _inputs.validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_decisions.dump_json(allocate(students, hubs)))


if __name__ == "__main__":
    main()
