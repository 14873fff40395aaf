"""Why each request got what it got: facts for the coordinator, plain words for the student."""

from dataclasses import dataclass, replace

import numpy as np

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.changes import Openings
from services.placements.domain.matching.codes import AimCode, LimitKind, RuleCode, WhyNot
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.pairs import Ints, Pairs
from services.placements.domain.matching.preferences import Catalogue, list_length
from services.placements.domain.matching.prove import Losses
from services.placements.domain.matching.result import MOST_PASSED_OVER, Assignment, Explanation, PassedOver
from services.placements.domain.matching.rules import Rulebook
from services.placements.domain.matching.verdict import RULES, Verdict
from services.placements.domain.matching.words import say_placed, say_unplaced


@dataclass(frozen=True, slots=True)
class Account:
    """Everything an explanation may look at.

    `given` is the position of the offer that each placed request has, `held` those that were not up for change.
    `shortages` are how many limits of each kind (columns) are used up at each offer (rows), `short` of all kinds.
    """

    inputs: MatchInputs
    rulebook: Rulebook
    catalogue: Catalogue
    pairs: Pairs
    aims: tuple[Aim, ...]
    seats: SeatsLeft
    shortages: Ints
    short: Ints
    given: dict[int, int]
    held: frozenset[int]
    assignments: dict[str, Assignment]
    losses: Losses


def explain_all(account: Account) -> tuple[Explanation, ...]:
    """Return one explanation for every request, in the order of the requests."""
    alternatives = _alternatives(account)
    return tuple(_explain(account, at, alternatives[at]) for at in range(len(account.inputs.requests)))


def _alternatives(account: Account) -> list[dict[AimCode, int]]:
    """Return for each placed request how many other offers would lose at each aim first."""
    codes, requests = [aim.code for aim in account.aims], len(account.inputs.requests)
    others = np.ones(len(account.pairs), np.bool_)
    others[[account.pairs.find(request, offer) for request, offer in account.given.items()]] = False
    # Where nothing is proved to be lost, the two are as good by every aim that is proved, and the last one decided.
    first = np.minimum(account.losses.first[others], len(codes) - 1)
    cells = account.pairs.requests[others] * len(codes) + first
    counts = np.bincount(cells, minlength=requests * len(codes)).reshape(requests, len(codes))
    return [
        {code: count for code, count in zip(codes, row, strict=True) if count} if at in account.given else {}
        for at, row in enumerate(counts.tolist())
    ]


def _own_loss(account: Account, request: int, offer: int) -> AimCode:
    """Return the first aim on which the offer given and another, which has room, differ.

    Nobody else would be touched by the move, so the aim's loss is exactly this pair's; and it is a loss,
    since the result is optimal.
    """
    given, other = (account.pairs.find(request, each) for each in (account.given[request], offer))
    differing = (aim.code for aim in account.aims if aim.coefficients[given] != aim.coefficients[other])
    return next(differing, AimCode.LOTTERY)


def _others_lose(account: Account, request: int, offer: int) -> tuple[AimCode | None, int]:
    """Return the first aim at which the other students must lose when the offer goes to this one, and by how much.

    The round as a whole loses at least the bound; what this student gains on top comes from the others as well.
    """
    pair = account.pairs.find(request, offer)
    given = account.pairs.find(request, account.given[request]) if request in account.given else None
    first = int(account.losses.first[pair])
    for at, aim in enumerate(account.aims[: first + 1]):
        lost = int(account.losses.amount[pair]) if at == first else 0
        if aim.code is AimCode.LOTTERY or aim.shares is not None or aim.teams is not None:
            continue
        before = 0 if given is None else int(aim.coefficients[given])
        gain = int(aim.coefficients[pair]) - before
        lost += -gain if aim.least else gain
        if lost > 0:
            return aim.code, lost
    return None, 0


def _better(account: Account, request: int, ranks: Ints, minutes: Ints) -> Ints:
    """Return the listed offers ranked better than the one given (all listed ones where none was), best and nearest first."""
    this = account.inputs.requests[request]
    if request in account.held:
        return np.empty(0, np.int64)
    given = account.given.get(request)
    own_rank = list_length(this) + 1 if given is None else int(ranks[given])
    better = np.flatnonzero(ranks < own_rank)
    in_order: Ints = better[np.lexsort((better, minutes[better], ranks[better]))]
    return in_order


