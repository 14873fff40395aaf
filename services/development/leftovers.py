"""Processes that an earlier run could not end because it was killed. On Linux they end by themselves; elsewhere not."""

import json
from collections.abc import Mapping
from pathlib import Path

import psutil

from services.development.home import write_private

POSTGRES = "postgres"
"""The name under which the database server is noted: it is ended by its own rules, not by these."""


def note(file: Path, processes: Mapping[str, int]) -> None:
    """Write down which processes run now, by name. Their start tells them from later ones with the same number."""
    noted = {}
    for name, pid in processes.items():
        try:
            noted[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
        except psutil.NoSuchProcess:
            continue
    write_private(file, noted)


def end_leftovers(file: Path) -> int:
    """End those of the written processes that still run; says how many there were."""
    if not file.exists():
        return 0
    left = []
    for name, noted in json.loads(file.read_text("utf-8")).items():
        if name == POSTGRES:
            continue
        try:
            process = psutil.Process(noted["pid"])
            if process.create_time() == noted["started"]:
                process.terminate()
                left.append(process)
        except psutil.NoSuchProcess:
            continue
    _, stubborn = psutil.wait_procs(left, timeout=3)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=10)
    file.unlink()
    return len(left)
