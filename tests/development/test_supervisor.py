import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from services.development.home import CHECKOUT
from services.development.postgres import EmbeddedPostgres
from services.development.stack import OFFSETS
from tests.databases import Databases, in_memory
from tests.development.ports import answers, free_ports

PATIENCE = 30.0


class Running:
    """A small stack in a process of its own."""

    def __init__(self, folder: Path, port: int, server: str, kind: str = "small") -> None:
        self.port = port
        self.folder = folder
        self.spoken = folder.parent / f"{folder.name}-{time.monotonic_ns()}.txt"
        with self.spoken.open("wb") as out:
            command = [
                sys.executable,
                "-m",
                "tests.development.small_stack",
                kind,
                str(folder),
                str(port),
                server,
            ]
            self.process = subprocess.Popen(
                [word for word in command if word],
                cwd=CHECKOUT,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def says(self, words: str) -> bool:
        return words in self.spoken.read_text()

    def until_it_says(self, words: str) -> None:
        until(lambda: self.says(words) or self.process.poll() is not None)
        assert self.says(words), self.spoken.read_text()

    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def child(self, mark: str) -> psutil.Process:
        return next(child for child in self.children() if mark in " ".join(words_of(child)))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def words_of(process: psutil.Process) -> list[str]:
    """The command line of a process; nothing when it has ended meanwhile."""
    try:
        words: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return words


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def start(databases: Databases) -> Iterator[Callable[..., Running]]:
    """Starts stacks on the tests' own server, and ends them all afterwards."""
    top = Path(tempfile.mkdtemp(prefix="practicum-tests-", dir=in_memory()))
    top.chmod(0o711)
    port = free_ports()
    started: list[Running] = []

    def one(kind: str = "small", server: str = databases.server) -> Running:
        started.append(Running(top / "its home", port, server, kind))
        return started[-1]

    yield one
    for running in started:
        running.process.kill()
        running.process.wait(PATIENCE)
    EmbeddedPostgres(top / "its home" / "postgres").forget()
    shutil.rmtree(top, ignore_errors=True)


def test_everything_starts_serves_and_stops_when_asked(start: Callable[..., Running]) -> None:
    stack = start()
    stack.until_it_says("serving")
    assert answers(stack.port)
    assert answers(stack.port + OFFSETS["mail"])
    until(lambda: len(stack.children()) == 3)
    children = stack.children()
    assert stack.stop() == 0
    assert not any(child.is_running() for child in children)
    assert not answers(stack.port)


def test_its_secrets_are_for_its_owner_only(start: Callable[..., Running]) -> None:
    stack = start()
    stack.until_it_says("serving")
    for name in ("secrets.json", "clients.json", "sandbox.json"):
        assert (stack.folder / name).stat().st_mode & 0o777 == 0o600
    assert (stack.folder / "mail").stat().st_mode & 0o777 == 0o700


def test_a_part_that_dies_is_started_again(start: Callable[..., Running]) -> None:
    stack = start()
    stack.until_it_says("serving")
    victim = stack.child(str(stack.port + OFFSETS["hubs"]))
    victim.kill()
    stack.until_it_says("hubs died (killed by SIGKILL); it starts again in 0.5 s")
    until(lambda: answers(stack.port + OFFSETS["hubs"]))
    assert stack.child(str(stack.port + OFFSETS["hubs"])).pid != victim.pid


def test_nothing_outlives_a_supervisor_that_is_killed(start: Callable[..., Running]) -> None:
    stack = start(server="")
    stack.until_it_says("serving")
    left = stack.children()
    assert any(child.name() == "postgres" for child in left)
    stack.process.kill()
    stack.process.wait(PATIENCE)
    if not sys.platform.startswith("linux"):  # elsewhere they are ended by the next start
        again = start(server="")
        again.until_it_says("serving")
    until(lambda: not any(child.is_running() for child in left))


def test_postgresql_that_dies_is_started_again_on_the_same_port(start: Callable[..., Running]) -> None:
    stack = start(server="")
    stack.until_it_says("serving")
    server = stack.child("listen_addresses=127.0.0.1")
    port = next(word for word in server.cmdline() if word.startswith("port="))
    server.kill()
    stack.until_it_says("PostgreSQL died; it starts again")
    until(lambda: any(port in words_of(child) for child in stack.children()))
    assert stack.stop() == 0


def test_a_second_stack_of_the_same_checkout_is_refused_in_one_sentence(
    start: Callable[..., Running],
) -> None:
    first = start()
    first.until_it_says("serving")
    second = start()
    assert second.process.wait(PATIENCE) == 1
    assert (
        second.spoken.read_text()
        == f"Practicum runs here already, as process {first.process.pid}: stop that one first.\n"
    )


def test_a_taken_port_is_said_in_one_sentence(start: Callable[..., Running]) -> None:
    with closing(socket.socket()) as other:
        stack = start()
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", stack.port + OFFSETS["hubs"]))
        other.listen()
        assert stack.process.wait(PATIENCE) == 1
    taken = stack.port + OFFSETS["hubs"]
    assert stack.spoken.read_text().startswith(
        f"Port {taken} for hubs is taken by another program: stop it, or choose"
    )


def test_a_part_that_never_starts_is_said_in_one_sentence_and_the_rest_is_stopped(
    start: Callable[..., Running],
) -> None:
    stack = start("failing")
    assert stack.process.wait(PATIENCE) == 1
    last = stack.spoken.read_text().splitlines()[-1]
    assert last == "educators does not start: no (educators.log has more)"
    assert not answers(stack.port)
