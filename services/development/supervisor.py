"""Runs the whole stack on one machine, watches over it, and ends it in order."""

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Sequence

from services.development import leftovers, nursery
from services.development.cannot_start import CannotStart
from services.development.children import Child, end, is_ours
from services.development.mailbox import open_mailbox
from services.development.postgres import EmbeddedPostgres
from services.development.stack import HOST, OFFSETS, Part, Stack

Say = Callable[[str], None]
"""Tells the person in front of the terminal one line."""

LOOK_EVERY = 0.1
"""Seconds between two looks at all processes."""

READY_WITHIN = 60.0
"""Seconds in which every part must be ready after it was started."""

DEATHS_BEFORE_READY = 3
"""So many deaths before it was ever ready mean that a part will never start."""

SETTLED_AFTER = 1.0
"""Seconds a process must live to count as started when it has no port to be asked on."""

FINISH_WITHIN = 10.0
"""Seconds each group of processes gets to finish what it does."""


class Stopped(Exception):
    """Somebody asked us to stop while we were still starting."""


class Supervisor:
    """One run of the stack. `server` is the URL of a PostgreSQL server to use instead of one of our own."""

    def __init__(self, stack: Stack, server: str | None, say: Say) -> None:
        self._stack = stack
        self._server = server
        self._say = say
        self._postgres = (
            None if server else EmbeddedPostgres(stack.home.postgres, log=stack.home.logs / "postgres.log")
        )
        self._children: list[Child] = []
        self._foreground: Child | None = None
        self._mailbox: asyncio.Server | None = None
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self, then: Sequence[Part]) -> None:
        """Start everything, run `then` one after the other in the terminal, and serve until asked to stop."""
        for word in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(word, self._asked_to_stop)
        try:
            await self._start()
            for part in then:
                await self._in_terminal(part)
            while True:
                await self._look()
        except Stopped:
            self._say("Stopping ...")
        finally:
            await self._end()

    def _asked_to_stop(self) -> None:
        (self._hurry if self._stopping.is_set() else self._stopping).set()

    async def _start(self) -> None:
        home = self._stack.home
        if left := leftovers.end_leftovers(home.processes):
            self._say(f"Ended {left} processes that an earlier run had left")
        self._need_ports()
        if is_ours(self._stack.preparation()):
            nursery.prepare()
        server = self._server or self._own_server()
        self._stack.write()
        environment = self._stack.environment(server)
        self._mailbox = await open_mailbox(home.mail, HOST, self._stack.port("mail"))
        await self._migrate(server)
        self._say("Starting identity, three services and their workers")
        for part in self._stack.parts():
            child = Child(part, environment, home.logs)
            self._children.append(child)
            child.start()
        self._note()
        await self._until_ready()

    def _own_server(self) -> str:
        if self._postgres is None:
            raise CannotStart("There is no PostgreSQL server: set DATABASE_URL.")
        elsewhere = self._postgres.folder != self._stack.home.postgres.resolve()
        where = (
            f"; its data are in {self._postgres.folder}, for only root may enter this checkout"
            if elsewhere
            else ""
        )
        self._say(f"Starting PostgreSQL{where}")
        try:
            return self._postgres.start()
        except OSError as error:
            raise CannotStart(
                f"PostgreSQL cannot use {error.filename or 'its folder'} ({error.strerror}): "
                "see to room and rights there, or name another folder in PRACTICUM_HOME."
            ) from error

    def _need_ports(self) -> None:
        for name in OFFSETS:
            port = self._stack.port(name)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    way_out = (
                        f"stop it, or choose other ports with `make run PORT={self._stack.first_port + 1000}`"
                    )
                    raise CannotStart(
                        f"Port {port} for {name} is taken by another program: {way_out}."
                    ) from None

    async def _migrate(self, server: str) -> None:
        self._say("Bringing the four databases up to date")
        child = Child(self._stack.preparation(), {"DATABASE_URL": server}, self._stack.home.logs)
        await self._finish(child)
        if child.code != 0:
            raise CannotStart(f"The databases cannot be brought up to date: {_last_line(child)}")

    async def _in_terminal(self, part: Part) -> None:
        self._foreground = Child(part, {}, None)
        await self._finish(self._foreground)

    async def _finish(self, child: Child) -> None:
        """Run a process to its end, watching over the others meanwhile."""
        child.start()
        try:
            while child.code is None:
                await self._look()
        except Stopped:
            await end([child], FINISH_WITHIN, self._hurry)
            raise

    async def _look(self) -> None:
        """One look at everything: start again what died."""
        if self._postgres is not None and self._children and self._postgres.pid is None:
            self._say("PostgreSQL died; it starts again")
            self._postgres.start()
            self._note()
        for child in self._children:
            before = child.pid
            if news := child.revive():
                self._say(news)
            if child.pid != before:
                self._note()
        try:
            await asyncio.wait_for(self._stopping.wait(), LOOK_EVERY)
        except TimeoutError:
            return
        raise Stopped

    async def _until_ready(self) -> None:
        waiting = set(self._children)
        deadline = time.monotonic() + READY_WITHIN
        while waiting:
            await self._look()
            waiting = {child for child in waiting if not await _is_up(child)}
            failed = [child for child in self._children if child.deaths >= DEATHS_BEFORE_READY]
            late = list(waiting) if time.monotonic() > deadline else []
            for child in failed + late:
                raise CannotStart(f"{child.part.name} does not start: {_last_line(child)}")

    def _note(self) -> None:
        running = {child.part.name: child.pid for child in self._children if child.pid is not None}
        if self._postgres is not None and self._postgres.pid is not None:
            running[leftovers.POSTGRES] = self._postgres.pid
        leftovers.note(self._stack.home.processes, running)

    async def _end(self) -> None:
        """The door last of those who answer, PostgreSQL last of all."""
        workers = {part.name for part in self._stack.parts() if part.port is None}
        groups = [
            [child for child in self._children if child.part.name in workers],
            [child for child in self._children if child.part.name not in workers | {"identity"}],
            [child for child in self._children if child.part.name == "identity"],
        ]
        for group in groups:
            for name in await end(group, FINISH_WITHIN, self._hurry):
                self._say(f"{name} did not finish and was killed")
        if self._mailbox is not None:
            self._mailbox.close()
        if self._postgres is not None:
            self._postgres.stop()
        self._stack.home.processes.unlink(missing_ok=True)


def _last_line(child: Child) -> str:
    """What a process said last: the sentence, or the last line of the failure. The rest is in its log."""
    lines = child.log.read_text("utf-8", "replace").splitlines() if child.log and child.log.exists() else []
    return f"{lines[-1] if lines else 'it said nothing.'} ({child.part.name}.log has more)"


async def _is_up(child: Child) -> bool:
    if child.part.port is None:
        return child.age > SETTLED_AFTER
    return await is_ready(child.part.port)


async def is_ready(port: int, timeout: float = 2.0) -> bool:
    """Whether the process on a port says that it is ready for requests."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
