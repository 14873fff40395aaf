"""A process of its own for a computation: text on standard input, one JSON object per line on standard output.

It keeps a long computation, and the memory of its solver, away from everything else, and is killed as soon as nobody listens.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from shared.db import assert_nothing_open
from shared.processes import running


class SolverDied(RuntimeError):
    """The process ended without an answer (killed, or out of memory). Whoever asked may ask again; the queue does."""


LOOK_SECONDS = 1.0
"""How soon a process that says nothing is killed once it is not wanted any more."""


async def _always() -> bool:
    return True


async def lines_of(
    module: str, text: str, *, wanted: Callable[[], Awaitable[bool]] = _always
) -> AsyncGenerator[dict[str, Any]]:
    """What `python -m module` says about the text, line by line, while `wanted`. Close the iterator to kill the process."""
    assert_nothing_open()
    async with running(module) as process:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(text.encode())
            await process.stdin.drain()
            process.stdin.close()
        while line := await _next_line(process.stdout, wanted):
            yield json.loads(line)


async def _next_line(said: asyncio.StreamReader, wanted: Callable[[], Awaitable[bool]]) -> bytes:
    """The next line; empty when there is none, or when nobody wants it any more while the process is silent."""
    line = asyncio.ensure_future(said.readline())
    try:
        while not (await asyncio.wait([line], timeout=LOOK_SECONDS))[0]:
            if not await wanted():
                return b""
        return line.result()
    finally:
        line.cancel()
