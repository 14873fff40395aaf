"""Matching: how long the engine takes on rounds that look like England, beside first come, first served."""

import resource
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time

from benchmarks.england import drawn
from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.complete import completed
from services.placements.domain.matching.model import build_model
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.prove import certify
from services.placements.domain.matching.run import ground_of
from services.placements.domain.matching.solve import solve, values_of

SIZES = (60, 200, 1000)


@dataclass(frozen=True)
class Matching:
    """One size: CPU seconds to prepare pairs, to solve and to certify (medians), and what came of it.

    `memory` is the most the process has had so far, in MB; `came_first` is placed and first or second preference
    when requests are served in turn, best preference first, under all limits.
    """

    requests: int
    pairs: int
    preparing: float
    solving: float
    certifying: float
    memory: int
    proved: bool
    placed: int
    first_or_second: int
    came_first: tuple[int, int]


def measure(rounds: int) -> Iterator[Matching]:
    """Match a drawn round of each size some times over, with the ten aims of a round that chose none."""
    for size in SIZES:
        found = [_once(size) for _ in range(max(1, rounds // 2))]
        middle = (
            median(getattr(each, name) for each in found) for name in ("preparing", "solving", "certifying")
        )
        preparing, solving, certifying = middle
        last = found[-1]
        yield Matching(
            last.requests,
            last.pairs,
            preparing,
            solving,
            certifying,
            last.memory,
            last.proved,
            last.placed,
            last.first_or_second,
            last.came_first,
        )


def _once(size: int) -> Matching:
    inputs = drawn(size)
    began = process_time()
    ground = ground_of(inputs)
    prepared = process_time()
    aims = aims_of(ground.inputs, ground.pairs)
    model = build_model(len(inputs.requests), len(inputs.offers), ground.pairs, ground.limits, aims)
    solution = solve(model, ground.limits)
    solved = process_time()
    certificate = certify(model, solution, [offer.id for offer in ground.inputs.offers])
    certified = process_time()
    nobody: Ints = solution.chosen[:0]
    first = values_of(model, completed(model, ground.limits, nobody, ()))
    return Matching(
        requests=size,
        pairs=len(ground.pairs),
        preparing=prepared - began,
        solving=solved - prepared,
        certifying=certified - solved,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        proved=certificate.proved,
        placed=solution.values[0],
        first_or_second=solution.values[1],
        came_first=(first[0], first[1]),
    )
