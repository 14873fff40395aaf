"""HiGHS as it is set up here, and what its answers mean.

Single-threaded and with a fixed seed because a result must not depend on the machine's number of cores; the
lottery makes it unique, this keeps the way there the same.
"""

from typing import Any

import highspy

CHOOSE, PRIMAL_SIMPLEX = 0, 4
"""The numbers HiGHS gives to its own choice of a simplex method and to the primal one."""

MOST_NODES = 500
"""How many branches a search for whole students may take: a number and not a time, so that every machine stops alike."""

OPTIMAL = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
"""Where nothing can move, what is given is the best there is."""

INFEASIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
"""Every student's row bounds the model, so "unbounded or infeasible" can only mean infeasible."""


def _plain() -> Any:
    # highspy's own class has no types, and its stub lacks some of the methods.
    return highspy.Highs()  # type: ignore[no-untyped-call]  # see above


def new_highs(random_seed: int, seconds: float) -> Any:
    """Return HiGHS without a model, for so many seconds at most."""
    highs = _plain()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", random_seed),
        ("time_limit", seconds),
        ("mip_rel_gap", 0.0),
        # Whole numbers of students and integer coefficients: a gap below one is a proof.
        ("mip_abs_gap", 0.5),
        ("mip_feasibility_tolerance", 1e-9),
        ("mip_max_nodes", MOST_NODES),
    ):
        highs.setOptionValue(option, value)
    return highs


def solver_version() -> str:
    """Return the version of HiGHS itself."""
    return str(_plain().version())
