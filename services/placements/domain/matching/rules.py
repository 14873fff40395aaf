"""The hard rules, over all offers at once in their fixed order.

A grouped rule depends on one small key of the request and one of the offer. It is asked once per distinct
pair of keys (a university and an organisation, say) and spread over the offers by index, so its cost does not
grow with requests times offers. Rules about single ids (conflicts, previous settings) strike out the few
offers concerned. Only travel is computed for each request, see `survey`. `allowed` has the same rules for the checker,
apart on purpose.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

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
from services.placements.domain.matching.pairs import Ints
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

PARTIES: tuple[tuple[ConflictKind, Callable[[OfferInput], str | None]], ...] = (
    (ConflictKind.SETTING, attrgetter("setting_id")),
    (ConflictKind.SETTING, attrgetter("second_setting_id")),
    (ConflictKind.ORGANISATION, attrgetter("organisation_id")),
    (ConflictKind.ORGANISATION, attrgetter("second_organisation_id")),
    (ConflictKind.EDUCATOR, attrgetter("educator_id")),
)
"""Everybody an offer brings a student together with."""


@dataclass(frozen=True, slots=True)
class GroupedRule:
    """A rule whose answer depends only on `offer_key(offer)`, `request_key(rules, request)` and the round's rules."""

    code: RuleCode
    offer_key: Callable[[OfferInput], Hashable]
    request_key: Callable[[RoundRules, RequestInput], Hashable]
    allows: Callable[[RoundRules, RequestInput, OfferInput], bool]


def _statutory(rules: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    bound = rules.statutory_required and request.placement_level in PLACEMENT_LEVELS_THAT_END_TRAINING
    return offer.is_statutory or not bound


def _lacking(rules: RoundRules, request: RequestInput) -> tuple[Hashable, ...]:
    """Return, per contrast factor, what all previous placements were; None where they have differed already."""
    had = [{HAD[factor](past) for past in request.previous} for factor in rules.contrast]
    return tuple([each.pop() if len(each) == 1 else None for each in had])


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
        attrgetter("placement_levels"),
        lambda _, request: request.placement_level,
        lambda _, request, offer: request.placement_level in offer.placement_levels,
    ),
    GroupedRule(
        RuleCode.STATUTORY,
        attrgetter("is_statutory"),
        lambda _, request: request.placement_level,
        _statutory,
    ),
    GroupedRule(
        RuleCode.CONTRAST,
        attrgetter("organisation_id", "second_organisation_id", "directorate", "is_statutory"),
        _lacking,
        _contrasts,
    ),
    GroupedRule(
        RuleCode.AGREEMENT,
        attrgetter("organisation_id", "second_organisation_id"),
        lambda _, request: request.organisation_id,
        _agreed,
    ),
    GroupedRule(
        RuleCode.DRIVER,
        attrgetter("requires_driver"),
        lambda _, request: request.can_drive,
        lambda _, request, offer: request.can_drive or not offer.requires_driver,
    ),
    GroupedRule(
        RuleCode.CLEARANCE,
        attrgetter("clearances"),
        lambda _, request: request.clearances,
        lambda _, request, offer: set(offer.clearances) <= set(request.clearances),
    ),
    GroupedRule(
        RuleCode.ADJUSTMENT,
        attrgetter("accepts_adjustments"),
        lambda _, request: request.adjustments,
        lambda _, request, offer: set(request.adjustments) <= set(offer.accepts_adjustments),
    ),
    GroupedRule(
        RuleCode.EDUCATOR_ELIGIBLE,
        attrgetter("educator_eligible"),
        lambda _rules, _request: None,
        lambda _rules, _request, offer: offer.educator_eligible,
    ),
    GroupedRule(
        RuleCode.AUDIT,
        attrgetter("audit_allows"),
        lambda _rules, _request: None,
        lambda _rules, _request, offer: offer.audit_allows,
    ),
    GroupedRule(
        RuleCode.DATES,
        attrgetter("starts_on", "ends_on"),
        lambda _, request: (request.available_from, request.available_until),
        _in_time,
    ),
)


