"""The linear model of a round, and nothing about the order of aims. What of it can move is given to HiGHS, see `moving`.

Columns: y for every offer, the seats used in it; s for every group with a share, the students it is short; z for every
frontline team, whether it has a student; then x for each pair that has been looked at so far. Rows: one per request (at
most 1; the student's row is the upper bound of x), one balance per offer (its x less its y is 0), every limit over
several offers that can bind (on the y), one per share and one per team (both free until their aim is looked at).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.limited import limits_and_offers, seats_of
from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.pairs import Ints, Pairs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """The columns and rows that one aim has of its own: `size` of each, from these on."""

    column: int
    row: int
    size: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A sparse matrix, column by column, as HiGHS takes it."""

    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    values: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """Everything but the pairs' columns, which `columns_of` makes when they are wanted.

    `blocks` are by the aim's number in the order. `limits` are those with a row, the first of which is `limit_row`.
    """

    pairs: Pairs
    aims: tuple[Aim, ...]
    requests: int
    offers: int
    limits: tuple[Limit, ...]
    blocks: dict[int, Block]
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats
    entries: Entries

    @property
    def limit_row(self) -> int:
        """The row of the first limit; rows of requests and offers come before it."""
        return self.requests + self.offers

    @property
    def held(self) -> Bools:
        """Whether each request must be placed; it has one pair then."""
        return np.isfinite(self.row_lower[: self.requests])


def _binding(limits: tuple[Limit, ...], seats: Ints, wanted: Ints) -> tuple[Limit, ...]:
    shared = tuple(limit for limit in limits if limit.kind is not LimitKind.PLACES and len(limit.offers) > 1)
    number, offer = limits_and_offers(shared)
    most = np.zeros(len(shared), np.int64)
    np.add.at(most, number, np.minimum(seats, wanted)[offer])
    return tuple(
        limit for limit, possible in zip(shared, most.tolist(), strict=True) if possible > limit.seats
    )


def _blocks(aims: tuple[Aim, ...], column: int, row: int) -> dict[int, Block]:
    blocks = {}
    for at, aim in enumerate(aims):
        if own := aim.shares or aim.teams:
            blocks[at] = Block(column, row, len(own.names))
            column, row = column + len(own.names), row + len(own.names)
    return blocks


def _entries(
    requests: int, offers: int, aims: tuple[Aim, ...], binding: tuple[Limit, ...], blocks: dict[int, Block]
) -> Entries:
    """Return the model's own columns: each offer's balance, limits and team, and then those that aims have of their own."""
    everything, (number, limited) = np.arange(offers), limits_and_offers(binding)
    parts = [(everything, requests + everything, -1.0), (limited, requests + offers + number, 1.0)]
    for at, block in blocks.items():
        own = np.arange(block.size)
        if teams := aims[at].teams:
            inside = np.flatnonzero(teams.team >= 0)
            parts.append((inside, block.row + teams.team[inside], -1.0))
        parts.append((block.column + own, block.row + own, 1.0))
    column = np.concatenate([each for each, _, _ in parts])
    order = np.argsort(column, kind="stable")
    columns = offers + sum(block.size for block in blocks.values())
    return Entries(
        np.concatenate(([0], np.cumsum(np.bincount(column, minlength=columns)))).astype(np.int32),
        np.concatenate([each for _, each, _ in parts])[order].astype(np.int32),
        np.concatenate([np.full(len(each), value) for each, _, value in parts])[order],
    )


