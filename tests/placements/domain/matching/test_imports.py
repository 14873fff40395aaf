"""A process that serves requests can freeze inputs and read results without loading numpy or a solver."""

import subprocess
import sys
from pathlib import Path

LIGHT = (
    "codes",
    "inputs",
    "canonical",
    "faults",
    "journey",
    "result",
    "limits",
    "check",
    "outcome",
    "words",
    "certificate",
)


def test_freezing_inputs_and_checking_results_loads_neither_numpy_nor_a_solver():
    package = "services.placements.domain.matching"
    program = "; ".join(f"import {package}.{module}" for module in LIGHT)
    program += "; import sys; print(sorted({'numpy', 'scipy', 'highspy'} & set(sys.modules)))"
    root = Path(__file__).parents[4]
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
