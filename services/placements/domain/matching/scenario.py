"""What if: a difference on the frozen inputs of a run. The round itself is never touched.

A scenario adds, removes or changes offers, does without educators, changes rules of the round, lets a university and an
organisation work together, or waives a rule for one student. Everything wrong with it is named at once.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from services.placements.domain.matching.codes import RuleCode
from services.placements.domain.matching.inputs import MatchInputs, OfferInput
from shared.errors import Fault, Invalid

NEVER_WAIVED = frozenset({RuleCode.CONFLICT})
"""A conflict that somebody declared is not up for a waiver, not even to see what would happen."""

NO_EDUCATOR = "without_this_educator"
"""The reason given for an offer whose educator a scenario does without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverInput:
    """One rule that does not hold for one request."""

    request_id: str
    rule: RuleCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is different. `changed_offers` holds, by offer, the members that change; `rules` those of the round's rules.

    `agreements` are pairs (university, organisation) that work together beside those that do already.
    """

    added_offers: tuple[OfferInput, ...] = ()
    removed_offers: tuple[str, ...] = ()
    changed_offers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    without_educators: tuple[str, ...] = ()
    agreements: tuple[tuple[str, str], ...] = ()
    waivers: tuple[WaiverInput, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)


def _unknown(
    pointer: str, ids: Iterator[str] | tuple[str, ...], known: AbstractSet[str], what: str
) -> Iterator[Fault]:
    for at, each in enumerate(ids):
        if each not in known:
            yield Fault(
                f"/scenario/{pointer.format(at)}", f"unknown_{what}", f"The run knows no such {what}."
            )


def faults_of(inputs: MatchInputs, scenario: Scenario) -> tuple[Fault, ...]:
    """Return everything that is wrong with the scenario on these inputs."""
    offers = {offer.id for offer in inputs.offers}
    requests = {request.id for request in inputs.requests}
    educators = {offer.educator_id for offer in inputs.offers if offer.educator_id is not None}
    held = {each.offer_id for each in inputs.held}
    removed, changed = scenario.removed_offers, tuple(scenario.changed_offers)
    faults = [
        *_unknown("remove_offers/{}", removed, offers, "offer"),
        *_unknown("change_offers/{}/offer_id", changed, offers, "offer"),
        *_unknown("without_educators/{}", scenario.without_educators, educators, "educator"),
        *_unknown(
            "waivers/{}/request_id", tuple(each.request_id for each in scenario.waivers), requests, "request"
        ),
    ]
    faults += [
        Fault(f"/scenario/remove_offers/{at}", "offer_held", "Somebody has accepted a place in this offer.")
        for at, each in enumerate(removed)
        if each in held
    ]
    faults += [
        Fault(
            f"/scenario/change_offers/{at}", "changed_and_removed", "Remove an offer or change it, not both."
        )
        for at, each in enumerate(changed)
        if each in set(removed)
    ]
    faults += [
        Fault(f"/scenario/waivers/{at}/rule", "never_waived", "A declared conflict cannot be waived.")
        for at, each in enumerate(scenario.waivers)
        if each.rule in NEVER_WAIVED
    ]
    return tuple(faults)


def _offers(inputs: MatchInputs, scenario: Scenario) -> Iterator[OfferInput]:
    removed, without = set(scenario.removed_offers), set(scenario.without_educators)
    for offer in inputs.offers:
        if offer.id in removed:
            continue
        led = offer.educator_id not in without
        kept = offer if led else replace(offer, educator_eligible=False, educator_reasons=(NO_EDUCATOR,))
        yield replace(kept, **scenario.changed_offers.get(offer.id, {}))
    yield from scenario.added_offers


def with_scenario(inputs: MatchInputs, scenario: Scenario) -> MatchInputs:
    """Return the inputs with the difference. Raises `Invalid` with every fault; nothing is silently left out."""
    if faults := faults_of(inputs, scenario):
        raise Invalid(faults)
    rules = replace(inputs.rules, **scenario.rules)
    if rules.agreements is not None:
        rules = replace(rules, agreements=rules.agreements | frozenset(scenario.agreements))
    waived: dict[str, set[RuleCode]] = {}
    for each in scenario.waivers:
        waived.setdefault(each.request_id, set()).add(each.rule)
    requests = tuple(
        replace(request, waived=tuple(sorted({*request.waived, *waived.get(request.id, ())})))
        for request in inputs.requests
    )
    return replace(inputs, rules=rules, offers=tuple(_offers(inputs, scenario)), requests=requests)
