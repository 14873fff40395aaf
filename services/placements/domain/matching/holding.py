"""Which earlier agreements can stay: those that no rule forbids today and for which every limit has a seat."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.codes import RuleCode
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.limits import SeatsLeft, limits_of
from services.placements.domain.matching.result import LimitUsedUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """An agreement that cannot stay: the rules that forbid it today, and the limits that have no seat for it.

    Both are empty where the offer or the request is not in the round any more.
    """

    request_id: str
    offer_id: str
    rules: tuple[RuleCode, ...] = ()
    limits: tuple[LimitUsedUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """The agreements that stay, and those that cannot."""

    held: tuple[Held, ...]
    lost: tuple[Lost, ...]


def hold(inputs: MatchInputs, agreed: Sequence[Held]) -> Holding:
    """Tell apart what can stay and what cannot; earlier ones in `agreed` get the seats of a limit first."""
    requests = {each.id: each for each in inputs.requests}
    offers = {offer.id: (at, offer) for at, offer in enumerate(inputs.offers)}
    seats = SeatsLeft(limits_of(inputs), {})
    held: list[Held] = []
    lost: list[Lost] = []
    for each in agreed:
        if each.request_id not in requests or each.offer_id not in offers:
            lost.append(Lost(request_id=each.request_id, offer_id=each.offer_id))
            continue
        at, offer = offers[each.offer_id]
        rules = rules_broken(inputs, requests[each.request_id], offer)
        limits = seats.used_up(each.request_id, at)
        if rules or limits:
            lost.append(Lost(request_id=each.request_id, offer_id=each.offer_id, rules=rules, limits=limits))
        else:
            seats.take(each.request_id, at)
            held.append(each)
    return Holding(tuple(held), tuple(lost))
