"""The hard rules in plain words, one question at a time: for checking, so nothing here is shared with the engine.

What a rule wants to know of a request is told apart from what it makes of an offer, so that of many students alike
nothing has to be asked twice.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any

from services.placements.domain.matching.codes import ConflictKind, ContrastFactor, RuleCode
from services.placements.domain.matching.inputs import (
    ConflictInput,
    OfferInput,
    PreviousInput,
    RequestInput,
    RoundRules,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule as questions: what of a request it `asks` about, and whether an offer `allows` each such thing."""

    asks: Callable[[RoundRules, RequestInput], Iterable[Hashable]]
    allows: Callable[[RoundRules, Any, OfferInput], bool]


_HAD: dict[ContrastFactor, Callable[[PreviousInput], Hashable]] = {
    ContrastFactor.ORGANISATION: lambda past: past.organisation_id,
    ContrastFactor.DIRECTORATE: lambda past: past.directorate,
    ContrastFactor.STATUTORY: lambda past: past.is_statutory,
}


def _had(rules: RoundRules, request: RequestInput) -> Iterator[tuple[ContrastFactor, Hashable]]:
    """Yield what all previous placements had in common, by factor."""
    for factor in rules.contrast:
        past = {_HAD[factor](each) for each in request.previous}
        if len(past) == 1:
            yield factor, past.pop()


def _is_something_new(_: RoundRules, had: tuple[ContrastFactor, Hashable], offer: OfferInput) -> bool:
    factor, past = had
    brings: dict[ContrastFactor, tuple[Hashable, ...]] = {
        ContrastFactor.ORGANISATION: offer.organisations,
        ContrastFactor.DIRECTORATE: (offer.directorate,),
        ContrastFactor.STATUTORY: (offer.is_statutory,),
    }
    return any(each != past for each in brings[factor])


def _keeps_apart(_: RoundRules, conflict: ConflictInput, offer: OfferInput) -> bool:
    parties = {
        ConflictKind.ORGANISATION: offer.organisations,
        ConflictKind.SETTING: offer.settings,
        ConflictKind.EDUCATOR: (offer.educator_id,),
    }
    return conflict.id not in parties[conflict.kind]


def _works_together(rules: RoundRules, university: str, offer: OfferInput) -> bool:
    known = rules.agreements
    return known is None or all((university, each) in known for each in offer.organisations)


def _is_in_time(_: RoundRules, days: tuple[date | None, date | None], offer: OfferInput) -> bool:
    first, last = days
    early = first and offer.starts_on and offer.starts_on < first
    late = last and offer.ends_on and offer.ends_on > last
    return not (early or late)


def _must_be_statutory(rules: RoundRules, request: RequestInput) -> list[bool]:
    return [rules.statutory_required and request.placement_level in ("final", "repeat_final")]


RULES = {
    RuleCode.LEVEL: Rule(
        lambda _, request: [request.placement_level], lambda _, level, offer: level in offer.placement_levels
    ),
    RuleCode.STATUTORY: Rule(_must_be_statutory, lambda _, must, offer: offer.is_statutory or not must),
    RuleCode.CONTRAST: Rule(_had, _is_something_new),
    RuleCode.AGREEMENT: Rule(lambda _, request: [request.organisation_id], _works_together),
    RuleCode.CONFLICT: Rule(lambda _, request: request.conflicts, _keeps_apart),
    RuleCode.PREVIOUS_SETTING: Rule(
        lambda _, request: [past.setting_id for past in request.previous],
        lambda _, setting_id, offer: setting_id not in offer.settings,
    ),
    RuleCode.DRIVER: Rule(
        lambda _, request: [request.can_drive], lambda _, drives, offer: drives or not offer.requires_driver
    ),
    RuleCode.CLEARANCE: Rule(
        lambda _, request: [request.clearances],
        lambda _, holds, offer: all(each in holds for each in offer.clearances),
    ),
    RuleCode.ADJUSTMENT: Rule(
        lambda _, request: request.adjustments, lambda _, needs, offer: needs in offer.accepts_adjustments
    ),
    RuleCode.EDUCATOR_ELIGIBLE: Rule(lambda *_: [None], lambda _rules, _, offer: offer.educator_eligible),
    RuleCode.AUDIT: Rule(lambda *_: [None], lambda _rules, _, offer: offer.audit_allows),
    RuleCode.DATES: Rule(lambda _, request: [(request.available_from, request.available_until)], _is_in_time),
}
"""All hard rules in their fixed order but the last, `travel`, which asks about a journey."""


def longest_journey(rules: RoundRules, request: RequestInput) -> float:
    """Return how many minutes one way the student and the round allow; infinity for no limit."""
    if RuleCode.TRAVEL in request.waived:
        return inf
    return min(
        each for each in (request.max_travel_minutes, rules.travel_cap_minutes, inf) if each is not None
    )


def allowed_by(code: RuleCode, rules: RoundRules, request: RequestInput, offer: OfferInput) -> bool:
    """Return whether one rule of `RULES` lets the request have the offer."""
    rule = RULES[code]
    return code in request.waived or all(rule.allows(rules, it, offer) for it in rule.asks(rules, request))
