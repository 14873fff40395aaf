"""The independent checker passes what the engine made and finds every way of tampering with it."""

from dataclasses import replace

import pytest

from services.placements.domain.matching.check import find_breaches
from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.inputs import CapInput
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer

ONE_SEAT_EACH = {
    LimitKind.PLACES: ({"setting_id": "s", "places": 1}, ()),
    LimitKind.EDUCATOR: ({"setting_id": "s", "places": 2, "educator_id": "e", "educator_seats": 1}, ()),
    LimitKind.SETTING: (
        {"setting_id": "s", "places": 2},
        (CapInput(kind=LimitKind.SETTING, id="s", seats=1),),
    ),
    LimitKind.ORGANISATION: (
        {"setting_id": "s", "places": 2},
        (CapInput(kind=LimitKind.ORGANISATION, id="council", seats=1),),
    ),
}


def _codes(inputs, assignments) -> set[str]:
    return {breach.code for breach in find_breaches(inputs, assignments)}


def test_no_student_can_be_moved_unnoticed():
    inputs = a_drawn_round(4, requests=15, offers=16)
    assignments = run_match(inputs).assignments
    assert assignments
    moves = [(at, offer.id) for at in range(len(assignments)) for offer in inputs.offers]
    unnoticed = []
    for at, offer_id in moves:
        moved = list(assignments)
        moved[at] = replace(moved[at], offer_id=offer_id)
        if moved[at] != assignments[at] and not find_breaches(inputs, moved):
            unnoticed.append(offer_id)
    assert unnoticed == []


@pytest.mark.parametrize("kind", ONE_SEAT_EACH)
def test_one_student_too_many_breaks_the_limit_by_name(kind):
    facts, caps = ONE_SEAT_EACH[kind]
    inputs = a_round([an_offer("a", **facts)], [a_request("r-1", "a"), a_request("r-2", "a")], caps=caps)
    (one,) = run_match(inputs).assignments
    other = "r-2" if one.request_id == "r-1" else "r-1"
    assert _codes(inputs, [one, replace(one, request_id=other)]) == {kind}


def test_a_forbidden_place_is_named_by_its_rule():
    inputs = a_round([an_offer("a"), an_offer("b", audit_allows=False)], [a_request("r", "a")])
    (one,) = run_match(inputs).assignments
    assert "audit" in _codes(inputs, [replace(one, offer_id="b")])


def test_a_misstated_rank_or_journey_is_found():
    inputs = a_round([an_offer("a")], [a_request("r", "a")])
    (one,) = run_match(inputs).assignments
    assert _codes(inputs, [one]) == set()
    assert _codes(inputs, [replace(one, rank=2)]) == {"rank_misstated"}
    assert _codes(inputs, [replace(one, outside_list=True)]) == {"rank_misstated"}
    assert _codes(inputs, [replace(one, minutes=one.minutes + 1)]) == {"minutes_misstated"}


def test_nobody_is_placed_twice_and_nobody_unknown_is_placed():
    inputs = a_round([an_offer("a", places=5)], [a_request("r", "a")])
    (one,) = run_match(inputs).assignments
    assert _codes(inputs, [one, one]) == {"request_twice"}
    assert _codes(inputs, [replace(one, request_id="nobody")]) == {"unknown"}
    assert _codes(inputs, [replace(one, offer_id="nowhere")]) == {"unknown"}
