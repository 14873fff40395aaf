"""Time as an argument: whoever needs to know what time it is, is given a clock.

Rules take `now`; only the outermost callers (routes, jobs, sweeps) ask a clock for it. Three clocks exist: the real one, a
stopped one for tests, and a simulated one which several processes share through a small file, for the sandbox.
Tokens are always judged by the real clock.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine


class StoppedClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant at which the clock was stopped or to which it was last moved."""
        return self.at

    def move(self, by: timedelta) -> datetime:
        """Advance by a duration and return the new instant."""
        self.at += by
        return self.at


class SimulatedClock:
    """A clock kept in a file, so that every process of a sandbox sees the same simulated instant.

    It only ever moves forward, and stands still in between. Without the file it shows real time.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, datetime] | None = None
        self._real = SystemClock()

    def now(self) -> datetime:
        """The simulated instant, aware, in UTC."""
        try:
            stamp = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return self._real.now()
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, datetime.fromisoformat(self._file.read_text("ascii").strip()))
        return self._seen[1]

    def advance_to(self, instant: datetime) -> datetime:
        """Move forward to `instant`; an instant in the past leaves the clock where it is. Returns the present."""
        if self._file.exists() and instant <= self.now():
            return self.now()
        fresh = self._file.with_suffix(".next")
        fresh.write_text(instant.astimezone(UTC).isoformat(), "ascii")
        fresh.replace(self._file)
        return instant


def clock_from(file: Path | None) -> Clock:
    """The simulated clock kept in `file`, or the machine's clock when no file is configured."""
    return SimulatedClock(file) if file is not None else SystemClock()