def build_model(
    requests: int,
    offers: int,
    pairs: Pairs,
    limits: tuple[Limit, ...],
    aims: tuple[Aim, ...],
    *,
    held: Collection[int] = (),
) -> Model:
    """Return the model of the round; the requests at the positions `held` must be placed."""
    seats = seats_of(limits, offers)
    binding = _binding(limits, seats, np.bincount(pairs.offers, minlength=offers).astype(np.int64))
    first_own = requests + offers + len(binding)
    blocks = _blocks(aims, offers, first_own)
    own = sum(block.size for block in blocks.values())
    at_least = np.where(np.isin(np.arange(requests), list(held)), 1.0, -np.inf)
    upper = [np.inf if aims[at].shares else 1.0 for at, block in blocks.items() for _ in range(block.size)]
    return Model(
        pairs=pairs,
        aims=aims,
        requests=requests,
        offers=offers,
        limits=binding,
        blocks=blocks,
        column_upper=np.concatenate((seats.astype(np.float64), upper)),
        row_lower=np.concatenate((at_least, np.zeros(offers), np.full(len(binding) + own, -np.inf))),
        row_upper=np.concatenate(
            (
                np.ones(requests),
                np.zeros(offers),
                [float(each.seats) for each in binding],
                np.full(own, np.inf),
            )
        ),
        entries=_entries(requests, offers, aims, binding, blocks),
    )


def costs_of(model: Model, at: int) -> Ints:
    """Return what each pair costs an aim; less is better, whatever the aim's own sense."""
    aim = model.aims[at]
    return aim.coefficients if aim.least else -aim.coefficients


def own_costs_of(model: Model, at: int) -> Floats:
    """Return what each of the model's own columns costs an aim: falling short costs one, a team covered is one won."""
    costs = np.zeros(len(model.column_upper))
    if block := model.blocks.get(at):
        costs[block.column : block.column + block.size] = 1.0 if model.aims[at].least else -1.0
    return costs


def own_rows(model: Model, at: int, first_or_second: int | None) -> tuple[slice, Floats, Floats] | None:
    """Return the rows an aim has of its own, with the bounds they get when it is looked at; None where it has none.

    `first_or_second` is how many have a first or second preference: the shares of an aim of fairness follow from it.
    """
    aim, block = model.aims[at], model.blocks.get(at)
    if block is None:
        return None
    rows, nothing = slice(block.row, block.row + block.size), np.zeros(block.size)
    if aim.shares is None:
        return rows, nothing - np.inf, nothing
    if first_or_second is None:
        raise ValueError(aim.code)
    return rows, aim.shares.targets(first_or_second).astype(np.float64), nothing + np.inf


def columns_of(model: Model, wanted: Ints, pinned: Sequence[tuple[int, Ints]]) -> Entries:
    """Return the columns of these pairs. `pinned` are rows added later, each with a coefficient for every pair."""
    requests, offers = model.pairs.requests[wanted], model.pairs.offers[wanted]
    rows = [requests, model.requests + offers]
    values = [np.ones(len(wanted)), np.ones(len(wanted))]
    for at, block in model.blocks.items():
        if shares := model.aims[at].shares:
            group = shares.group[requests]
            rows.append(block.row + group)
            values.append(np.where(group >= 0, shares.counted[wanted], 0).astype(np.float64))
    for row, coefficients in pinned:
        rows.append(np.full(len(wanted), row))
        values.append(coefficients[wanted].astype(np.float64))
    all_rows, all_values = np.column_stack(rows), np.column_stack(values)
    used = all_values != 0
    return Entries(
        np.concatenate(([0], np.cumsum(used.sum(axis=1)))).astype(np.int32),
        all_rows[used].astype(np.int32),
        all_values[used],
    )


def reduced_costs(
    model: Model, pairs: Ints, costs: Ints | Floats, duals: Floats, pinned: Sequence[tuple[int, Ints]]
) -> Floats:
    """Return what these pairs cost beyond what the duals of their rows say they may. `costs` are of all pairs."""
    requests = model.pairs.requests[pairs]
    reduced: Floats = costs[pairs] - duals[requests]
    reduced -= duals[model.requests + model.pairs.offers[pairs]]
    for at, block in model.blocks.items():
        shares = model.aims[at].shares
        own = duals[block.row : block.row + block.size]
        if shares is not None and np.any(own):
            # A request without a group reads the zero at the end.
            reduced -= np.append(own, 0.0)[shares.group[requests]] * shares.counted[pairs]
    for row, coefficients in pinned:
        reduced -= duals[row] * coefficients[pairs]
    return reduced
