"""Real processes for tests that kill them, forked from one that has the modules loaded: a start takes moments."""

import asyncio
import multiprocessing
from collections.abc import Callable
from typing import Any

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        "tests.shared.events.follower_process",
        "tests.shared.jobs.job_process",
        "tests.placements.jobs.engine_process",
    ],
)


class Process:
    """A process that does one thing until it is killed."""

    def __init__(self, work: Callable[..., None], *args: Any) -> None:
        self._process = _PROCESSES.Process(target=work, args=args)
        self._process.start()

    async def kill(self) -> None:
        """End it with SIGKILL, wherever it is."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._process.close()
