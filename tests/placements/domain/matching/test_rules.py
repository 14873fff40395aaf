"""Each hard rule forbids what it says, and the waterfall of a request adds up to its feasible offers."""

from datetime import date

import numpy as np
import pytest

from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.codes import ConflictKind, ContrastFactor, RuleCode
from services.placements.domain.matching.inputs import ConflictInput, MatchInputs, PreviousInput
from services.placements.domain.matching.survey import Survey
from services.placements.domain.matching.travel import GreatCircle
from services.placements.domain.matching.verdict import rules_in
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer

PAST = PreviousInput(
    setting_id="past-setting", organisation_id="past-council", directorate="childrens", is_statutory=True
)
EVERY_CONTRAST = tuple(ContrastFactor)


def _against(inputs: MatchInputs, at: int = 0) -> list[tuple[RuleCode, ...]]:
    """The rules against each offer, of the request at this position."""
    survey, offers = _survey(inputs), np.arange(len(inputs.offers))
    request = np.full(len(offers), at)
    return [rules_in(each) for each in survey.against(request, offers, survey.minutes(request, offers))]


def _survey(inputs: MatchInputs) -> Survey:
    return Survey(inputs, GreatCircle())


def _conflict(kind: ConflictKind, name: str) -> tuple[ConflictInput, ...]:
    return (ConflictInput(kind=kind, id=name),)


ONE_RULE_AT_A_TIME = [
    (RuleCode.LEVEL, {"placement_levels": ("first",)}, {}, {}),
    (RuleCode.STATUTORY, {"is_statutory": False}, {}, {"statutory_required": True}),
    (RuleCode.STATUTORY, {"is_statutory": False, "placement_levels": ("repeat_final",)},
     {"placement_level": "repeat_final"}, {"statutory_required": True}),
    (RuleCode.CONTRAST, {"organisation_id": "past-council"}, {"previous": (PAST,)},
     {"contrast": (ContrastFactor.ORGANISATION,)}),
    (RuleCode.CONTRAST, {}, {"previous": (PAST,)}, {"contrast": (ContrastFactor.DIRECTORATE,)}),
    (RuleCode.CONTRAST, {}, {"previous": (PAST,)}, {"contrast": (ContrastFactor.STATUTORY,)}),
    (RuleCode.AGREEMENT, {}, {}, {"agreements": frozenset({("university", "trust")})}),
    (RuleCode.CONFLICT, {}, {"conflicts": _conflict(ConflictKind.ORGANISATION, "council")}, {}),
    (RuleCode.CONFLICT, {}, {"conflicts": _conflict(ConflictKind.SETTING, "setting-of-a")}, {}),
    (RuleCode.CONFLICT, {"educator_id": "e"}, {"conflicts": _conflict(ConflictKind.EDUCATOR, "e")}, {}),
    (RuleCode.PREVIOUS_SETTING, {"setting_id": "past-setting"}, {"previous": (PAST,)}, {}),
    (RuleCode.DRIVER, {"requires_driver": True}, {"can_drive": False}, {}),
    (RuleCode.CLEARANCE, {"clearances": ("enhanced_dbs", "prison_vetting")}, {"clearances": ("enhanced_dbs",)}, {}),
    (RuleCode.ADJUSTMENT, {"accepts_adjustments": ("part_time",)}, {"adjustments": ("part_time", "step_free")}, {}),
    (RuleCode.EDUCATOR_ELIGIBLE, {"educator_eligible": False}, {}, {}),
    (RuleCode.AUDIT, {"audit_allows": False}, {}, {}),
    (RuleCode.DATES, {"starts_on": date(2027, 1, 4)}, {"available_from": date(2027, 1, 5)}, {}),
    (RuleCode.DATES, {"ends_on": date(2027, 6, 5)}, {"available_until": date(2027, 6, 4)}, {}),
    (RuleCode.TRAVEL, {"latitude": 51.9}, {"max_travel_minutes": 60}, {}),
    (RuleCode.TRAVEL, {"latitude": 51.9}, {"max_travel_minutes": None}, {"travel_cap_minutes": 60}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "offer", "request_", "rules"), ONE_RULE_AT_A_TIME)
def test_each_rule_forbids_by_itself_what_it_says(code, offer, request_, rules):
    inputs = a_round([an_offer("a", **offer)], [a_request("r", **request_)], **rules)
    assert _against(inputs) == [(code,)]
    assert rules_broken(inputs, inputs.requests[0], inputs.offers[0]) == (code,)


def test_everything_that_just_fits_is_allowed():
    offer = an_offer(
        "a",
        clearances=("enhanced_dbs",),
        accepts_adjustments=("step_free",),
        requires_driver=True,
        directorate="adults",
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 6, 4),
    )
    request = a_request(
        "r",
        clearances=("enhanced_dbs",),
        adjustments=("step_free",),
        previous=(PAST,),
        available_from=date(2027, 1, 4),
        available_until=date(2027, 6, 4),
        max_travel_minutes=5,
    )
    rules = {
        "contrast": (ContrastFactor.DIRECTORATE, ContrastFactor.ORGANISATION),
        "statutory_required": True,
        "travel_cap_minutes": 5,
        "agreements": frozenset({("university", "council")}),
    }
    assert _against(a_round([offer], [request], **rules)) == [()]


def test_a_first_placement_need_not_be_statutory():
    inputs = a_round(
        [an_offer("a", is_statutory=False)],
        [a_request("r", placement_level="first")],
        statutory_required=True,
    )
    assert _against(inputs) == [()]


def test_who_has_seen_both_directorates_needs_no_further_contrast():
    adults = PreviousInput(setting_id="s", organisation_id="o", directorate="adults", is_statutory=True)
    inputs = a_round(
        [an_offer("a")], [a_request("r", previous=(PAST, adults))], contrast=(ContrastFactor.DIRECTORATE,)
    )
    assert _against(inputs) == [()]


def test_who_had_no_placement_yet_needs_no_contrast():
    assert _against(a_round([an_offer("a")], [a_request("r")], contrast=EVERY_CONTRAST)) == [()]


def test_the_waterfall_leaves_exactly_the_feasible_offers():
    for seed in range(12):
        inputs = canonical(a_drawn_round(seed, requests=12, offers=30))
        told = _survey(inputs).waterfalls()
        for at, request in enumerate(inputs.requests):
            against = [rules_broken(inputs, request, offer) for offer in inputs.offers]
            assert _against(inputs, at) == against
            columns = told.removed[at], told.remaining[at], told.forbids[at], told.alone[at]
            for code, step in zip(RuleCode, zip(*columns, strict=True), strict=True):
                reached = [rules for rules in against if not any(_before(rule, code) for rule in rules)]
                removed = sum(code in rules for rules in reached)
                assert step == (
                    removed,
                    len(reached) - removed,
                    sum(code in rules for rules in against),
                    sum(rules == (code,) for rules in against),
                )


def _before(rule: RuleCode, other: RuleCode) -> bool:
    order = list(RuleCode)
    return order.index(rule) < order.index(other)
