"""Settling in whole students what divided ones would do better: a search over the seats of offers, aims in their order.

Prices cannot prove an aim whose best whole value is one or more away from its relaxation, and a row that pins such a value
leaves the aims after it a relaxation that is far too good. So the face is cut in two where a seat is divided (at most so
many, at least so many), and each part goes down all remaining aims by itself, narrowing as it goes: at a part without a
divided student the way is exact to the last aim, and a part that is worse at the first aim that differs needs no look.

Every part that is closed leaves duals behind that prove it: those of its own way down, or where nothing is left in it those
that forbid the cut. Together they are a certificate, since the parts are everything.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.faces import ZERO, Face, NoWholeSolution, Vertex
from services.placements.domain.matching.model import Floats, Model, costs_of, own_costs_of, own_rows
from services.placements.domain.matching.solver import Solver

MOST_PARTS = 400
"""How many parts are looked at before the search is given up: a number and not a time, so that every machine stops alike."""


class TooManyParts(Exception):
    """The search was given up. Nothing is known beyond what was known before."""


class Leaf(NamedTuple):
    """A whole solution: its cost of every aim from the first one that was searched, and the solution."""

    costs: tuple[int, ...]
    vertex: Vertex


@dataclass(frozen=True, slots=True)
class Cut:
    """One half of what is possible: at most `most` students in an offer or more, or without a pair or with it.

    `pair` is None where seats are cut. `first` is the half of few students, or of none.
    """

    first: bool
    offer: int
    most: int = 0
    pair: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A part that needs no further look, by the cuts that lead to it, and the duals of its aims that prove it."""

    cuts: tuple[Cut, ...]
    duals: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part to be looked at, with the one it was cut from: its face, and the first vertex there."""

    face: Face
    cuts: tuple[Cut, ...] = ()
    whole: Face | None = None
    vertex: Vertex | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """A part without any solution: duals of the aim where it was cut, those that forbid the cut, and by how much they do."""

    cuts: tuple[Cut, ...]
    vertex: Vertex
    forbidding: Floats
    excess: float


@dataclass(slots=True)
class Search:
    """The best whole solution of a face by the aims from number `at` on.

    `worst` is a cost of that aim that some whole solution has. `first_or_second` is what that aim reached, if it was before.
    """

    solver: Solver
    model: Model
    at: int
    worst: float
    first_or_second: int | None = None
    best: Leaf | None = None
    _parts: list[Part] = field(default_factory=list)
    _closed: list[Closed] = field(default_factory=list)
    _empty: list[Empty] = field(default_factory=list)

    def run(self, face: Face) -> Leaf | None:
        """Return the best solution, None where none is whole. Raises `TooManyParts`, `OutOfTime`, `SolverFailed`."""
        self._parts = [Part(face)]
        for _ in range(MOST_PARTS):
            if not self._parts:
                return self.best
            self._look_at(self._parts.pop())
        raise TooManyParts

    def closed(self) -> tuple[Closed, ...]:
        """Return all parts with their proofs, once a best solution is known."""
        if self.best is None:
            return ()
        worst = self.best.costs[0]
        shown = list(self._closed)
        for each in self._empty:
            times = max(1.0, np.ceil((worst - each.vertex.value + 1) / each.excess))
            shown.append(Closed(each.cuts, (each.vertex.row_duals + times * each.forbidding,)))
        return tuple(shown)

    def _look_at(self, part: Part) -> None:
        """Go down the aims in one part: note what is whole, cut in two what is not, leave what cannot be better."""
        self.solver.begin(part.face)
        costs: list[int] = []
        way: list[Vertex] = []
        for at in range(self.at, len(self.model.aims)):
            self._uncover(at, costs)
            try:
                vertex = self.solver.relaxed(costs_of(self.model, at), own_costs_of(self.model, at))
            except NoWholeSolution:
                self._note_empty(part)
                return
            costs.append(vertex.bound())
            way.append(vertex)
            if self._is_worse(costs):
                self._close(part, way)
                return
            if not vertex.has_whole_value():
                break
            if at < len(self.model.aims) - 1:
                self.solver.narrow(vertex)
        if vertex.is_whole() and len(costs) == len(self.model.aims) - self.at:
            self.best = Leaf(tuple(costs), vertex)
            self._close(part, way)
        else:
            self._parts += self._halves(part, way[0], vertex)

    def _close(self, part: Part, way: list[Vertex]) -> None:
        self._closed.append(Closed(part.cuts, tuple(each.row_duals for each in way)))

    def _note_empty(self, part: Part) -> None:
        """Find the duals that forbid the last cut: how few (or how many) seats the part before could do with."""
        if part.whole is None or part.vertex is None:
            return
        cut, sign = part.cuts[-1], 1 if part.cuts[-1].first else -1
        costs, own = np.zeros(len(self.model.pairs), np.int64), np.zeros(len(self.model.column_upper))
        if cut.pair is None:
            own[cut.offer] = sign
            wanted = cut.most if cut.first else -(cut.most + 1)
        else:
            costs[cut.pair] = sign
            wanted = 0 if cut.first else -1
        self.solver.begin(part.whole)
        self._uncover(self.at, [])
        vertex = self.solver.relaxed(costs, own)
        if vertex.value - wanted > ZERO:
            self._empty.append(Empty(part.cuts, part.vertex, vertex.row_duals, vertex.value - wanted))

    def _uncover(self, at: int, costs: list[int]) -> None:
        codes = [aim.code for aim in self.model.aims]
        here = codes.index(AimCode.FIRST_OR_SECOND) - self.at if AimCode.FIRST_OR_SECOND in codes else -1
        reached = -costs[here] if 0 <= here < len(costs) else self.first_or_second
        if rows := own_rows(self.model, at, reached):
            self.solver.with_rows(*rows)

    def _is_worse(self, costs: list[int]) -> bool:
        if self.best is None:
            return costs[0] > self.worst
        return tuple(costs) > self.best.costs[: len(costs)] or tuple(costs) == self.best.costs

    def _halves(self, part: Part, first: Vertex, vertex: Vertex) -> list[Part]:
        """Cut where the seats of an offer are most divided, else where a pair is. The half looked at first comes last."""
        seats = vertex.columns[: self.model.offers]
        off = np.abs(seats - np.round(seats))
        if off.max(initial=0.0) < ZERO:
            return self._halves_by_pair(part, first, vertex)
        offer = int(np.argmax(np.round(off, 6)))
        most = int(np.floor(seats[offer]))
        lower, upper = part.face.column_lower.copy(), part.face.column_upper.copy()
        upper[offer], lower[offer] = most, most + 1
        few, many = replace(part.face, column_upper=upper), replace(part.face, column_lower=lower)
        cuts = (Cut(each, offer, most) for each in (True, False))
        return [
            Part(face, (*part.cuts, cut), part.face, first)
            for face, cut in zip((few, many), cuts, strict=True)
        ]

    def _halves_by_pair(self, part: Part, first: Vertex, vertex: Vertex) -> list[Part]:
        pair = int(vertex.pairs[np.argmax(np.round(np.abs(vertex.levels - np.round(vertex.levels)), 6))])
        request, offer = self.model.pairs.requests[pair], int(self.model.pairs.offers[pair])
        face, requests = part.face, self.model.pairs.requests[part.face.open]
        others = face.open[(requests != request) | (face.open == pair)]
        lower = face.row_lower.copy()
        lower[request] = 1.0
        without = replace(face, open=face.open[face.open != pair])
        taken = replace(face, open=others, row_lower=lower)
        cuts = (Cut(each, offer, pair=pair) for each in (True, False))
        return [
            Part(half, (*part.cuts, cut), face, first)
            for half, cut in zip((without, taken), cuts, strict=True)
        ]
