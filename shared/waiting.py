"""Waiting for whichever comes first."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def pause(seconds: float, *wakers: asyncio.Event) -> None:
    """Wait `seconds`, or until the first of `wakers` is set."""
    waits = [asyncio.ensure_future(waker.wait()) for waker in wakers]
    if not waits:
        await asyncio.sleep(seconds)
        return
    try:
        await asyncio.wait(waits, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def unless(stop: asyncio.Event, asked: Coroutine[Any, Any, T]) -> T | None:
    """What was asked for; None when `stop` is set before it is there, and then it is given up."""
    asking = asyncio.ensure_future(asked)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else None
    finally:
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.wait((asking,))
        if not asking.cancelled():
            asking.exception()  # given up means not wanted, whatever became of it
