"""The aims of a round in strict order: each is proved optimal before the next is looked at.

Linear programmes first, narrowing to the optimal face after each aim. Most rounds end in a vertex that has no
divided student, and then every value on the way is the true optimum. Where limits cross and the last vertex
divides a student, whole solutions are sought in the last face (all its points reach every aim's bound); if it
has none, the aims are proved again one by one in integers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.model import Model
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.solver import ZERO, AimNotProved, NoWholeSolution, Solver, Vertex

Progress = Callable[[AimCode, int], None]
"""Told each aim and its value (of a relaxation at first: for a maximised aim never too low) as soon as it is known."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen pairs, rising, and the proved value of each aim, in the order of the aims."""

    chosen: Ints
    values: tuple[int, ...]


def nobody_listens(_aim: AimCode, _value: int) -> None:
    """Take no notice of progress."""


def _costs(aim: Aim) -> Ints:
    return aim.coefficients if aim.least else -aim.coefficients


def _bound(aim: Aim, vertex: Vertex) -> int:
    """Return the best integer the relaxation still allows: solvers answer 980.0000000000001 for 980."""
    value = float(aim.coefficients @ vertex.columns[: len(aim.coefficients)])
    return int(np.ceil(value - ZERO)) if aim.least else int(np.floor(value + ZERO))


class Chain:
    """One way down the aims: it remembers the bound each aim reached, to hold the result to it."""

    def __init__(self, solver: Solver, aims: tuple[Aim, ...], on_progress: Progress) -> None:
        self._solver, self._aims, self._on_progress = solver, aims, on_progress
        self.bounds: list[int] = []

    def _reach(self, aim: Aim, vertex: Vertex) -> None:
        self.bounds.append(_bound(aim, vertex))
        self._on_progress(aim.code, self.bounds[-1])

    def relaxed(self) -> Vertex:
        """Walk down the optimal faces, students divisible; only the last step asks for whole ones, if it must."""
        for aim in self._aims[:-1]:
            vertex = self._solver.relaxed(aim.code, _costs(aim))
            self._reach(aim, vertex)
            self._solver.narrow(vertex)
        last = self._aims[-1]
        vertex = self._solver.relaxed(last.code, _costs(last))
        return vertex if vertex.is_whole() else self._solver.whole(last.code, _costs(last))

    def whole(self) -> Vertex:
        """Prove aim after aim in whole students, on the relaxation's face where it has any, else pinned by a row."""
        for aim in self._aims[:-1]:
            before = self._solver.face
            self._solver.narrow(self._solver.relaxed(aim.code, _costs(aim)))
            try:
                vertex = self._solver.whole(aim.code, _costs(aim))
            except NoWholeSolution:
                self._solver.open(before)
                vertex = self._proved(aim)
                self._solver.pin(aim.coefficients, _bound(aim, vertex))
            self._reach(aim, vertex)
        return self._proved(self._aims[-1])

    def _proved(self, aim: Aim) -> Vertex:
        try:
            return self._solver.whole(aim.code, _costs(aim))
        except NoWholeSolution:
            # The face was left with whole solutions in it, so this answer is the solver's fault, not the round's.
            raise AimNotProved(aim.code, "no whole solution where there must be one") from None


def _choose(solver: Solver, aims: tuple[Aim, ...], on_progress: Progress) -> tuple[Vertex, list[int]]:
    everything = solver.face
    chain = Chain(solver, aims, on_progress)
    try:
        return chain.relaxed(), chain.bounds
    except NoWholeSolution:
        solver.open(everything)
    chain = Chain(solver, aims, on_progress)
    return chain.whole(), chain.bounds


def solve(model: Model, aims: tuple[Aim, ...], on_progress: Progress, random_seed: int = 0) -> Solution:
    """Return the one solution that is best by every aim in turn. Raises `AimNotProved` rather than return less."""
    if len(model.requests) == 0:
        return Solution(np.empty(0, np.int64), (0,) * len(aims))
    vertex, bounds = _choose(Solver(model, random_seed), aims, on_progress)
    chosen = np.flatnonzero(np.round(vertex.columns[: len(model.requests)])).astype(np.int64)
    values = tuple(int(aim.coefficients[chosen].sum()) for aim in aims)
    for aim, value, bound in zip(aims, values, bounds, strict=False):
        if value != bound:
            raise AimNotProved(aim.code, f"the result reaches {value}, the proof says {bound}")
    on_progress(aims[-1].code, values[-1])
    return Solution(chosen, values)
