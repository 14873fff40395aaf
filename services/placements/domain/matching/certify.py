"""The certificate of a solution: what prices prove, and for the rest the parts of a search, each with prices of its own."""

from collections.abc import Sequence

import numpy as np

from services.placements.domain.matching.branching import Cut
from services.placements.domain.matching.certificate import AimProof, Certificate, Fork, Stage
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.model import Model
from services.placements.domain.matching.prove import (
    Prices,
    Region,
    everything,
    prices_of,
    stage_of,
    staged,
    totals,
)
from services.placements.domain.matching.solve import Descent, Solution

MOST_PRICES = 10_000_000
"""How many prices the parts of a search may have in all: some sixty parts at national size. A longer search is a gap."""


def certify(inputs: MatchInputs, model: Model, solution: Solution) -> Certificate:
    """Return the certificate of a solution: a bound for every aim the way down has looked at, and what is behind it."""
    offer_ids = [offer.id for offer in inputs.offers]
    bounds, stages = staged(model, solution, offer_ids)
    search, prices = None, len(solution.searched) * (model.offers + len(model.limits)) * len(model.aims)
    if 0 < prices <= MOST_PRICES and _settled(solution, bounds):
        search = _searched(inputs, model, solution, offer_ids)
    reached = solution.values if search else bounds
    aims = tuple(
        AimProof(code=aim.code, value=value, bound=bound, least=aim.least)
        for aim, value, bound in zip(model.aims, solution.values, reached, strict=True)
    )
    return Certificate(aims=aims, stages=stages, search=search)


def _settled(solution: Solution, bounds: Sequence[int | None]) -> bool:
    """Return whether everything the search takes as settled is proved."""
    pins = solution.descents[-1].pins
    return all(bounds[at] == solution.values[at] for at in range(max(pins, default=-1) + 1))


def _searched(
    inputs: MatchInputs, model: Model, solution: Solution, offer_ids: list[str]
) -> Fork | Stage | None:
    """Return the parts as a tree; None where one of them is not proved exactly."""
    base, leaves = solution.descents[-1], {}
    for closed in solution.searched:
        own = (*base.duals[: base.until], *closed.duals)
        descent = Descent(len(own) - 1, base.pins, own)
        prices = prices_of(model, descent)
        if not _holds(model, solution, descent, prices, _region(model, closed.cuts)):
            return None
        leaves[closed.cuts] = stage_of(model, descent, prices, offer_ids)
    return _tree(inputs, model, leaves, ())


def _region(model: Model, cuts: tuple[Cut, ...]) -> Region:
    whole = everything(model)
    lower, upper, held = whole.lower.copy(), whole.upper.copy(), whole.held.copy()
    open_ = np.ones(len(model.pairs), np.bool_)
    for cut in cuts:
        if cut.pair is None and cut.first:
            upper[cut.offer] = min(upper[cut.offer], cut.most)
        elif cut.pair is None:
            lower[cut.offer] = max(lower[cut.offer], cut.most + 1)
        elif cut.first:
            open_[cut.pair] = False
        else:
            request = model.pairs.requests[cut.pair]
            others = slice(model.pairs.starts[request], model.pairs.starts[request + 1])
            open_[others] = False
            open_[cut.pair] = held[request] = True
    return Region(lower, upper, np.flatnonzero(open_).astype(np.int64), held)


def _holds(model: Model, solution: Solution, descent: Descent, prices: Prices, region: Region) -> bool:
    """Return whether nothing in the region is better: `verify` asks the same, and says why."""
    sums, last = totals(model, descent, prices, solution.values, region), len(model.aims) - 1
    for at in (each for each in range(descent.until + 1) if each not in descent.pins):
        gain = -solution.values[at] if model.aims[at].least else solution.values[at]
        if int(sums[at]) != gain * int(prices.scale[at]):
            return int(sums[at]) // int(prices.scale[at]) < gain + (at == last)
    return descent.until == last


def _tree(
    inputs: MatchInputs, model: Model, leaves: dict[tuple[Cut, ...], Stage], cuts: tuple[Cut, ...]
) -> Fork | Stage | None:
    """Return the part that these cuts lead to; None where some of it was not closed."""
    if cuts in leaves:
        return leaves[cuts]
    cut = next((each[len(cuts)] for each in leaves if each[: len(cuts)] == cuts), None)
    if cut is None:
        return None
    halves = (Cut(first, cut.offer, cut.most, cut.pair) for first in (True, False))
    few, many = (_tree(inputs, model, leaves, (*cuts, half)) for half in halves)
    if few is None or many is None:
        return None
    request = None if cut.pair is None else inputs.requests[model.pairs.requests[cut.pair]].id
    return Fork(offer_id=inputs.offers[cut.offer].id, seats=cut.most, request_id=request, parts=(few, many))
