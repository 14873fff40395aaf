"""What solving a round means, whatever solves it: a face of what is possible, a vertex of it, and how solving can end."""

from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.model import Floats
from services.placements.domain.matching.pairs import Ints

ZERO = 1e-6
"""Duals and distances to an integer below this are taken as zero; with integer coefficients real ones are larger."""


class OutOfTime(Exception):
    """The time allowed has passed. The optimum that was asked for is not known."""


class NoWholeSolution(Exception):
    """The face has no point in whole students, over the pairs looked at. It is the answer to a question."""


class SolverFailed(RuntimeError):
    """The solver did not reach an optimum although there is one. The run has no result."""


@dataclass(frozen=True, slots=True)
class Face:
    """A part of the model's feasible set: the pairs still open, and bounds on the model's own columns and on rows."""

    open: Ints
    column_lower: Floats
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True, slots=True)
class Vertex:
    """An optimal solution: its value, the pairs it uses with their levels, and the duals that prove it.

    `reduced` is the reduced cost of each pair that was open, in the order of the face; None after a search in whole students.
    """

    value: float
    pairs: Ints
    levels: Floats
    columns: Floats
    rows: Floats
    column_duals: Floats
    row_duals: Floats
    reduced: Floats | None = None

    def divided(self) -> int:
        """Return how many pairs have a part of a student."""
        return int(np.sum(np.abs(self.levels - np.round(self.levels)) >= ZERO))

    def is_whole(self) -> bool:
        """Return whether no student is divided."""
        return self.divided() == 0

    def has_whole_value(self) -> bool:
        """Return whether the value is a whole number. A sum of lottery numbers has so many digits that the last are noise."""
        return abs(self.value - round(self.value)) < ZERO * max(1.0, abs(self.value) * ZERO)

    def bound(self) -> int:
        """Return the best whole cost that the value allows: solvers answer 980.0000000000001 for 980."""
        return round(self.value) if self.has_whole_value() else int(np.ceil(self.value))
