"""Would a student gain by listing fewer choices? Tried, not argued: the same round again with one list cut short.

Only those who missed their first preference can gain by cutting their list to it; of them a sample is drawn by the lottery
seed, so that anybody can repeat it. The figure belongs beside each result: near zero means that an honest list is safe.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.placements.domain.matching.inputs import MatchInputs, RequestInput
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.run import ground_of, matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncation:
    """Of `sampled` students who missed their first preference, so many would have `gained` by listing it alone."""

    missed_first: int
    sampled: int
    gained: int


def _cut(request: RequestInput) -> RequestInput:
    first = min(each.rank for each in request.preferences)
    return replace(request, preferences=tuple(each for each in request.preferences if each.rank == first))


def _drawn(inputs: MatchInputs, given: Iterable[Assignment], most: int) -> tuple[int, list[str]]:
    met = {each.request_id for each in given if each.rank == 1 and not each.outside_list}
    held = {each.request_id for each in inputs.held}
    missed = [
        request.id
        for request in inputs.requests
        if request.id not in met | held and len({each.rank for each in request.preferences}) > 1
    ]
    seed = inputs.rules.lottery_seed
    missed.sort(key=lambda each: (hashlib.sha256(f"{seed} {each}".encode()).digest(), each))
    return len(missed), missed[:most]


def probe(inputs: MatchInputs, given: Iterable[Assignment], most: int) -> Truncation:
    """Try it for `most` students at most, each by one more match; `given` are the places of the round as it is.

    Raises as `run_match` does.
    """
    missed, sample = _drawn(inputs, given, most)
    gained = 0
    for request_id in sample:
        requests = tuple(_cut(each) if each.id == request_id else each for each in inputs.requests)
        again = matched(ground_of(replace(inputs, requests=requests)))
        gained += any(
            each.request_id == request_id and each.rank == 1 and not each.outside_list
            for each in again.assignments
        )
    return Truncation(missed_first=missed, sampled=len(sample), gained=gained)
