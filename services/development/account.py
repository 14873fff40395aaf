"""As whom PostgreSQL runs.

PostgreSQL refuses to run as root. An ordinary user runs it as themselves; for root it is handed to an account that
exists already: whoever called sudo, the owner of the checkout, `postgres` or `nobody`. No account is ever created.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from services.development.cannot_start import CannotStart


class Identity(TypedDict, total=False):
    """The keyword arguments with which `subprocess` starts a process as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user of this machine; `switches` is false when it is the one we run as already."""

    name: str
    uid: int
    gid: int
    switches: bool

    def identity(self) -> Identity:
        """What to tell `subprocess` so that a process runs as this user."""
        return Identity(user=self.uid, group=self.gid, extra_groups=[]) if self.switches else Identity()

    def reaches(self, path: Path) -> bool:
        """Whether this user can enter the folder `path`, or run the file, through everything above it."""
        if not self.switches:
            return os.access(path, os.X_OK)
        test = ["/bin/sh", "-c", 'test -x "$1"', "test", str(path)]
        return subprocess.run(test, check=False, cwd="/", **self.identity()).returncode == 0

    def owns(self, path: Path) -> None:
        """Hand one file or folder over to this user; nobody else may look into it."""
        if self.switches:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)


def _candidates(checkout: Path) -> list[int | str]:
    caller = os.environ.get("SUDO_UID", "")
    return [int(caller) if caller.isdigit() else 0, checkout.stat().st_uid, "postgres", "nobody"]


def _entry(who: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(who) if isinstance(who, int) else pwd.getpwnam(who)
    except KeyError:
        return None


def account_for(checkout: Path) -> Account:
    """The user as whom PostgreSQL runs when its data belongs to the checkout at `checkout`."""
    uid = os.geteuid()
    if uid != 0:
        entry = _entry(uid)
        if entry is None:
            raise CannotStart(
                f"PostgreSQL needs user {uid} to have a name: add it to the system's users, or set DATABASE_URL."
            )
        return Account(entry.pw_name, uid, entry.pw_gid, switches=False)
    for who in _candidates(checkout):
        entry = _entry(who)
        if entry is not None and entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switches=True)
    raise CannotStart(
        "PostgreSQL refuses to run as root and there is no other user: add one, or set DATABASE_URL."
    )
