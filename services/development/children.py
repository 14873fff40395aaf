"""The processes of the stack: starting one, noticing that it died, starting it again, ending it."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from services.development.home import CHECKOUT
from services.development.nursery import SUPPORTED, Hatched
from services.development.stack import Part, practicum
from services.development.tether import tethered

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before a process that died is started again: doubled from the first to the longest."""

GOOD_LIFE = 60.0
"""Seconds after which a death counts as the first again."""


class Process(Protocol):
    """What we need of a running process, however it was started."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def poll(self) -> int | None:
        """How it ended; nothing while it runs."""
        ...

    def send_signal(self, what: int, /) -> None:
        """Send it a signal, unless it has ended."""
        ...


class Child:
    """One process of the stack. With a folder for logs it speaks into its file there, without one to the terminal."""

    def __init__(self, part: Part, environment: Mapping[str, str], logs: Path | None) -> None:
        self.part = part
        self.log = logs / f"{part.name}.log" if logs else None
        self.deaths = 0
        self._environment = environment
        self._process: Process | None = None
        self._started = 0.0
        self._again_at: float | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def code(self) -> int | None:
        """How it ended; nothing while it runs or before it was started. Negative: the signal that killed it."""
        return self._process.poll() if self._process is not None else None

    @property
    def age(self) -> float:
        """For how many seconds it has run since it was last started; zero when it does not run."""
        return time.monotonic() - self._started if self.pid is not None else 0.0

    def start(self) -> None:
        """Start it. It ends with us, however we end."""
        self._process = self._hatched() or self._spawned()
        self._started = time.monotonic()
        self._again_at = None

    def _hatched(self) -> Process | None:
        """One of our own commands, out of the nursery; nothing when it is another's or speaks to the terminal."""
        if not SUPPORTED or self.log is None or not is_ours(self.part):
            return None
        words = self.part.command[len(practicum()) :]
        return Hatched(self.part.name, words, self._environment, self.log)

    def _spawned(self) -> Process:
        log = self.log.open("ab") if self.log else None
        try:
            return subprocess.Popen(
                self.part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=CHECKOUT,
                env=os.environ | self._environment,
                start_new_session=True,  # the terminal's Ctrl-C is for us; we end the others in order
                preexec_fn=tethered(signal.SIGKILL),  # noqa: PLW1509 - only the main thread starts children
            )
        finally:
            if log:
                log.close()

    def revive(self) -> str | None:
        """Call often. Start it again when it died and its pause is over; says what happened, when something did."""
        if self.code is None:
            return None
        now = time.monotonic()
        if self._again_at is None:
            self.deaths = 1 if now - self._started > GOOD_LIFE else self.deaths + 1
            pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            self._again_at = now + pause
            return f"{self.part.name} died ({ending(self.code)}); it starts again in {pause:g} s"
        if now >= self._again_at:
            self.start()
        return None

    def signal(self, what: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(what)


def ending(code: int | None) -> str:
    """How a process ended, for a person."""
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def is_ours(part: Part) -> bool:
    """Whether it is one of our own commands."""
    ours = practicum()
    return part.command[: len(ours)] == ours


async def end(children: Iterable[Child], patience: float, hurry: asyncio.Event) -> list[str]:
    """End processes together: they may finish what they do for `patience` seconds. Names those that had to be killed."""
    running = [child for child in children if child.pid is not None]
    for child in running:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + patience
    await _until(
        lambda: all(child.pid is None for child in running) or time.monotonic() > deadline or hurry.is_set()
    )
    killed = [child for child in running if child.pid is not None]
    for child in killed:
        child.signal(signal.SIGKILL)
    await _until(lambda: all(child.pid is None for child in killed))
    return [child.part.name for child in killed]


async def _until(done: Callable[[], bool]) -> None:
    while not done():  # noqa: ASYNC110 - another process has no asyncio.Event to wait for
        await asyncio.sleep(0.02)
