"""Repairing a result after a decline, a withdrawal or a lost educator, in one of three ways.

The inputs are the round as it is now (the withdrawn request is gone, the declined pair is a conflict, the lost educator not
eligible); `previous` is the result as it was. Acceptances that must stay are `inputs.held`, in every way of repairing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.placements.domain.matching.codes import AimCode, RepairWay
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.pairs import positions
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.run import Matched, Terrain, ground_on, matched, terrain_of


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


def as_it_is(inputs: MatchInputs, previous: Sequence[Held]) -> Terrain:
    """Return the round as it is now, with what is left of an earlier result: every way of repairing starts from it.

    Raises `ContradictoryInputs`.
    """
    requests = {each.id for each in inputs.requests}
    here = tuple(each for each in previous if each.request_id in requests)
    return terrain_of(replace(inputs, previous=here))


def repair(terrain: Terrain, way: RepairWay) -> Matched:
    """Match the round as it is now, starting from the earlier result.

    `fill_only` moves nobody whose place is still possible; `fewest_moves` places as many as possible and moves
    as few as that takes; `re_optimise` remembers nothing but what is held. Nothing is explained: a repair is looked at
    by its moves. Raises `SolverFailed`, `BrokenResult`.
    """
    if way is RepairWay.FEWEST_MOVES:
        terrain = terrain.with_aims(_with_kept(terrain.inputs.rules.aims))
    if way is RepairWay.FILL_ONLY:
        terrain = terrain.with_held(keepable(terrain))
    return matched(ground_on(terrain))


def keepable(terrain: Terrain) -> tuple[Held, ...]:
    """Return what can stay of the previous result: all held, then each pair no rule forbids while seats are left.

    Where a limit has become too small for all of them, those with the earlier ids stay.
    """
    inputs = terrain.inputs
    held = positions(inputs, inputs.held)
    had = {at: offer for at, offer in positions(inputs, inputs.previous).items() if at not in held}
    requests, offers = np.array(list(had), np.int64), np.array(list(had.values()), np.int64)
    minutes = terrain.survey.minutes(requests, offers)
    allowed = (terrain.survey.against(requests, offers, minutes) == 0).tolist()
    seats = SeatsLeft(terrain.limits, {inputs.requests[at].id: offer for at, offer in held.items()})
    staying = list(inputs.held)
    for (at, offer), may in zip(had.items(), allowed, strict=True):
        if may and seats.has_room(offer):
            request_id = inputs.requests[at].id
            seats.take(request_id, offer)
            staying.append(Held(request_id=request_id, offer_id=inputs.offers[offer].id))
    return tuple(staying)


def moves(previous: Iterable[Held], assignments: Iterable[Assignment]) -> tuple[Move, ...]:
    """Return who moves, by request; those who had no place and get one are moves from nowhere."""
    before = {each.request_id: each.offer_id for each in previous}
    after = {each.request_id: each.offer_id for each in assignments}
    return tuple(
        Move(request_id=each, from_offer_id=before.get(each), to_offer_id=after.get(each))
        for each in sorted(before.keys() | after.keys())
        if before.get(each) != after.get(each)
    )
