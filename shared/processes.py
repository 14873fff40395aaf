"""A process of its own for a computation: its memory goes with it, and it stands back where somebody waits for an answer."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_LONGEST_LINE = 256 * 1024 * 1024

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""The arrays are small: more threads would only take the other processors from those who answer requests."""

PATIENCE = 10
"""How far a computation stands back (as `nice` counts) wherever somebody waits for an answer."""


@asynccontextmanager
async def running(module: str) -> AsyncIterator[Process]:
    """`python -m module`, which reads its standard input and answers on standard output; killed when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
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
