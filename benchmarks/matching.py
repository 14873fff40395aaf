"""Matching: how long the engine takes on rounds that look like England, beside what else could match them.

Each is measured in a fresh process with one thread, as a run is carried out.
"""

import gc
import os
import resource
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from statistics import median
from time import process_time
from typing import Any

from benchmarks.england import drawn
from benchmarks.matching_peers import by_residents, over_all_pairs
from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.certify import certify
from services.placements.domain.matching.codes import DEFAULT_AIMS, FAIRNESS_AIMS, AimCode
from services.placements.domain.matching.complete import completed
from services.placements.domain.matching.model import build_model
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.run import assigned, explanations_of, ground_of, run_match
from services.placements.domain.matching.solve import Chain, nobody_listens, solve, values_of
from services.placements.domain.matching.solver import Solver
from shared.processes import ONE_THREAD

SMALL, SIZES, NATIONAL = 60, (200, 1000), 10_000

SIX = tuple(
    aim
    for aim in DEFAULT_AIMS
    if aim not in (*FAIRNESS_AIMS, AimCode.FRONTLINE_COVERAGE, AimCode.WITHIN_LIST, AimCode.TRAVEL_MINUTES)
)
"""The six aims that every comparison of engines has: without fairness, coverage and what only refines."""

LISTS = (20, 1000)
"""How many offers a resident of the library ranks at most: few, and all there are."""

DESIGNED: Mapping[tuple[int, int], float] = {
    (200, 10): 0.17,
    (1000, 10): 2.7,
    (NATIONAL, len(SIX)): 62.0,
    (NATIONAL, 10): 156.0,
}
"""Seconds that the design's first engine solved for, by requests and aims (six: the middle of 47 to 78). Goals are shares
of these and not of today's solving: else whatever makes the solver quicker would fail them (docs/decisions, "a search is
proved by its parts")."""

PAIRS, EXPLAINING = 0.03, 0.02
"""The most that finding the pairs and explaining may take, as shares of the designed solving."""

WHOLE, WHOLE_OF_SMALL = 1.15, 1.5
"""How many times the designed solving a whole run may take at most, and one of up to 200 requests."""

WHOLE_OF_SIXTY = 0.3
"""Seconds that a whole run of a small round may take."""

PEERS_SECONDS = 40.0
"""How long another engine may take before it counts as not done."""


@dataclass(frozen=True)
class Matching:
    """One size: CPU seconds to prepare pairs, to solve, to certify and to explain (medians), and what came of it.

    `runs` is how much of the solving HiGHS itself took, `whole` a whole run from the inputs to the checked result.
    `memory` is the most the process has had so far, in MB; `came_first` is placed and first or second preference
    when requests are served in turn, best preference first, under all limits.
    """

    requests: int
    aims: int
    pairs: int
    preparing: float
    solving: float
    certifying: float
    runs: float
    explaining: float
    whole: float
    memory: int
    proved: bool
    placed: int
    first_or_second: int
    came_first: tuple[int, int]

    def goal(self, share: float) -> float | None:
        """Return a share of the designed solving, in seconds; None below 1,000, where it would be less than 10 ms."""
        return share * DESIGNED[self.requests, self.aims] if self.requests >= SIZES[-1] else None

    def whole_goal(self) -> float:
        """Return the seconds a whole run may take."""
        if self.requests == SMALL:
            return WHOLE_OF_SIXTY
        times = WHOLE_OF_SMALL if self.requests == SIZES[0] else WHOLE
        return times * DESIGNED[self.requests, self.aims]


@dataclass(frozen=True)
class Peers:
    """One size and length of lists: CPU seconds of ours and of others, from the pairs to who is where.

    `aims` is how many HiGHS over all pairs settled in its time; `placed` and `over` (seats over a limit) are the library's.
    """

    requests: int
    listed: int
    ours: float
    all_pairs: float
    aims: int
    residents: float
    placed: int
    over: int


class _Timed(Solver):
    """A solver that notes the CPU seconds HiGHS takes, in all that a run asks it."""

    taken = 0.0

    def _run(self) -> Any:
        began = process_time()
        status = super()._run()
        _Timed.taken += process_time() - began
        return status


def measure(rounds: int, *, national: bool) -> Iterator[Matching]:
    """Match a drawn round of each size some times over, with ten aims and, where it is a national one, with six, too."""
    sizes = [(size, len(DEFAULT_AIMS)) for size in (SMALL, *SIZES)]
    for size, aims in [*sizes, *(((NATIONAL, len(SIX)), (NATIONAL, len(DEFAULT_AIMS))) if national else ())]:
        with alone() as pool:
            pool.submit(gc.disable).result()  # as in the process of a run
            pool.submit(_once, *sizes[0]).result()  # so that nothing is loaded while the clock runs
            times = 1 if size == NATIONAL else max(1, rounds // 2)
            found = [pool.submit(_once, size, aims).result() for _ in range(times)]
        names = ("preparing", "solving", "certifying", "runs", "explaining", "whole")
        middle = {name: median(getattr(each, name) for each in found) for name in names}
        yield replace(found[-1], **middle)


def measure_peers() -> Iterator[Peers]:
    """Let others match the same rounds, once each."""
    for size in SIZES:
        ground = ground_of(drawn(size))
        aims = aims_of(ground.inputs, ground.pairs)
        counts = len(ground.inputs.requests), len(ground.inputs.offers)
        model = build_model(*counts, ground.pairs, ground.limits, aims)
        began = process_time()
        solve(model, ground.limits)
        ours = process_time() - began
        all_pairs, settled = over_all_pairs(model, PEERS_SECONDS)
        for listed in LISTS:
            yield Peers(size, listed, ours, all_pairs, settled, *by_residents(ground, listed))


def alone() -> ProcessPoolExecutor:
    """Return a fresh process in which numpy has one thread."""
    os.environ.update(ONE_THREAD)
    return ProcessPoolExecutor(1, get_context("spawn"))


def _once(size: int, number_of_aims: int) -> Matching:
    # A run reads what was frozen, which is in this order.
    inputs = canonical(drawn(size))
    order = SIX if number_of_aims == len(SIX) else DEFAULT_AIMS
    inputs = replace(inputs, rules=replace(inputs.rules, aims=order))
    began = process_time()
    ground = ground_of(inputs)
    prepared = process_time()
    aims = aims_of(ground.inputs, ground.pairs)
    model = build_model(len(inputs.requests), len(inputs.offers), ground.pairs, ground.limits, aims)
    solution = solve(model, ground.limits)
    solved = process_time()
    certificate = certify(ground.inputs, model, solution)
    certified = process_time()
    assignments = assigned(ground.inputs, ground.pairs, solution.chosen)
    explained = process_time()
    explanations_of(ground, model, solution, assignments)
    explaining = process_time() - explained
    whole = process_time()
    run_match(inputs)
    whole = process_time() - whole
    _Timed.taken = 0.0
    Chain(_Timed(model, 0, float("inf")), model, nobody_listens).run()
    nobody: Ints = solution.chosen[:0]
    first = values_of(model, completed(model, ground.limits, nobody, ()))
    return Matching(
        requests=size,
        aims=number_of_aims,
        pairs=len(ground.pairs),
        preparing=prepared - began,
        solving=solved - prepared,
        certifying=certified - solved,
        runs=_Timed.taken,
        explaining=explaining,
        whole=whole,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        proved=certificate.proved,
        placed=solution.values[0],
        first_or_second=solution.values[1],
        came_first=(first[0], first[1]),
    )
