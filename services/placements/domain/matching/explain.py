"""Why each request got what it got: facts for the coordinator, plain words for the student."""

from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.changes import Openings
from services.placements.domain.matching.codes import AimCode, RuleCode, WhyNot
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.pairs import Ints, Pairs
from services.placements.domain.matching.preferences import Catalogue, list_length
from services.placements.domain.matching.result import Assignment, Explanation, PassedOver
from services.placements.domain.matching.rules import Rulebook, Verdict
from services.placements.domain.matching.words import say_placed, say_unplaced


@dataclass(frozen=True, slots=True)
class Account:
    """Everything an explanation may look at. `given` is the position of the offer that each placed request has."""

    inputs: MatchInputs
    rulebook: Rulebook
    catalogue: Catalogue
    pairs: Pairs
    aims: tuple[Aim, ...]
    seats: SeatsLeft
    given: dict[int, int]
    assignments: dict[str, Assignment]


def _first_loss(account: Account, request: int, offer: int) -> AimCode:
    """Return the first aim on which the offer given and another, which has room, differ.

    Nobody else would be touched by the move, so the aim's loss is exactly this pair's; and it is a loss,
    since the result is optimal.
    """
    given, other = (account.pairs.find(request, each) for each in (account.given[request], offer))
    differing = (aim.code for aim in account.aims if aim.coefficients[given] != aim.coefficients[other])
    return next(differing, AimCode.LOTTERY)


def _passed_over(account: Account, request: int, verdict: Verdict, ranks: Ints) -> tuple[PassedOver, ...]:
    """Return the listed offers ranked better than the one given (all listed ones where none was), best first."""
    this = account.inputs.requests[request]
    given = account.given.get(request)
    own_rank = list_length(this) + 1 if given is None else int(ranks[given])
    better = sorted((int(ranks[offer]), int(offer)) for offer in np.flatnonzero(ranks < own_rank))
    listed = []
    for rank, at in better:
        offer = account.inputs.offers[at]
        if verdict.forbidding[at]:
            rules = verdict.rules_against(at)
            reasons = offer.educator_reasons if RuleCode.EDUCATOR_ELIGIBLE in rules else ()
            listed.append(
                PassedOver(
                    offer_id=offer.id, rank=rank, reason=WhyNot.RULE, rules=rules, educator_reasons=reasons
                )
            )
        elif limits := account.seats.used_up(this.id, at):
            listed.append(PassedOver(offer_id=offer.id, rank=rank, reason=WhyNot.FULL, limits=limits))
        else:
            aim = _first_loss(account, request, at)
            listed.append(PassedOver(offer_id=offer.id, rank=rank, reason=WhyNot.AIM, aim=aim))
    return tuple(listed)


def explain(account: Account, request: int) -> Explanation:
    """Return the explanation of the request at this position."""
    this, offers = account.inputs.requests[request], len(account.inputs.offers)
    verdict, ranks = account.rulebook.verdict(this), account.catalogue.ranks(this)
    passed_over = _passed_over(account, request, verdict, ranks)
    assignment = account.assignments.get(this.id)
    contributions: dict[AimCode, int] = {}
    change = None
    if assignment is None:
        openings = Openings(account.inputs, verdict, ranks, account.rulebook.minutes(this))
        change = openings.smallest(this, account.seats)
        summary = say_unplaced(offers, verdict.waterfall, change)
    else:
        pair = account.pairs.find(request, account.given[request])
        contributions = {aim.code: int(aim.coefficients[pair]) for aim in account.aims}
        summary = say_placed(assignment, list_length(this), passed_over)
    return Explanation(
        request_id=this.id,
        placed=assignment is not None,
        offer_id=assignment.offer_id if assignment else None,
        offers=offers,
        feasible=int(verdict.feasible.sum()),
        waterfall=verdict.waterfall,
        contributions=contributions,
        passed_over=passed_over,
        smallest_change=change,
        summary=summary,
    )
