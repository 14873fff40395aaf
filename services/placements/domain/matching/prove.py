"""From the solver's duals to a certificate: prices in integers, and the exact bound that follows from them.

Duals come in floating point; as fractions with a small denominator they are exact again. Whatever is rounded here, the
bound that is computed from the integers is a true one; a bad price can only make it too weak, and then the gap is said.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.certificate import Price, Stage
from services.placements.domain.matching.codes import AimCode, LimitKind
from services.placements.domain.matching.lexical import best_of_requests, gains
from services.placements.domain.matching.model import Bools, Floats, Model
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.solve import Descent, Solution

SCALES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 60, 840, 27720)
"""Denominators tried for the duals of an aim, the smallest first."""

NOISE = 1e-5
"""How far a dual times its denominator may be from an integer, beside a relative error of the same measure of double's."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one descent, a row per offer, limit, group, team or pin and a column per aim, in units of 1/scale."""

    scale: Ints
    offers: Ints
    limits: Ints
    own: dict[int, Ints]
    pins: dict[int, Ints]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of what is possible: the fewest and most seats of each offer, the pairs there are, and who must be placed."""

    lower: Ints
    upper: Ints
    among: Ints
    held: Bools


def everything(model: Model) -> Region:
    """Return the region that leaves nothing out."""
    upper = model.column_upper[: model.offers].astype(np.int64)
    return Region(np.zeros_like(upper), upper, np.arange(len(model.pairs), dtype=np.int64), model.held)


def _scaled(duals: Floats) -> tuple[int, Ints]:
    for scale in SCALES:
        times = duals * scale
        near = np.round(times)
        if np.all(np.abs(times - near) <= NOISE + np.abs(near) * 1e-11):
            return scale, near.astype(np.int64)
    return SCALES[-1], np.round(duals * SCALES[-1]).astype(np.int64)


def prices_of(model: Model, descent: Descent) -> Prices:
    """Turn the duals of a descent into prices in which more is better."""
    aims, rows = descent.until + 1, len(model.row_upper) + len(descent.pins)
    table, scale = np.zeros((rows, aims), np.int64), np.ones(aims, np.int64)
    for at, duals in enumerate(descent.duals):
        if duals is not None:
            # What a student is worth follows from the other prices, so the rows of requests are not needed.
            scale[at], table[model.requests : len(duals), at] = _scaled(duals[model.requests :])
    first_own = model.limit_row + len(model.limits)
    first_pin = len(model.row_upper)
    own = {}
    for at, block in model.blocks.items():
        duals_of = table[block.row : block.row + block.size]
        own[at] = gains(duals_of if model.aims[at].shares else -duals_of)
    return Prices(
        scale=scale,
        offers=-table[model.requests : model.limit_row],
        limits=gains(-table[model.limit_row : first_own]),
        own=own,
        pins={pin: table[first_pin + number] for number, pin in enumerate(descent.pins)},
    )


def _gain(model: Model, at: int, pairs: Ints) -> Ints:
    coefficients: Ints = model.aims[at].coefficients[pairs]
    return -coefficients if model.aims[at].least else coefficients


def _pair_values(model: Model, prices: Prices, at: int, pairs: Ints) -> Ints:
    """Return what each pair adds to an aim, less its offer's price, with the prices of shares and pins."""
    requests, offers = model.pairs.requests[pairs], model.pairs.offers[pairs]
    values: Ints = _gain(model, at, pairs) * prices.scale[at]
    # A column first, and then its entries: both at once takes ten times as long.
    values -= prices.offers[:, at][offers]
    for own, table in prices.own.items():
        shares = model.aims[own].shares
        if shares is not None and table[:, at].any():
            values += np.append(table[:, at], 0)[shares.group[requests]] * shares.counted[pairs]
    for pin, row in prices.pins.items():
        values -= row[at] * _gain(model, pin, pairs)
    return values


def _seat_total(model: Model, prices: Prices, region: Region) -> Ints:
    """Return what all seats are worth: those of limits by their prices, those of offers by what their price exceeds these."""
    values = prices.offers.copy()
    for number, limit in enumerate(model.limits):
        values[list(limit.offers)] -= prices.limits[number]
    for at, table in prices.own.items():
        if teams := model.aims[at].teams:
            inside = teams.team >= 0
            values[inside] += table[teams.team[inside]]
    worth = gains(values)
    total: Ints = (worth * region.upper[:, None] + (values - worth) * region.lower[:, None]).sum(axis=0)
    total += np.array([limit.seats for limit in model.limits], np.int64) @ prices.limits
    return total


def _own_total(model: Model, prices: Prices, values: tuple[int, ...]) -> Ints:
    """Return what shares and teams add: what falling short or covering is worth, at most, less the shares promised."""
    total = np.zeros(len(prices.scale), np.int64)
    reached = dict(zip((aim.code for aim in model.aims), values, strict=True))
    for at, table in prices.own.items():
        aim, sign = model.aims[at], -1 if model.aims[at].least else 1
        columns = -sign * table
        if at < len(prices.scale):
            columns[:, at] += sign * prices.scale[at]
        if at in prices.pins:
            columns -= sign * prices.pins[at]
        if aim.shares is not None:
            targets = aim.shares.targets(reached[AimCode.FIRST_OR_SECOND])[:, None]
            total += (gains(columns) * targets - table * targets).sum(axis=0)
        else:
            total += gains(columns).sum(axis=0)
    for pin, row in prices.pins.items():
        total += row * (-values[pin] if model.aims[pin].least else values[pin])
    return total


