"""The aims of a round in strict order: each is proved optimal before the next is looked at.

Linear programmes first, narrowing to the optimal face after each aim. Most rounds end in a vertex that divides no
student, and then every value on the way is the true optimum. Where limits cross and the last vertex divides one, the first
aim whose value is no whole number is settled in whole students and pinned, and the walk goes on from there: branching
early costs minutes where branching late costs nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from services.placements.domain.matching.branching import Closed, Search, TooManyParts
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.complete import completed
from services.placements.domain.matching.faces import (
    ZERO,
    Face,
    NoWholeSolution,
    OutOfTime,
    SolverFailed,
    Vertex,
)
from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.model import Floats, Model, costs_of, own_costs_of, own_rows
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.solver import Solver

Progress = Callable[[AimCode, int], None]
"""Told each aim and its value (of a relaxation at first: for a maximised aim never too low) as soon as it is known."""

NEIGHBOURS, WIDER = 20, 8
"""How many more pairs for each of a divided student a whole solution is sought among, and how many times more then."""

MOST_BRANCHED = 300_000
"""Among how many pairs at most the search over all aims at once is tried."""

LOOKED_AHEAD, LIGHTER = 2, 20
"""How many aims the first vertex looks at, and how many times less the last of them counts."""

NO_LIMIT = float("inf")
"""The seconds of a run that may take as long as it takes."""


@dataclass(frozen=True, slots=True)
class Descent:
    """The duals of the aims up to `until` (None for those not looked at), those in `pins` being settled before."""

    until: int
    pins: tuple[int, ...]
    duals: tuple[Floats | None, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen pairs, rising; the value of each aim; the way down."""

    chosen: Ints
    values: tuple[int, ...]
    descents: tuple[Descent, ...]
    searched: tuple[Closed, ...] = ()
    """The parts of a search over all aims from one on, each with its proof; none where the descents go all the way."""


@dataclass(frozen=True, slots=True)
class Step:
    """One aim on the way down: the face before it, and the vertex that is best there."""

    before: Face
    vertex: Vertex


def nobody_listens(_aim: AimCode, _value: int) -> None:
    """Take no notice of progress."""


