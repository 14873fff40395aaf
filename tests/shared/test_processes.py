"""Computations in processes of their own."""

import asyncio
import sys
from asyncio.subprocess import PIPE


async def test_a_computation_ends_with_the_process_that_asked_for_it_however_that_ends() -> None:
    asking = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.shared.computing", stderr=PIPE)
    assert asking.stderr is not None
    async with asyncio.timeout(30):
        assert await asking.stderr.readline() == b"begun\n"
        asking.kill()
        await asking.wait()
        # Both write there: it ends when the second has ended, too.
        assert await asking.stderr.read() == b""
