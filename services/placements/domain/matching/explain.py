"""Why each request got what it got: facts for the coordinator, plain words for the student.

What is told is computed for all requests at once (`survey`, `shortage`, `better`); here it is only told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    passed_over: list[list[PassedOver]] = [[] for _ in requests]
    for at, passed in _passed_over(account, liked):
        passed_over[at].append(passed)
    contributions = np.stack(
        [np.append(aim.coefficients, 0)[account.own] for aim in account.aims], axis=1
    ).tolist()
    changes = Changes(account.inputs, account.survey, account.lists, account.shortage)
    told = changes.smallest(np.flatnonzero(account.own == NOBODY))
    explanations = zip(
        range(len(requests)),
        _rule_counts(account.survey.waterfalls()),
        passed_over,
        _counted(REASONS, better),
        _counted(codes, _alternatives(account)),
        [dict(zip(codes, row, strict=True)) for row in contributions],
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


def _passed_over(account: Account, liked: Better) -> Iterator[tuple[int, PassedOver]]:
    """Yield each of these offers with the request that liked it better."""
    offers, by_rule = account.inputs.offers, np.flatnonzero(liked.reasons < FULL)
    full, roomy = np.flatnonzero(liked.reasons == FULL), np.flatnonzero(liked.reasons > FULL)
    told: dict[int, PassedOver] = {}
    for at, offer, rank, bits in _columns(by_rule, liked.offers, liked.ranks, liked.against):
        rules = rules_in(bits)
        why = offers[offer].educator_reasons if RuleCode.EDUCATOR_ELIGIBLE in rules else ()
        told[at] = PassedOver(
            offer_id=offers[offer].id, rank=rank, reason=WhyNot.RULE, rules=rules, educator_reasons=why
        )
    those = liked.at(full)
    aims = [*(aim.code for aim in account.aims), None]
    limits = account.shortage.used_up(those.requests, those.offers)
    which, lost = what_others_lose(those, account.pairs, account.aims, account.own, account.losses)
    facts = zip(_columns(full, liked.offers, liked.ranks), limits, which.tolist(), lost.tolist(), strict=True)
    for (at, offer, rank), used_up, aim, others_lose in facts:
        told[at] = PassedOver(
            offer_id=offers[offer].id,
            rank=rank,
            reason=WhyNot.FULL,
            limits=used_up,
            aim=aims[aim] if aim != NO_AIM else None,
            others_lose=others_lose,
        )
    own = own_losses(liked.at(roomy), account.pairs, account.aims, account.own).tolist()
    for (at, offer, rank), aim in zip(_columns(roomy, liked.offers, liked.ranks), own, strict=True):
        told[at] = PassedOver(offer_id=offers[offer].id, rank=rank, reason=WhyNot.AIM, aim=aims[aim])
    yield from ((request, told[at]) for at, request in enumerate(liked.requests.tolist()))


def _columns(at: Ints, *columns: Ints) -> list[tuple[int, ...]]:
    """Return the rows at these positions, each with its position first."""
    return list(zip(at.tolist(), *(each[at].tolist() for each in columns), strict=True))


def _explain(  # noqa: PLR0917 - each is a fact about the same request
    account: Account,
    at: int,
    waterfall: tuple[RuleCount, ...],
    passed_over: list[PassedOver],
    better: dict[str, int],
    alternatives: dict[AimCode, int],
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
        passed_over=tuple(passed_over),
        smallest_change=change,
        summary=" ".join(told),
        listed=listed,
        assignment=assignment,
        held=held,
        alternatives=alternatives,
        better=better,
        blocked={} if assignment else _blocked(account, at),
    )


def _blocked(account: Account, at: int) -> dict[LimitKind, int]:
    """Return how many open offers lack a seat of each kind of limit; an offer may lack several."""
    open_ = account.pairs.offers[account.pairs.starts[at] : account.pairs.starts[at + 1]]
    lacking = (account.shortage.by_kind[open_] > 0).sum(axis=0).tolist()
    return {kind: count for kind, count in zip(LimitKind, lacking, strict=True) if count}