@dataclass(slots=True)
class Chain:
    """The way down the aims. `steps` are the aims looked at since the last one that was pinned, and all before it.

    `pinned` are the values of those settled in whole students, and `searched` the aims whose value was searched for, since
    the relaxation is better; `closed` are the parts of a search that went down all aims at once.
    """

    solver: Solver
    model: Model
    on_progress: Progress
    steps: list[Step] = field(default_factory=list)
    pinned: dict[int, int] = field(default_factory=dict)
    descents: list[Descent] = field(default_factory=list)
    searched: set[int] = field(default_factory=set)
    closed: tuple[Closed, ...] = ()

    def run(self) -> Vertex:
        """Return a vertex in whole students that is best by every aim in turn. Raises `OutOfTime`."""
        self._look_ahead()
        self._walk()
        while not (vertex := self.steps[-1].vertex).is_whole():
            at, vertex, last = self._settled()
            self.remember(at)
            if last:
                return vertex
            self._pin(at, vertex)
            self._walk()
        self.remember(len(self.model.aims) - 1)
        return vertex

    def settled(self) -> dict[AimCode, int]:
        """Return the value of each aim looked at so far: its own where it is pinned, else the best of the relaxation."""
        aims = self.model.aims
        bounds = {at: self.pinned.get(at, step.vertex.bound()) for at, step in enumerate(self.steps)}
        return {aims[at].code: cost if aims[at].least else -cost for at, cost in bounds.items()}

    def _look_ahead(self) -> None:
        """Begin where the first two aims are good together, the second by a small weight.

        It proves nothing: the walk still asks for each by itself, and is nearly there. Going from the best of the first to
        the best of the second takes a third of a national run.
        """
        if len(self.model.aims) < LOOKED_AHEAD or self.model.blocks.keys() & set(range(LOOKED_AHEAD)):
            return
        first, second = (costs_of(self.model, at) for at in range(LOOKED_AHEAD))
        weight = 1 / (LIGHTER * max(1, int(np.abs(second).max(initial=0))))
        with suppress(NoWholeSolution):
            self.solver.relaxed(first + weight * second, own_costs_of(self.model, 0))

    def _walk(self) -> None:
        for at in range(len(self.steps), len(self.model.aims)):
            self._uncover(at)
            before = self.solver.face
            try:
                vertex = self.solver.relaxed(costs_of(self.model, at), own_costs_of(self.model, at))
            except NoWholeSolution:
                raise SolverFailed(self.model.aims[at].code) from None
            self.steps.append(Step(before, vertex))
            aim = self.model.aims[at]
            self.on_progress(aim.code, self.settled()[aim.code])
            if at < len(self.model.aims) - 1:
                self.solver.narrow(vertex)
                self.solver.forget_closed()

    def _uncover(self, at: int) -> None:
        """Let the rows count that the aim has of its own."""
        if rows := own_rows(self.model, at, self._first_or_second()):
            self.solver.with_rows(*rows)

    def _first_or_second(self) -> int | None:
        return self.settled().get(AimCode.FIRST_OR_SECOND)

    def _settled(self) -> tuple[int, Vertex, bool]:
        """Settle in whole students the first aim whose value is no whole number, or the last one.

        An aim before it is settled where no whole solution reaches its value. Returned are the aim, the solution, and
        whether it is the best by all aims after it, too. A value that prices can prove is pinned, one that they
        cannot is not worth it: the search goes down all aims at once.
        """
        last = len(self.model.aims) - 1
        free = range(max(self.pinned, default=-1) + 1, len(self.steps))
        at = next((at for at in free if not self.steps[at].vertex.has_whole_value()), last)
        if at == last and (found := self._branched(at, None)):
            return at, found, True
        while at > free[0]:
            try:
                found = self._searched(at)
                break
            except NoWholeSolution:
                at -= 1
        else:
            found = self._searched(at)
        if at < last and round(found.value) > self.steps[at].vertex.bound():
            best = self._branched(at, found)
            return at, best or found, best is not None
        return at, found, at == last

    def _branched(self, at: int, found: Vertex | None) -> Vertex | None:
        """Return the best whole solution by this aim and all after it, no worse than `found`; None if it is not known."""
        step = self.steps[at]
        worst = np.inf if found is None else found.value
        near = step.before.open[step.vertex.reduced <= worst - step.vertex.value + ZERO]  # type: ignore[operator]  # priced
        if len(near) > MOST_BRANCHED:
            return None
        search = Search(self.solver.alone(near), self.model, at, worst, self._first_or_second())
        try:
            best = search.run(step.before)
        except TooManyParts:
            return None
        if best is not None:
            self.searched.update(range(at, len(self.model.aims)))
            self.closed = search.closed()
        return best and best.vertex

    def _searched(self, at: int) -> Vertex:
        """Return the best whole solution of the face before an aim. Raises `NoWholeSolution`.

        It is sought among pairs of small reduced cost, ever more of them: a solution found costs its pairs' reduced
        costs more than the relaxation, so nothing better can use a pair of a larger one than that.
        """
        step, costs, own = self.steps[at], costs_of(self.model, at), own_costs_of(self.model, at)
        rising = np.empty(0) if step.vertex.reduced is None else np.sort(step.vertex.reduced)
        free, more = int(np.searchsorted(rising, ZERO)), NEIGHBOURS * step.vertex.divided()
        found = None
        while found is None:
            most = rising[free + more] if free + more < len(rising) else np.inf
            found = self._whole_within(step, most, costs, own)
            more *= WIDER
            if found is None and not np.isfinite(most):
                raise NoWholeSolution
        beyond = round(found.value) - 1 - step.vertex.value
        if beyond > most:
            found = self._whole_within(step, beyond, costs, own) or found
        if beyond > -ZERO:
            self.searched.add(at)
        return found

    def _whole_within(self, step: Step, most: float, costs: Ints, own: Floats) -> Vertex | None:
        """Return the best whole solution over the pairs of at most this reduced cost; None if there is none."""
        if step.vertex.reduced is None:
            raise NoWholeSolution
        near = step.before.open[step.vertex.reduced <= most + ZERO]
        self.solver.look_at_all(near)
        self.solver.open(replace(step.before, open=near))
        try:
            return self.solver.whole(costs, own)
        except NoWholeSolution:
            return None

    def remember(self, until: int) -> None:
        """Keep the duals of the aims up to `until` as a proof of them; an aim not looked at yet has none."""
        duals = tuple(
            None if at in self.pinned or at >= len(self.steps) else self.steps[at].vertex.row_duals
            for at in range(until + 1)
        )
        self.descents.append(Descent(until, tuple(self.pinned), duals))

    def _pin(self, at: int, vertex: Vertex) -> None:
        value = round(vertex.value)
        self.pinned[at] = value
        self.steps = [*self.steps[:at], Step(self.steps[at].before, vertex)]
        self.solver.open(self.steps[at].before)
        self.solver.pin(costs_of(self.model, at), own_costs_of(self.model, at), value)


