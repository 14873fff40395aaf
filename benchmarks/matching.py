"""Matching: how long the engine takes on rounds that look like England, beside what else could match them."""

import resource
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from time import process_time
from typing import Any

from benchmarks.england import drawn
from benchmarks.matching_peers import by_residents, over_all_pairs
from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.certify import certify
from services.placements.domain.matching.complete import completed
from services.placements.domain.matching.model import build_model
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.run import ground_of, run_match
from services.placements.domain.matching.solve import Chain, nobody_listens, solve, values_of
from services.placements.domain.matching.solver import Solver

SIZES, NATIONAL = (200, 1000), 10_000
PEERS_SECONDS = 40.0
"""How long another engine may take before it counts as not done."""


@dataclass(frozen=True)
class Matching:
    """One size: CPU seconds to prepare pairs, to solve and to certify (medians), and what came of it.

    `runs` is how much of the solving HiGHS itself took, `explaining` what a whole run takes beyond the first three.
    `memory` is the most the process has had so far, in MB; `came_first` is placed and first or second preference
    when requests are served in turn, best preference first, under all limits.
    """

    requests: int
    pairs: int
    preparing: float
    solving: float
    certifying: float
    runs: float
    explaining: float
    memory: int
    proved: bool
    placed: int
    first_or_second: int
    came_first: tuple[int, int]


@dataclass(frozen=True)
class Peers:
    """One size: CPU seconds of others.

    `aims` is how many HiGHS over all pairs settled in its time; `placed` and `over` (seats over a limit) are the library's.
    """

    requests: int
    all_pairs: float
    aims: int
    residents: float
    placed: int
    over: int


class _Timed(Solver):
    """A solver that notes the CPU seconds HiGHS takes."""

    taken = 0.0

    def _run(self) -> Any:
        began = process_time()
        status = super()._run()
        self.taken += process_time() - began
        return status


def measure(rounds: int, *, national: bool) -> Iterator[Matching]:
    """Match a drawn round of each size some times over, with the ten aims of a round that chose none."""
    for size in (*SIZES, NATIONAL) if national else SIZES:
        found = [_once(size) for _ in range(1 if size == NATIONAL else max(1, rounds // 2))]
        names = ("preparing", "solving", "certifying", "runs", "explaining")
        middle = {name: median(getattr(each, name) for each in found) for name in names}
        yield replace(found[-1], **middle)


def measure_peers() -> Iterator[Peers]:
    """Let others match the same rounds, once each."""
    for size in SIZES:
        ground = ground_of(drawn(size))
        aims = aims_of(ground.inputs, ground.pairs)
        counts = len(ground.inputs.requests), len(ground.inputs.offers)
        model = build_model(*counts, ground.pairs, ground.limits, aims)
        all_pairs, settled = over_all_pairs(model, PEERS_SECONDS)
        yield Peers(size, all_pairs, settled, *by_residents(ground))


def _once(size: int) -> Matching:
    inputs = drawn(size)
    began = process_time()
    ground = ground_of(inputs)
    prepared = process_time()
    aims = aims_of(ground.inputs, ground.pairs)
    model = build_model(len(inputs.requests), len(inputs.offers), ground.pairs, ground.limits, aims)
    solution = solve(model, ground.limits)
    solved = process_time()
    certificate = certify(ground.inputs, model, solution)
    certified = process_time()
    whole = process_time()
    run_match(inputs)
    whole = process_time() - whole
    timed = _Timed(model, 0, float("inf"))
    Chain(timed, model, nobody_listens).run()
    nobody: Ints = solution.chosen[:0]
    first = values_of(model, completed(model, ground.limits, nobody, ()))
    return Matching(
        requests=size,
        pairs=len(ground.pairs),
        preparing=prepared - began,
        solving=solved - prepared,
        certifying=certified - solved,
        runs=timed.taken,
        explaining=max(0.0, whole - (certified - began)),
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        proved=certificate.proved,
        placed=solution.values[0],
        first_or_second=solution.values[1],
        came_first=(first[0], first[1]),
    )
