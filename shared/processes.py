"""A process of its own for a computation: its memory goes with it, and it stands back where somebody waits for an answer."""

import asyncio
import os
import runpy
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Thread

_LONGEST_LINE = 256 * 1024 * 1024

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""The arrays are small: more threads would only take the other processors from those who answer requests."""

PATIENCE = 10
"""How far a computation stands back (as `nice` counts) wherever somebody waits for an answer."""

_LOOKS_UP_EVERY = 1.0
"""Seconds after which a computation sees at the latest that nobody waits for it any more."""


@asynccontextmanager
async def running(module: str) -> AsyncIterator[Process]:
    """`python -m module`, which reads its standard input and answers on standard output; killed when the block is left.

    It ends within a second or so where the process that asked for it is killed and cannot do that.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | ONE_THREAD,
        limit=_LONGEST_LINE,
    )
    try:
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, PATIENCE)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_UP_EVERY)
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    runpy.run_module(sys.argv[1], run_name="__main__", alter_sys=True)
