"""The hard rules, over all offers at once in their fixed order.

A grouped rule depends on one small key of the request and one of the offer. It is asked once per distinct
pair of keys (a university and an organisation, say) and spread over the offers by index, so its cost does not
grow with requests times offers. Rules about single ids (conflicts, previous settings) strike out the few
offers concerned. Only travel is computed for each request.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.codes import (
    PLACEMENT_LEVELS_THAT_END_TRAINING,
    ConflictKind,
    ContrastFactor,
    RuleCode,
)
from services.placements.domain.matching.inputs import (
    MatchInputs,
    OfferInput,
    PreviousInput,
    RequestInput,
    RoundRules,
)
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.travel import Minutes, TravelEstimator
from services.placements.domain.matching.verdict import BIT, Few

HAD: dict[ContrastFactor, Callable[[PreviousInput], Hashable]] = {
    ContrastFactor.ORGANISATION: lambda past: past.organisation_id,
    ContrastFactor.DIRECTORATE: lambda past: past.directorate,
    ContrastFactor.STATUTORY: lambda past: past.is_statutory,
}
BRINGS: dict[ContrastFactor, Callable[[OfferInput], tuple[Hashable, ...]]] = {
    ContrastFactor.ORGANISATION: lambda offer: offer.organisations,
    ContrastFactor.DIRECTORATE: lambda offer: (offer.directorate,),
    ContrastFactor.STATUTORY: lambda offer: (offer.is_statutory,),
}


@dataclass(frozen=True, slots=True)
class GroupedRule:
    """A rule whose answer depends only on `offer_key(offer)`, `request_key(request)` and the round's rules."""

    code: RuleCode
    offer_key: Callable[[OfferInput], Hashable]
    request_key: Callable[[RoundRules, RequestInput], Hashable]
    allows: Callable[[RoundRules, RequestInput, OfferInput], bool]