def _reasons(account: Account, request: int, verdict: Verdict, better: Ints) -> dict[str, int]:
    """Return how many of these offers the first rule against them, a used-up limit or an aim kept from the student."""
    first = verdict.first_against(better)
    counts = np.bincount(first, minlength=len(RULES) + 1).tolist()
    reasons: dict[str, int] = {rule.value: count for rule, count in zip(RULES, counts, strict=False)}
    remaining = better[first == len(RULES)]
    short = account.short[remaining]
    if freed := account.seats.freed(account.inputs.requests[request].id) if len(remaining) else ():
        short = short - np.bincount(freed, minlength=len(account.short))[remaining]
    reasons[WhyNot.FULL.value] = int(np.count_nonzero(short > 0))
    reasons[WhyNot.AIM.value] = len(remaining) - reasons[WhyNot.FULL.value]
    return {reason: count for reason, count in reasons.items() if count}


def _one_passed_over(account: Account, request: int, verdict: Verdict, rank: int, at: int) -> PassedOver:
    offer = account.inputs.offers[at]
    if rules := verdict.rules_against(at):
        reasons = offer.educator_reasons if RuleCode.EDUCATOR_ELIGIBLE in rules else ()
        return PassedOver(
            offer_id=offer.id, rank=rank, reason=WhyNot.RULE, rules=rules, educator_reasons=reasons
        )
    if limits := account.seats.used_up(account.inputs.requests[request].id, at):
        aim, lost = _others_lose(account, request, at)
        return PassedOver(
            offer_id=offer.id, rank=rank, reason=WhyNot.FULL, limits=limits, aim=aim, others_lose=lost
        )
    aim = _own_loss(account, request, at)
    return PassedOver(offer_id=offer.id, rank=rank, reason=WhyNot.AIM, aim=aim)


def _blocked(account: Account, verdict: Verdict) -> dict[LimitKind, int]:
    """Return how many open offers lack a seat of each kind of limit; an offer may lack several."""
    lacking = (account.shortages[verdict.feasible] > 0).sum(axis=0).tolist()
    return {kind: count for kind, count in zip(LimitKind, lacking, strict=True) if count}


def _explain(account: Account, request: int, alternatives: dict[AimCode, int]) -> Explanation:
    this = account.inputs.requests[request]
    ranks, minutes = account.catalogue.ranks(this), account.rulebook.minutes(this)
    verdict = account.rulebook.verdict(this, minutes)
    waterfall = verdict.waterfall
    better = _better(account, request, ranks, minutes)
    facts = Explanation(
        request_id=this.id,
        placed=request in account.given,
        offer_id=None,
        offers=len(account.inputs.offers),
        feasible=waterfall[-1].remaining,
        waterfall=waterfall,
        contributions={},
        passed_over=tuple(
            _one_passed_over(account, request, verdict, int(ranks[at]), int(at))
            for at in better[:MOST_PASSED_OVER]
        ),
        smallest_change=None,
        summary="",
        listed=list_length(this),
        held=request in account.held,
        alternatives=alternatives,
        better=_reasons(account, request, verdict, better),
    )
    if facts.placed:
        return _of_placed(account, request, facts)
    openings = Openings(account.inputs, verdict, ranks, minutes, account.seats, account.short)
    change = openings.smallest(this)
    return replace(
        facts,
        smallest_change=change,
        blocked=_blocked(account, verdict),
        summary=" ".join(say_unplaced(facts.offers, facts.waterfall, change)),
    )


def _of_placed(account: Account, request: int, facts: Explanation) -> Explanation:
    assignment = account.assignments[facts.request_id]
    pair = account.pairs.find(request, account.given[request])
    told = say_placed(assignment, facts.listed, facts.better, facts.passed_over, held=facts.held)
    return replace(
        facts,
        offer_id=assignment.offer_id,
        assignment=assignment,
        contributions={aim.code: int(aim.coefficients[pair]) for aim in account.aims},
        summary=" ".join(told),
    )