def totals(model: Model, descent: Descent, prices: Prices, values: tuple[int, ...], region: Region) -> Ints:
    """Return, aim by aim in units of the scale, what no result of the round within the region can exceed."""
    free = [at for at in range(descent.until + 1) if at not in descent.pins]
    best = best_of_requests(
        model.pairs,
        region.held,
        free,
        lambda at, pairs: _pair_values(model, prices, at, pairs),
        region.among,
    )
    students = np.zeros(descent.until + 1, np.int64)
    students[free] = best
    total: Ints = (
        students
        + _masked(_seat_total(model, prices, region), free)
        + _masked(_own_total(model, prices, values), free)
    )
    return total


def _masked(total: Ints, free: list[int]) -> Ints:
    masked = np.zeros_like(total)
    masked[free] = total[free]
    return masked


def _bounds(model: Model, solution: Solution, tables: list[Prices]) -> list[int | None]:
    """Return the bound of each aim, in the aim's own sense, until one inside a descent is not exact.

    The last aim of a descent need not be: what was found in whole students is pinned before the next descent.
    """
    bounds: list[int | None] = []
    for descent, prices in zip(solution.descents, tables, strict=True):
        sums = totals(model, descent, prices, solution.values, everything(model))
        for at in range(descent.until + 1):
            gain = -solution.values[at] if model.aims[at].least else solution.values[at]
            exact = at in descent.pins or int(sums[at]) == gain * int(prices.scale[at])
            if at >= len(bounds):
                bound = int(sums[at]) // int(prices.scale[at])
                bounds.append(-bound if model.aims[at].least else bound)
            if not exact and at < descent.until:
                return bounds
    return bounds


def _named(names: npt.NDArray[np.object_] | list[str], table: Ints) -> dict[str, Price]:
    used = np.flatnonzero(table.any(axis=1))
    return {str(names[each]): tuple(map(int, table[each])) for each in used}


def stage_of(model: Model, descent: Descent, prices: Prices, offer_ids: list[str]) -> Stage:
    """Return the prices by the names of what they are for."""
    kinds = {
        LimitKind.EDUCATOR: "educators",
        LimitKind.SETTING: "settings",
        LimitKind.ORGANISATION: "organisations",
    }
    of_kind: dict[str, dict[str, Price]] = {name: {} for name in kinds.values()}
    for limit, row in zip(model.limits, prices.limits, strict=True):
        if row.any():
            of_kind[kinds[limit.kind]][limit.id] = tuple(map(int, row))
    own: dict[AimCode, dict[str, Price]] = {}
    for at, table in prices.own.items():
        aim = model.aims[at]
        names = aim.shares or aim.teams
        own[aim.code] = _named(list(names.names), table) if names else {}
    return Stage(
        until=descent.until,
        pins=descent.pins,
        scale=tuple(map(int, prices.scale)),
        offers=_named(offer_ids, prices.offers),
        **of_kind,
        universities=own.get(AimCode.UNIVERSITY_FAIRNESS, {}),
        groups=own.get(AimCode.GROUP_FAIRNESS, {}),
        teams=own.get(AimCode.FRONTLINE_COVERAGE, {}),
        pinned={model.aims[pin].code.value: tuple(map(int, row)) for pin, row in prices.pins.items()},
    )


def staged(
    model: Model, solution: Solution, offer_ids: list[str]
) -> tuple[list[int | None], tuple[Stage, ...]]:
    """Return the bounds that prices alone prove, None where they prove nothing, and the stages with these prices."""
    tables = [prices_of(model, descent) for descent in solution.descents]
    bounds = _bounds(model, solution, tables) if len(model.pairs) else list(solution.values)
    bounds += [None] * (len(model.aims) - len(bounds))
    stages = (
        stage_of(model, descent, prices, offer_ids)
        for descent, prices in zip(solution.descents, tables, strict=True)
    )
    return bounds, tuple(stages)


@dataclass(frozen=True, slots=True)
class Losses:
    """What the prices say about every pair: forced, it costs at least `amount` at aim number `first`, those before kept.

    Where nothing is proved, `first` is the number of aims.
    """

    first: Ints
    amount: Ints


def first_losses(model: Model, solution: Solution) -> Losses:
    """Return for every pair the first aim that must lose when the pair is forced, and how much at least."""
    losses = Losses(
        np.full(len(model.pairs), len(model.aims), np.int64), np.zeros(len(model.pairs), np.int64)
    )
    for descent in solution.descents if len(model.pairs) else ():
        _lose(model, solution, descent, prices_of(model, descent), losses)
    return losses


def _lose(model: Model, solution: Solution, descent: Descent, prices: Prices, losses: Losses) -> None:
    """Note the pairs that lose by this descent. A bound that a pin after the aim helps to prove is no bound for the aim."""
    rest = _seat_total(model, prices, everything(model)) + _own_total(model, prices, solution.values)
    left = np.arange(len(model.pairs), dtype=np.int64)
    nothing = ~model.held
    for at in (each for each in range(descent.until + 1) if each not in descent.pins):
        values, requests = _pair_values(model, prices, at, left), model.pairs.requests[left]
        best = np.where(nothing, 0, np.iinfo(np.int64).min)
        np.maximum.at(best, requests, values)
        reached = -solution.values[at] if model.aims[at].least else solution.values[at]
        scale = int(prices.scale[at])
        seen = np.zeros(len(best), np.bool_)
        seen[requests] = True
        slack = int(best[nothing | seen].sum()) + int(rest[at]) - reached * scale
        short = best[requests] - values
        if all(pin < at for pin in descent.pins):
            new = np.flatnonzero((short > max(0, slack)) & (losses.first[left] == len(model.aims)))
            losses.first[left[new]], losses.amount[left[new]] = at, -((slack - short[new]) // scale)
        if slack > 0:
            return
        left, nothing = left[short == 0], nothing & (best == 0)