def _statutory(rules: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    bound = rules.statutory_required and request.placement_level in PLACEMENT_LEVELS_THAT_END_TRAINING
    return offer.is_statutory or not bound


def _lacking(rules: RoundRules, request: RequestInput) -> tuple[Hashable, ...]:
    """Return, per contrast factor, what all previous placements were; None where they have differed already."""
    had = ({HAD[factor](past) for past in request.previous} for factor in rules.contrast)
    return tuple(each.pop() if len(each) == 1 else None for each in had)


def _contrasts(rules: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    return all(
        same is None or set(BRINGS[factor](offer)) != {same}
        for factor, same in zip(rules.contrast, _lacking(rules, request), strict=True)
    )


def _agreed(rules: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    known = rules.agreements
    return known is None or all((request.organisation_id, each) in known for each in offer.organisations)


def _in_time(_: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    early = request.available_from and offer.starts_on and offer.starts_on < request.available_from
    late = request.available_until and offer.ends_on and offer.ends_on > request.available_until
    return not (early or late)


GROUPED_RULES = (
    GroupedRule(
        RuleCode.LEVEL,
        lambda offer: offer.placement_levels,
        lambda _, request: request.placement_level,
        lambda _, request, offer: request.placement_level in offer.placement_levels,
    ),
    GroupedRule(
        RuleCode.STATUTORY,
        lambda offer: offer.is_statutory,
        lambda _, request: request.placement_level,
        _statutory,
    ),
    GroupedRule(
        RuleCode.CONTRAST,
        lambda offer: (offer.organisations, offer.directorate, offer.is_statutory),
        _lacking,
        _contrasts,
    ),
    GroupedRule(
        RuleCode.AGREEMENT,
        lambda offer: offer.organisations,
        lambda _, request: request.organisation_id,
        _agreed,
    ),
    GroupedRule(
        RuleCode.DRIVER,
        lambda offer: offer.requires_driver,
        lambda _, request: request.can_drive,
        lambda _, request, offer: request.can_drive or not offer.requires_driver,
    ),
    GroupedRule(
        RuleCode.CLEARANCE,
        lambda offer: offer.clearances,
        lambda _, request: request.clearances,
        lambda _, request, offer: set(offer.clearances) <= set(request.clearances),
    ),
    GroupedRule(
        RuleCode.ADJUSTMENT,
        lambda offer: offer.accepts_adjustments,
        lambda _, request: request.adjustments,
        lambda _, request, offer: set(request.adjustments) <= set(offer.accepts_adjustments),
    ),
    GroupedRule(
        RuleCode.EDUCATOR_ELIGIBLE,
        lambda offer: offer.educator_eligible,
        lambda _rules, _request: None,
        lambda _rules, _request, offer: offer.educator_eligible,
    ),
    GroupedRule(
        RuleCode.AUDIT,
        lambda offer: offer.audit_allows,
        lambda _rules, _request: None,
        lambda _rules, _request, offer: offer.audit_allows,
    ),
    GroupedRule(
        RuleCode.DATES,
        lambda offer: (offer.starts_on, offer.ends_on),
        lambda _, request: (request.available_from, request.available_until),
        _in_time,
    ),
)


class Spread:
    """One grouped rule over all offers, remembering the answer for each distinct key of a request."""

    def __init__(self, rule: GroupedRule, rules: RoundRules, offers: tuple[OfferInput, ...]) -> None:
        self._rule, self._rules = rule, rules
        numbers: dict[Hashable, int] = {}
        self._group = np.fromiter(
            (numbers.setdefault(rule.offer_key(offer), len(numbers)) for offer in offers),
            np.int64,
            len(offers),
        )
        first = np.unique(self._group, return_index=True)[1]
        self._one_of_each = [offers[at] for at in first]
        self._known: dict[Hashable, Few] = {}

    def against(self, request: RequestInput) -> Few:
        """Return the rule for each offer that it forbids the request, and nothing for the others."""
        key = self._rule.request_key(self._rules, request)
        if key not in self._known:
            allows = (self._rule.allows(self._rules, request, offer) for offer in self._one_of_each)
            answers = [0 if each else BIT[self._rule.code] for each in allows]
            self._known[key] = np.array(answers, np.int16)[self._group]
        return self._known[key]


class Rulebook:
    """All hard rules of one round over its offers. Requests and offers must be in canonical order."""

    def __init__(self, inputs: MatchInputs, travel: TravelEstimator) -> None:
        self._rules, self._travel, self._count = inputs.rules, travel, len(inputs.offers)
        self._latitudes = np.array([offer.latitude for offer in inputs.offers], np.float64)
        self._longitudes = np.array([offer.longitude for offer in inputs.offers], np.float64)
        self._spreads = {rule.code: Spread(rule, inputs.rules, inputs.offers) for rule in GROUPED_RULES}
        self._offers_of: dict[tuple[str, str], list[int]] = {}
        for at, offer in enumerate(inputs.offers):
            for each in offer.settings:
                self._offers_of.setdefault((ConflictKind.SETTING, each), []).append(at)
            for each in offer.organisations:
                self._offers_of.setdefault((ConflictKind.ORGANISATION, each), []).append(at)
            if offer.educator_id is not None:
                self._offers_of.setdefault((ConflictKind.EDUCATOR, offer.educator_id), []).append(at)
        numbers: dict[Hashable, int] = {}
        found = [numbers.setdefault(self._bucket(each), len(numbers)) for each in inputs.requests]
        self.buckets = np.array(found, np.int64)
        """The number of each request's bucket: those of one may have the same offers and travel by the same mode."""

    def _bucket(self, request: RequestInput) -> tuple[Hashable, ...]:
        """Return what all grouped rules together see of a request, whether the student drives included."""
        keys = (rule.request_key(self._rules, request) for rule in GROUPED_RULES)
        return (request.waived, *keys)

    def struck_out(self, request: RequestInput) -> Iterator[tuple[RuleCode, int]]:
        """Yield the offers that a declared conflict or a previous setting forbids the request, with the rule that does."""
        for each in request.conflicts if RuleCode.CONFLICT not in request.waived else ():
            for offer in self._offers_of.get((each.kind, each.id), ()):
                yield RuleCode.CONFLICT, offer
        for past in request.previous if RuleCode.PREVIOUS_SETTING not in request.waived else ():
            for offer in self._offers_of.get((ConflictKind.SETTING, past.setting_id), ()):
                yield RuleCode.PREVIOUS_SETTING, offer

    def minutes(self, request: RequestInput, offers: list[int]) -> Minutes:
        """Return the minutes one way from the student's home to each of these offers."""
        home, there = (
            (request.latitude, request.longitude),
            (self._latitudes[offers], self._longitudes[offers]),
        )
        return self._travel.minutes(home, *there, travel_mode(can_drive=request.can_drive))

    def travel_limit(self, request: RequestInput) -> int | None:
        """Return the longest journey allowed, by the student's limit and the round's; None for no limit."""
        if RuleCode.TRAVEL in request.waived:
            return None
        limits = [
            each for each in (request.max_travel_minutes, self._rules.travel_cap_minutes) if each is not None
        ]
        return min(limits, default=None)

    def against_bucket(self, request: RequestInput) -> Few:
        """Return which grouped rules forbid each offer to the request and to everybody else in its bucket."""
        against = np.zeros(self._count, np.int16)
        for code, spread in self._spreads.items():
            if code not in request.waived:
                against |= spread.against(request)
        return against
