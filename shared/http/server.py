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

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn hands it in
        hurried, self._readiness.draining = self._readiness.draining, True
        if hurried or self._drain_seconds <= 0:
            self._leave(sig)
        else:
            asyncio.get_running_loop().call_later(self._drain_seconds, self._leave, signal.SIGTERM)

    def _leave(self, sig: int) -> None:
        # Uvicorn's own way ends the process by the signal after all is done, and its exit code says that it failed.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


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
