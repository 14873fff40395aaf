"""Matching again after educators were lost: what each way of repairing takes of a whole run's time, and whom it moves.

A round comes frozen, in canonical order, as the process that computes repairs is given it. A repair is matched, checked and
proved like a run, and not explained. That process computes all ways on one reading of the round (rules, journeys, lists):
each way bears its part of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from time import process_time
from typing import TypeVar

from benchmarks.england import drawn
from benchmarks.matching import NATIONAL, alone
from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.repair import as_it_is, moves, repair
from services.placements.domain.matching.run import run_match

Result = TypeVar("Result")

SIZE, STUDENTS_AN_EDUCATOR_LOST = 1000, 500

TIMES = 3
"""How often a round is matched and repaired, for the middle figure of each; a national one once."""

GOALS = {RepairWay.FILL_ONLY: 0.10, RepairWay.FEWEST_MOVES: 0.40}
"""What part of a whole run a repair may take."""


@dataclass(frozen=True)
class Repaired:
    """One way of repairing a round: CPU seconds beside those of a whole run of the round as it was.

    `moved` are those of the `untouched` students, whose own educator was not lost, who are elsewhere afterwards.
    """

    requests: int
    way: RepairWay
    lost: int
    run: float
    seconds: float
    untouched: int
    moved: int
    placed: int


def measure(*, national: bool) -> Iterator[Repaired]:
    """Lose the first educators of a matched round and repair it in each way."""
    for size in (SIZE, *((NATIONAL,) if national else ())):
        with alone() as pool:
            yield from pool.submit(_each_way, size).result()


def _each_way(size: int) -> list[Repaired]:
    inputs, times = canonical(drawn(size)), 1 if size == NATIONAL else TIMES
    run_match(drawn(60))  # so that nothing is loaded while the clock runs
    before, run = _timed(lambda: run_match(inputs), times)
    had = tuple(Held(request_id=each.request_id, offer_id=each.offer_id) for each in before.assignments)
    now, lost = _without_educators(inputs, {each.offer_id for each in had}, size // STUDENTS_AN_EDUCATOR_LOST)
    untouched = {each.request_id for each in had if each.offer_id not in lost}
    terrain, reading = _timed(lambda: as_it_is(now, had), times)
    found = []
    for way in RepairWay:
        after, seconds = _timed(partial(repair, terrain, way), times)
        seconds += reading / len(RepairWay)
        moved = {each.request_id for each in moves(had, after.assignments)} & untouched
        placed = len(after.assignments)
        found.append(
            Repaired(size, way, len(had) - len(untouched), run, seconds, len(untouched), len(moved), placed)
        )
    return found


def _timed(match: Callable[[], Result], times: int) -> tuple[Result, float]:
    taken = []
    for _ in range(times):
        began = process_time()
        result = match()
        taken.append(process_time() - began)
    return result, median(taken)


def _without_educators(inputs: MatchInputs, taken: set[str], count: int) -> tuple[MatchInputs, set[str]]:
    """Return the round without so many of the educators who have students, and all the offers that were theirs."""
    teaching = {offer.educator_id for offer in inputs.offers if offer.educator_id and offer.id in taken}
    gone = set(sorted(teaching)[:count])
    lost = {offer.id for offer in inputs.offers if offer.educator_id in gone}
    offers = tuple(
        replace(each, educator_eligible=each.id not in lost and each.educator_eligible)
        for each in inputs.offers
    )
    return replace(inputs, offers=offers), lost
