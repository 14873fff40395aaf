"""The folder in which a checkout keeps all that its development stack makes. Git ignores it; removing it starts anew."""

import fcntl
import json
import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.development.cannot_start import CannotStart

CHECKOUT = Path(__file__).resolve().parents[2]
SIBLINGS = ("placements", "educators", "hubs")
"""The services that ask each other questions, each with a client and a secret of its own."""


def chosen_folder() -> Path:
    """The folder named by PRACTICUM_HOME, so that several stacks can run from one checkout; else the checkout's own."""
    named = os.environ.get("PRACTICUM_HOME")
    return Path(named).absolute() if named else CHECKOUT / ".practicum"


@dataclass(frozen=True)
class Home:
    """Where everything is. Only its owner may look into it: it holds secrets and messages to people."""

    folder: Path = field(default_factory=chosen_folder)

    @property
    def postgres(self) -> Path:
        """The data of the embedded PostgreSQL."""
        return self.folder / "postgres"

    @property
    def logs(self) -> Path:
        """What each process says, one file each."""
        return self.folder / "logs"

    @property
    def mail(self) -> Path:
        """The messages that would have gone to people, one file each."""
        return self.folder / "mail"

    @property
    def clock(self) -> Path:
        """The simulated clock, once the season has set it."""
        return self.folder / "clock"

    @property
    def clients(self) -> Path:
        """The clients the issuer is told about."""
        return self.folder / "clients.json"

    @property
    def sandbox(self) -> Path:
        """Where everything answers, for the season and for `practicum token`."""
        return self.folder / "sandbox.json"

    @property
    def processes(self) -> Path:
        """The processes that run now."""
        return self.folder / "processes.json"

    @property
    def season(self) -> Path:
        """Says that the season has been played on these data."""
        return self.folder / "season.json"

    def open(self) -> None:
        """Make the folders. Others may pass through (PostgreSQL runs as somebody else for root), not look."""
        for folder, mode in ((self.folder, 0o711), (self.logs, 0o700), (self.mail, 0o700)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only stack of this checkout."""
        self.open()
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip()
                raise CannotStart(
                    f"Practicum runs here already, as process {holder}: stop that one first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def forget(self) -> None:
        """Remove all that was kept between runs, but the lock."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()
        self.open()

    def secrets(self) -> dict[str, str]:
        """The secrets of this checkout, and the partnership it plays; made at the first need, then kept."""
        file = self.folder / "secrets.json"
        if not file.exists():
            names = [*SIBLINGS, "office"]
            made = {name: secrets.token_urlsafe(32) for name in names}
            made |= {
                "partnership_id": str(uuid4()),
                "master_key": b64encode(secrets.token_bytes(32)).decode("ascii"),
            }
            write_private(file, made)
        kept: dict[str, str] = json.loads(file.read_text("utf-8"))
        return kept


def write_private(file: Path, content: Any) -> None:
    """Write JSON that only its owner may read, all of it or nothing."""
    write_private_text(file, json.dumps(content, indent=2) + "\n")


def write_private_text(file: Path, content: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content)
    fresh.replace(file)
