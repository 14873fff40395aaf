"""The files of the project, as somebody who clones it gets them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE_HERE = {"__pycache__", "build", "dist", "secrets", "node_modules"}
DOTTED = {".ci", ".gitignore", ".dockerignore", ".github"}


def _is_kept(name: str) -> bool:
    return name in DOTTED or not (name.startswith(".") or name in MADE_HERE or name.endswith(".egg-info"))


def files(*tops: str) -> Iterator[Path]:
    """All kept files below the folders `tops` of the project, or below all of it."""
    for top in tops or (".",):
        for folder, below, names in os.walk(ROOT / top):
            below[:] = sorted(filter(_is_kept, below))
            yield from (Path(folder) / name for name in sorted(filter(_is_kept, names)))


def modules(*tops: str) -> Iterator[Path]:
    """The Python files among them, but for the written revisions."""
    return (path for path in files(*tops) if path.suffix == ".py" and "versions" not in path.parts)


def named(path: Path) -> str:
    """A file by its path in the project."""
    return path.relative_to(ROOT).as_posix()
