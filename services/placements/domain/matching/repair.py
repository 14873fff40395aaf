"""Repairing a result after a decline, a withdrawal or a lost educator, in one of three ways.

The inputs are the round as it is now (the withdrawn request is gone, the declined pair is a conflict, the lost educator not
eligible); `previous` is the result as it was. Acceptances that must stay are `inputs.held`, in every way of repairing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.placements.domain.matching.codes import AimCode, RepairWay
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.result import Assignment, MatchResult
from services.placements.domain.matching.run import keepable, run_match
from services.placements.domain.matching.solve import Progress, nobody_listens
from services.placements.domain.matching.travel import TravelEstimator


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One student whose place changes, by their request. None is no place."""

    request_id: str
    from_offer_id: str | None
    to_offer_id: str | None


def _with_kept(aims: tuple[AimCode, ...]) -> tuple[AimCode, ...]:
    """Return the aims with `kept` right after `placed`: the fewest moves that still place as many as possible."""
    others = [aim for aim in aims if aim is not AimCode.KEPT]
    after = others.index(AimCode.PLACED) + 1
    return (*others[:after], AimCode.KEPT, *others[after:])


def repair(
    inputs: MatchInputs,
    previous: Sequence[Held],
    way: RepairWay,
    on_progress: Progress = nobody_listens,
    travel: TravelEstimator | None = None,
) -> MatchResult:
    """Match the round as it is now, starting from an earlier result.

    `fill_only` moves nobody whose place is still possible; `fewest_moves` places as many as possible and moves
    as few as that takes; `re_optimise` remembers nothing but what is held. Raises as `run_match` does.
    """
    requests = {each.id for each in inputs.requests}
    here = tuple(each for each in previous if each.request_id in requests)
    inputs = replace(inputs, previous=here)
    if way is RepairWay.FILL_ONLY:
        inputs = replace(inputs, held=keepable(inputs, travel))
    if way is RepairWay.FEWEST_MOVES:
        rules = replace(inputs.rules, aims=_with_kept(inputs.rules.aims))
        inputs = replace(inputs, rules=rules)
    return run_match(inputs, on_progress, travel)


def moves(previous: Iterable[Held], assignments: Iterable[Assignment]) -> tuple[Move, ...]:
    """Return who moves, by request; those who had no place and get one are moves from nowhere."""
    before = {each.request_id: each.offer_id for each in previous}
    after = {each.request_id: each.offer_id for each in assignments}
    return tuple(
        Move(request_id=each, from_offer_id=before.get(each), to_offer_id=after.get(each))
        for each in sorted(before.keys() | after.keys())
        if before.get(each) != after.get(each)
    )
