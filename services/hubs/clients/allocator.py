"""The allocation in a process of its own: the solver's memory is not kept by those who answer requests.

    python -m services.hubs.clients.allocator

reads the students and the hubs as JSON and writes the decisions.
"""

import asyncio
import sys
from collections.abc import Sequence

from pydantic import TypeAdapter

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput
from services.hubs.domain.allocation.solve import allocate
from shared.errors import Unavailable
from shared.processes import running

LONGEST_SECONDS = 60
"""What hangs does not hold everybody's places for ever: 300 students over 40 hubs take about two seconds."""

_inputs = TypeAdapter(tuple[Sequence[StudentInput], Sequence[HubInput]])
_decisions = TypeAdapter(tuple[Decision, ...])


class AllocationUnavailable(Unavailable):
    """The process gave no answer: out of memory, killed, too slow, or the best allocation was not proved."""

    def __init__(self) -> None:
        words = "The allocation could not be computed. Nobody was moved; try again."
        super().__init__("allocation_unavailable", words)


async def decide(students: Sequence[StudentInput], hubs: Sequence[HubInput]) -> tuple[Decision, ...]:
    """The best decision for each student, in the order given. Raises `AllocationUnavailable`.

    It may be asked within a transaction: the answer comes within seconds, and meanwhile nobody may take a place.
    """
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
