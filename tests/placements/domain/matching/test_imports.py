"""A process that serves requests freezes inputs and reads results without loading numpy or a solver."""

import subprocess
import sys
from pathlib import Path

SERVING = (
    "services.placements.app",
    "services.placements.worker",
    "services.placements.domain.matching.check",
)


def test_what_serves_requests_and_checks_a_single_pair_loads_neither_numpy_nor_a_solver():
    program = "; ".join(f"import {module}" for module in SERVING)
    program += "; import sys; print(sorted({'numpy', 'scipy', 'highspy'} & set(sys.modules)))"
    root = Path(__file__).parents[4]
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
