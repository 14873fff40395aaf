"""Why each request got what it got: facts for the coordinator, plain words for the student.

The facts are computed for all requests at once (`survey`, `shortage`, `better`, `changes`); here they are only told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.better import (
    FULL,
    NO_AIM,
    Better,
    better_offers,
    own_losses,
    what_others_lose,
)
from services.placements.domain.matching.changes import Changes
from services.placements.domain.matching.codes import AimCode, LimitKind, RuleCode, WhyNot
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.pairs import Ints, Pairs
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.prove import Losses
from services.placements.domain.matching.result import (
    Assignment,
    Explanation,
    PassedOver,
    RuleCount,
    SmallestChange,
)
from services.placements.domain.matching.shortage import NOBODY, Shortage
from services.placements.domain.matching.survey import Survey, Waterfalls
from services.placements.domain.matching.verdict import RULES, rules_in
from services.placements.domain.matching.words import say_placed, say_unplaced

Code = TypeVar("Code", bound=str)

REASONS: tuple[str, ...] = (*RULES, WhyNot.FULL, WhyNot.AIM)
"""Why a better-ranked offer was not given, in the order in which they are counted."""


@dataclass(frozen=True, slots=True)
class Account:
    """Everything an explanation may look at.

    `own` is the pair that each request has, or `NOBODY`; `held` are the requests that were not up for change.
    """

    inputs: MatchInputs
    lists: Lists
    pairs: Pairs
    aims: tuple[Aim, ...]
    survey: Survey
    shortage: Shortage
    own: Ints
    held: frozenset[int]
    assignments: dict[str, Assignment]
    losses: Losses


def explain_all(account: Account) -> tuple[Explanation, ...]:
    """Return one explanation for every request, in the order of the requests."""
    requests, codes = account.inputs.requests, [aim.code for aim in account.aims]
    liked, better = better_offers(account.lists, _reached(account), account.survey, account.shortage)
    changes = Changes(account.inputs, account.survey, account.lists, account.shortage)
    told = changes.smallest(np.flatnonzero(account.own == NOBODY))
    explanations = zip(
        range(len(requests)),
        _rule_counts(account.survey.waterfalls()),
        _passed_over(account, liked),
        _counted(REASONS, better),
        _counted(codes, _alternatives(account)),
        _counted(tuple(LimitKind), _blocked(account)),
        [dict(zip(codes, row, strict=True)) for row in _contributions(account)],
        map(told.get, range(len(requests))),
        account.lists.lengths.tolist(),
        strict=True,
    )
    return tuple(_explain(account, *facts) for facts in explanations)


def _reached(account: Account) -> Ints:
    """Return the rank that each request has reached; without a place it is that of any place outside its list."""
    own = np.append(account.pairs.ranks, 0)[account.own]
    reached = np.where(account.own == NOBODY, account.lists.lengths + 1, own)
    # Nothing is better than what is held.
    reached[list(account.held)] = 0
    return reached


def _counted(codes: Sequence[Code], table: Ints) -> list[dict[Code, int]]:
    """Return each row of numbers by its codes, without those of zero."""
    return [{code: count for code, count in zip(codes, row, strict=True) if count} for row in table.tolist()]


class _RuleCounts(dict[tuple[int, ...], RuleCount]):
    """What one rule did, by its numbers: made once, since the rules do the same to many requests."""

    def __init__(self, code: RuleCode) -> None:
        super().__init__()
        self._code = code

    def __missing__(self, numbers: tuple[int, ...]) -> RuleCount:
        removed, remaining, forbids, alone = numbers
        count = RuleCount(code=self._code, removed=removed, remaining=remaining, forbids=forbids, alone=alone)
        self[numbers] = count
        return count


def _rule_counts(found: Waterfalls) -> Iterator[tuple[RuleCount, ...]]:
    tables = found.removed.T, found.remaining.T, found.forbids.T, found.alone.T
    rules = zip(RULES, *(table.tolist() for table in tables), strict=True)
    return zip(
        *(map(_RuleCounts(code).__getitem__, zip(*numbers, strict=True)) for code, *numbers in rules),
        strict=True,
    )


def _contributions(account: Account) -> list[list[int]]:
    """Return what each request (rows) adds to each aim (columns); without a place it is nothing."""
    placed, added = account.own != NOBODY, np.zeros((len(account.own), len(account.aims)), np.int64)
    added[placed] = np.stack([aim.coefficients[account.own[placed]] for aim in account.aims], axis=1)
    rows: list[list[int]] = added.tolist()
    return rows


def _alternatives(account: Account) -> Ints:
    """Return for each placed request (rows) how many other offers would lose at each aim (columns) first."""
    aims, requests = len(account.aims), len(account.inputs.requests)
    others = np.ones(len(account.pairs), np.bool_)
    others[account.own[account.own != NOBODY]] = False
    # Where nothing is proved to be lost, the two are as good by every aim that is proved, and the last one decided.
    first = np.minimum(account.losses.first[others], aims - 1)
    cells = account.pairs.requests[others] * aims + first
    counts: Ints = np.bincount(cells, minlength=requests * aims).reshape(requests, aims)
    return np.where((account.own != NOBODY)[:, None], counts, 0)


def _passed_over(account: Account, liked: Better) -> list[tuple[PassedOver, ...]]:
    """Return for each request what is told of those of its better-ranked offers that are explained one by one."""
    told: dict[int, PassedOver] = {}
    for reason, tell in (
        (liked.reasons < FULL, _forbidden),
        (liked.reasons == FULL, _full),
        (liked.reasons > FULL, _roomy),
    ):
        positions = np.flatnonzero(reason)
        told.update(zip(positions.tolist(), tell(account, liked.at(positions)), strict=True))
    inorder = [told[at] for at in range(len(told))]
    ends = np.searchsorted(liked.requests, np.arange(len(account.own)), "right").tolist()
    return [tuple(inorder[begin:end]) for begin, end in pairwise((0, *ends))]


def _forbidden(account: Account, liked: Better) -> Iterator[PassedOver]:
    offers = account.inputs.offers
    for at, rank, bits in zip(
        liked.offers.tolist(), liked.ranks.tolist(), liked.against.tolist(), strict=True
    ):
        offer, rules = offers[at], rules_in(bits)
        why = offer.educator_reasons if RuleCode.EDUCATOR_ELIGIBLE in rules else ()
        yield PassedOver(offer_id=offer.id, rank=rank, reason=WhyNot.RULE, rules=rules, educator_reasons=why)


def _full(account: Account, liked: Better) -> Iterator[PassedOver]:
    offers = account.inputs.offers
    codes = {NO_AIM: None} | {at: aim.code for at, aim in enumerate(account.aims)}
    limits = account.shortage.used_up(liked.requests, liked.offers)
    which, lost = what_others_lose(liked, account.pairs, account.aims, account.own, account.losses)
    columns = liked.offers.tolist(), liked.ranks.tolist(), limits, which.tolist(), lost.tolist()
    for at, rank, used_up, aim, others_lose in zip(*columns, strict=True):
        yield PassedOver(
            offer_id=offers[at].id,
            rank=rank,
            reason=WhyNot.FULL,
            limits=used_up,
            aim=codes[aim],
            others_lose=others_lose,
        )


def _roomy(account: Account, liked: Better) -> Iterator[PassedOver]:
    offers, own = account.inputs.offers, own_losses(liked, account.pairs, account.aims, account.own)
    for at, rank, aim in zip(liked.offers.tolist(), liked.ranks.tolist(), own.tolist(), strict=True):
        code = account.aims[aim].code
        yield PassedOver(offer_id=offers[at].id, rank=rank, reason=WhyNot.AIM, aim=code)


def _explain(  # noqa: PLR0917 - each is a fact about the same request
    account: Account,
    at: int,
    waterfall: tuple[RuleCount, ...],
    passed_over: tuple[PassedOver, ...],
    better: dict[str, int],
    alternatives: dict[AimCode, int],
    blocked: dict[LimitKind, int],
    contributions: dict[AimCode, int],
    change: SmallestChange | None,
    listed: int,
) -> Explanation:
    this = account.inputs.requests[at]
    assignment, held = account.assignments.get(this.id), at in account.held
    if assignment is not None:
        told = say_placed(assignment, listed, better, passed_over, held=held)
    elif change is not None:
        told = say_unplaced(len(account.inputs.offers), waterfall, change)
    return Explanation(
        request_id=this.id,
        placed=assignment is not None,
        offer_id=assignment.offer_id if assignment else None,
        offers=len(account.inputs.offers),
        feasible=waterfall[-1].remaining,
        waterfall=waterfall,
        contributions=contributions if assignment else {},
        passed_over=passed_over,
        smallest_change=change,
        summary=" ".join(told),
        listed=listed,
        assignment=assignment,
        held=held,
        alternatives=alternatives,
        better=better,
        blocked=blocked,
    )


def _blocked(account: Account) -> Ints:
    """Return for each request without a place (rows) how many open offers lack a seat of each kind of limit (columns).

    An offer may lack several.
    """
    requests = len(account.own)
    pairs = np.flatnonzero(account.own[account.pairs.requests] == NOBODY)
    lacking = account.shortage.by_kind[account.pairs.offers[pairs]] > 0
    by_kind = [np.bincount(account.pairs.requests[pairs[each]], minlength=requests) for each in lacking.T]
    return np.stack(by_kind, axis=1)