def values_of(model: Model, chosen: Ints) -> tuple[int, ...]:
    """Return what the chosen pairs reach, aim by aim."""
    settled: dict[AimCode, int] = {}
    for aim in model.aims:
        settled[aim.code] = aim.value(model.pairs, chosen, settled)
    return tuple(settled[aim.code] for aim in model.aims)


def _chosen(vertex: Vertex) -> Ints:
    chosen: Ints = np.sort(vertex.pairs[np.round(vertex.levels) == 1])
    return chosen


def solve(
    model: Model,
    limits: tuple[Limit, ...],
    on_progress: Progress = nobody_listens,
    *,
    random_seed: int = 0,
    seconds: float = NO_LIMIT,
) -> Solution:
    """Return the one solution that is best by every aim in turn.

    After so many `seconds` of the solver the best known so far is returned, with the way as far as it went. Raises
    `SolverFailed` rather than return less than the proof says.
    """
    if len(model.pairs) == 0:
        nothing = np.empty(0, np.int64)
        return Solution(nothing, values_of(model, nothing), ())
    chain = Chain(Solver(model, random_seed, seconds), model, on_progress)
    try:
        chosen = _chosen(chain.run())
    except OutOfTime:
        return _so_far(chain, limits)
    values = values_of(model, chosen)
    _refuse_less(chain.settled(), dict(zip((aim.code for aim in model.aims), values, strict=True)), chain)
    return Solution(chosen, values, tuple(chain.descents), chain.closed)


def _refuse_less(proved: Mapping[AimCode, int], reached: Mapping[AimCode, int], chain: Chain) -> None:
    for at, aim in enumerate(chain.model.aims):
        if at not in chain.searched and proved[aim.code] != reached[aim.code]:
            raise SolverFailed(f"{aim.code} reaches {reached[aim.code]}, the proof says {proved[aim.code]}")


def _so_far(chain: Chain, limits: tuple[Limit, ...]) -> Solution:
    """Take whoever the last vertex places whole, and give the others what is left, one after another."""
    last = chain.steps[-1].vertex if chain.steps else None
    sure = np.empty(0, np.int64) if last is None else last.pairs[last.levels > 1 - ZERO]
    chosen = completed(chain.model, limits, sure, np.flatnonzero(chain.model.held).tolist())
    # Without prices of its own the aim that was under way has a bound all the same, if a weak one.
    chain.remember(min(len(chain.steps), len(chain.model.aims) - 1))
    return Solution(chosen, values_of(chain.model, chosen), tuple(chain.descents))