class Spread:
    """One grouped rule over some offers, remembering the answer for each distinct key of a request."""

    def __init__(self, rule: GroupedRule, rules: RoundRules, offers: tuple[OfferInput, ...]) -> None:
        self._rule, self._rules = rule, rules
        self.code = rule.code
        self._group, first = numbered(map(rule.offer_key, offers))
        self._one_of_each = [offers[at] for at in first]
        self._known: dict[Hashable, Few | None] = {}

    def against(self, key: Hashable, request: RequestInput) -> Few | None:
        """Return the rule for each offer that it forbids a request with this key; None where it forbids none."""
        if key not in self._known:
            allows = [self._rule.allows(self._rules, request, offer) for offer in self._one_of_each]
            answers = np.where(allows, 0, BIT[self.code]).astype(np.int16)
            self._known[key] = None if all(allows) else answers[self._group]
        return self._known[key]


class Rulebook:
    """All hard rules of one round but travel. Requests and offers must be in canonical order.

    `kinds` has the number of each offer's kind and `buckets` of each request's bucket: those of one number are alike to
    all grouped rules. `against` are the grouped rules that forbid each bucket (rows) each kind (columns).
    """

    def __init__(self, inputs: MatchInputs) -> None:
        self._inputs = inputs
        keys = zip(*(map(rule.offer_key, inputs.offers) for rule in GROUPED_RULES), strict=True)
        self.kinds, first = numbered(keys)
        one_of_each = tuple(inputs.offers[at] for at in first)
        spreads = [Spread(rule, inputs.rules, one_of_each) for rule in GROUPED_RULES]
        found = [self._keys(each) for each in inputs.requests]
        self.buckets, first = numbered(
            (each.waived, keys) for each, keys in zip(inputs.requests, found, strict=True)
        )
        rows = [_against(spreads, inputs.requests[at], found[at], len(one_of_each)) for at in first]
        self.against: Few = np.array(rows, np.int16).reshape(len(rows), len(one_of_each))

    def _keys(self, request: RequestInput) -> tuple[Hashable, ...]:
        """Return what each grouped rule sees of a request."""
        rules = self._inputs.rules
        return tuple([rule.request_key(rules, request) for rule in GROUPED_RULES])

    def struck_out(self) -> dict[tuple[int, int], int]:
        """Return the pairs that a declared conflict or a previous setting forbids, with the bits of the rules that do."""
        struck = [
            (at, code, party)
            for at, request in enumerate(self._inputs.requests)
            for code, parties in _parties(request)
            if code not in request.waived
            for party in parties
        ]
        offers_of: dict[tuple[str, str | None], list[int]] = {party: [] for _, _, party in struck}
        for kind, named in PARTIES if struck else ():
            for offer, name in enumerate(map(named, self._inputs.offers)):
                if (kind, name) in offers_of:
                    offers_of[kind, name].append(offer)
        found: dict[tuple[int, int], int] = {}
        for at, code, party in struck:
            for offer in offers_of[party]:
                found[at, offer] = found.get((at, offer), 0) | BIT[code]
        return found

    def travel_limits(self) -> Ints:
        """Return the longest journey each request allows, by the student's limit and the round's, in minutes.

        Where nothing limits it, it is the greatest number there is.
        """
        most = int(np.iinfo(np.int64).max)
        cap = self._inputs.rules.travel_cap_minutes
        cap = most if cap is None else cap
        own = (
            most
            if RuleCode.TRAVEL in each.waived
            else cap
            if each.max_travel_minutes is None
            else min(each.max_travel_minutes, cap)
            for each in self._inputs.requests
        )
        return np.array(list(own), np.int64)


def numbered(keys: Iterable[Hashable]) -> tuple[Ints, list[int]]:
    """Return for each key the number of those that equal it, and the position of the first of each number."""
    numbers: dict[Hashable, int] = {}
    found = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
    return found, np.unique(found, return_index=True)[1].tolist()


def _against(spreads: list[Spread], request: RequestInput, keys: tuple[Hashable, ...], kinds: int) -> Few:
    against = np.zeros(kinds, np.int16)
    for spread, key in zip(spreads, keys, strict=True):
        forbids = None if spread.code in request.waived else spread.against(key, request)
        if forbids is not None:
            against |= forbids
    return against


def _parties(request: RequestInput) -> Iterator[tuple[RuleCode, list[tuple[str, str]]]]:
    """Yield with whom a request must not be placed, by the rule that says so."""
    yield RuleCode.CONFLICT, [(each.kind, each.id) for each in request.conflicts]
    yield RuleCode.PREVIOUS_SETTING, [(ConflictKind.SETTING, past.setting_id) for past in request.previous]
