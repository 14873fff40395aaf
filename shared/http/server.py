"""Running an application: readiness goes red first, then requests in flight finish, then the process ends."""

import asyncio
import signal
from types import FrameType

import uvicorn
from fastapi import FastAPI

from shared.http.health import Readiness


class _Graceful(uvicorn.Server):
    """Uvicorn that shows red readiness for a while before it stops accepting. A second signal hurries."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, drain_seconds: float) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._readiness.draining or self._drain_seconds <= 0:
            self._readiness.draining = True
            super().handle_exit(sig, frame)
            return
        self._readiness.draining = True
        asyncio.get_running_loop().call_later(self._drain_seconds, super().handle_exit, signal.SIGTERM, None)


async def serve(app: FastAPI, *, host: str, port: int, drain_seconds: float) -> None:
    """Serve until SIGTERM or SIGINT. Requests in flight get up to 20 seconds to finish."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=64 * 1024,
    )
    await _Graceful(config, app.state.readiness, drain_seconds).serve()
