"""A load generator on bare sockets, in a process of its own: some connections, each asking again once it was answered.

python -m benchmarks.load PORT CONNECTIONS SECONDS [PAUSE]    (the request comes on standard input, counts go out as JSON)

PAUSE is how many seconds a connection waits before it asks again: none where the question is how much can be answered.
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

import uvloop

HOST = "127.0.0.1"
GOOD = b"HTTP/1.1 200 "
LENGTH = b"content-length: "
MOST_REQUESTS = 1_000_000
"""So many end a run early."""


@dataclass
class Count:
    """What one run brought: answers that were 200, seconds each took, others, and when the run ends (`perf_counter`)."""

    until: float
    pause: float = 0.0
    took: list[float] = field(default_factory=list)
    refused: int = 0


class Connection(asyncio.Protocol):
    """One caller, who pauses as the run wants it."""

    def __init__(self, request: bytes, count: Count, done: asyncio.Future[None]) -> None:
        self._request = request
        self._count = count
        self.done = done
        self._seen = b""
        self._asked = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count an answer once it is whole, and ask again until the time is over."""
        self._seen += data
        head, found, body = self._seen.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = perf_counter()
        if head.startswith(GOOD):
            self._count.took.append(now - self._asked)
        else:
            self._count.refused += 1
        self._seen = b""
        if now < self._count.until and len(self._count.took) < MOST_REQUESTS:
            self._ask_again()
        elif self._transport is not None:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        """The end, ours or the server's."""
        if not self.done.done():
            self.done.set_result(None)

    def _ask_again(self) -> None:
        if self._count.pause:
            asyncio.get_running_loop().call_later(self._count.pause, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        if self._transport is not None:
            self._asked = perf_counter()
            self._transport.write(self._request)


def _length(head: bytes) -> int:
    start = head.lower().index(LENGTH) + len(LENGTH)
    return int(head[start:].partition(b"\r\n")[0])


async def run(port: int, request: bytes, connections: int, seconds: float, pause: float) -> Count:
    """Ask for so many seconds over so many connections."""
    loop = asyncio.get_running_loop()
    count = Count(perf_counter() + seconds, pause)
    ends = []
    for _ in range(connections):
        _, caller = await loop.create_connection(
            lambda: Connection(request, count, loop.create_future()), HOST, port
        )
        ends.append(caller.done)
    async with asyncio.timeout(seconds + 30):
        await asyncio.gather(*ends)
    return count


def _main() -> None:
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    seconds, pause = float(sys.argv[3]), float(sys.argv[4]) if sys.argv[4:] else 0.0
    count = uvloop.run(run(port, sys.stdin.buffer.read(), connections, seconds, pause))
    took = sorted(count.took)
    answer = {
        "answers": len(took),
        "refused": count.refused,
        "rate": len(took) / seconds,
        "p50": took[len(took) // 2] if took else None,
        "p95": took[len(took) * 95 // 100] if took else None,
        "p99": took[len(took) * 99 // 100] if took else None,
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
