"""Matching again after educators were lost: how long each way of repairing takes beside a whole run, and whom it moves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import process_time

from benchmarks.england import drawn
from benchmarks.matching import NATIONAL, alone
from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.repair import moves, repair
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import run_match

SIZE, STUDENTS_AN_EDUCATOR_LOST = 1000, 500


@dataclass(frozen=True)
class Repaired:
    """One way of repairing a round: CPU seconds beside those of the run before it, both from inputs to checked result.

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
    """Lose the first educators of a matched round and repair it in each way, once."""
    for size in (SIZE, *((NATIONAL,) if national else ())):
        with alone() as pool:
            yield from pool.submit(_each_way, size).result()


def _each_way(size: int) -> list[Repaired]:
    inputs = drawn(size)
    run_match(drawn(60))  # so that nothing is loaded while the clock runs
    before, run = _timed(inputs)
    had = tuple(Held(request_id=each.request_id, offer_id=each.offer_id) for each in before.assignments)
    now, lost = _without_educators(inputs, {each.offer_id for each in had}, size // STUDENTS_AN_EDUCATOR_LOST)
    untouched = {each.request_id for each in had if each.offer_id not in lost}
    found = []
    for way in RepairWay:
        began = process_time()
        after = repair(now, had, way)
        seconds = process_time() - began
        moved = {each.request_id for each in moves(had, after.assignments)} & untouched
        placed = len(after.assignments)
        found.append(
            Repaired(size, way, len(had) - len(untouched), run, seconds, len(untouched), len(moved), placed)
        )
    return found


def _timed(inputs: MatchInputs) -> tuple[MatchResult, float]:
    began = process_time()
    result = run_match(inputs)
    return result, process_time() - began


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
