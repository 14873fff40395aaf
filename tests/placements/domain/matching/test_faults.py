"""Contradictory inputs are named, all of them, before a run."""

from math import nan

import pytest

from services.placements.domain.matching.codes import AimCode, LimitKind
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.inputs import CapInput
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer


def _codes(inputs) -> list[str]:
    return [fault.code for fault in find_faults(inputs)]


def test_a_round_that_makes_sense_has_no_faults():
    assert find_faults(a_drawn_round(1, requests=10, offers=10)) == ()


def test_every_fault_is_named_not_only_the_first():
    offers = [
        an_offer("a", places=-1),
        an_offer("b", latitude=nan),
        an_offer("c", educator_id="e", educator_seats=1),
        an_offer("d", educator_id="e", educator_seats=2),
        an_offer("d", educator_id="f", educator_seats=-1),
    ]
    requests = [a_request("r", student_id="s"), a_request("q", student_id="s", longitude=200.0)]
    assert _codes(a_round(offers, requests)) == [
        "offer_repeated",
        "negative_places",
        "offer_location_impossible",
        "negative_places",
        "educator_seats_differ",
        "student_requests_twice",
        "home_location_impossible",
    ]


@pytest.mark.parametrize(
    ("aims", "codes"),
    [
        ((), ["lottery_not_last", "minimised_before_placed"]),
        ((AimCode.PLACED,), ["lottery_not_last"]),
        ((AimCode.LOTTERY, AimCode.PLACED), ["lottery_not_last", "minimised_before_placed"]),
        ((AimCode.RANK_SUM, AimCode.PLACED, AimCode.LOTTERY), ["minimised_before_placed"]),
        ((AimCode.PLACED, AimCode.PLACED, AimCode.LOTTERY), ["aim_repeated"]),
        ((AimCode.FIRST_PREFERENCE, AimCode.PLACED, AimCode.LOTTERY), []),
    ],
)
def test_an_order_of_aims_that_would_place_nobody_or_leave_ties_is_refused(aims, codes):
    assert _codes(a_round([], [], aims=aims)) == codes


def test_a_cap_is_of_a_setting_or_an_organisation_and_not_negative():
    caps = (
        CapInput(kind=LimitKind.EDUCATOR, id="e", seats=1),
        CapInput(kind=LimitKind.SETTING, id="s", seats=-1),
    )
    assert _codes(a_round([], [], caps=caps)) == ["cap_impossible", "cap_impossible"]
