"""The matching engine in a process of its own: its memory and its solver stay away from everything else.

It is told frozen inputs on standard input and answers with lines of JSON. It ends with whoever listens to it.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from shared.db import assert_nothing_open

_LONGEST_LINE = 256 * 1024 * 1024


class EngineDied(RuntimeError):
    """The process ended without an answer: it was killed, or ran out of memory. Whoever asked may ask again."""


@asynccontextmanager
async def engine(module: str, frozen: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """What the module `module` of this installation says about the inputs, line by line, until the block is left."""
    assert_nothing_open()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    try:
        yield _lines(process, frozen)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _lines(process: asyncio.subprocess.Process, frozen: str) -> AsyncIterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise EngineDied
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(frozen.encode())
        await process.stdin.drain()
        process.stdin.close()
    async for line in process.stdout:
        yield json.loads(line)
    if await process.wait() != 0:
        raise EngineDied
