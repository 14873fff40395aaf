"""What people read, word by word."""

from dataclasses import replace

from services.placements.domain.matching.codes import AimCode, ChangeKind, RuleCode, TravelMode
from services.placements.domain.matching.result import Assignment, Explanation
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.words import say_placed
from services.placements.domain.matching.words_comparison import say_comparison
from services.placements.domain.matching.words_coordinator import (
    AGAINST,
    AIM_NAMES,
    RULE_NAMES,
    say_passed_over,
    say_to_coordinator,
)
from services.placements.domain.matching.words_host import say_to_host
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer

GIVEN = Assignment(
    request_id="r",
    offer_id="near",
    rank=2,
    outside_list=False,
    minutes=1,
    mode=TravelMode.PUBLIC_TRANSPORT,
    review=False,
)


AGREEMENT = (
    "The rule “agreement between university and organisation” removed 2 offers; 1 remained. "
    "By itself this rule keeps the student from 1 of them."
)
WAIVER = (
    "Smallest change: waive “driver needed” for Riverside Team. The host can decide this. "
    "The same waiver would open 1 offer."
)


def _told(inputs, request_id: str) -> Explanation:
    return next(each for each in run_match(inputs).explanations if each.request_id == request_id)


def test_a_student_with_a_second_preference_reads_what_the_first_would_have_cost():
    inputs = a_round(
        [an_offer("wanted"), an_offer("other")], [a_request("a", "wanted"), a_request("b", "wanted", "other")]
    )
    told = _told(inputs, "b")
    assert told.assignment is not None
    assert say_placed(told.assignment, told.listed, told.better, told.passed_over) == (
        "You have been matched with your second preference.",
        "The journey is estimated at 5 minutes one way by car.",
        "1 offer met a preference you ranked higher.",
        "1 has no place left.",
        "To give you your first preference, at least 1 other student would lose their first preference.",
    )


def test_a_coordinator_reads_the_waterfall_and_who_can_decide():
    offers = [
        an_offer("a", requires_driver=True),
        an_offer("b", organisation_id="trust"),
        an_offer("c", audit_allows=False, organisation_id="trust"),
    ]
    inputs = a_round(
        offers,
        [a_request("r", "b", can_drive=False)],
        agreements=frozenset({("university", "council")}),
    )
    names = {"a": "Riverside Team", "b": "Hospital Team", "c": "Harbour Team"}
    assert say_to_coordinator(_told(inputs, "r"), names) == (
        "Not placed. The round has 3 offers.",
        AGREEMENT,
        "The rule “driver needed” removed 1 offer; 0 remained. By itself this rule keeps the student from 1 of them.",
        "First preference, Hospital Team: not possible, the university has no agreement with the organisation.",
        WAIVER,
    )


def test_offers_of_one_preference_that_the_same_rule_forbids_are_told_in_one_sentence():
    offers = [an_offer(name, requires_driver=name != "c") for name in "abc"]
    told = _told(a_round(offers, [a_request("r", "a", "b", can_drive=False)]), "r")
    both = replace(told, passed_over=tuple(replace(each, rank=1) for each in told.passed_over))
    names = {"a": "Riverside Team", "b": "Harbour Team"}
    assert list(say_passed_over(both.passed_over, names)) == [
        "First preference, Riverside Team and Harbour Team: not possible, it needs a driver."
    ]


def test_a_coordinator_reads_where_the_bottleneck_is():
    inputs = a_round(
        [an_offer("a", educator_id="e", educator_seats=1, places=2)], [a_request("r"), a_request("q")]
    )
    unplaced = next(each for each in run_match(inputs).explanations if not each.placed)
    assert say_to_coordinator(unplaced, {"a": "Riverside Team"}) == (
        "Not placed. The round has 1 offer.",
        "The 1 remaining offer is full: its practice educator has no seat left (1).",
        "Smallest change: one more seat at Riverside Team (its practice educator has no seat left).",
    )


def test_a_host_reads_what_the_student_wished_and_how_far_it_is():
    assert say_to_host(GIVEN, listed=3) == (
        "A student has been matched with your place.",
        "Your place is the student's second preference.",
        "The journey is estimated at 1 minute one way by public transport.",
        "Every rule of the round allows this match, and your limits on seats are kept.",
    )


def test_two_results_are_compared_in_words():
    before = {"placed": 31, "first_preference": 19, "second_preference": 6, "travel_minutes": 620}
    after = {"placed": 33, "first_preference": 18, "second_preference": 6, "travel_minutes": 660}
    assert say_comparison(before, after, 4) == (
        "2 more students are placed: 33 rather than 31.",
        "1 fewer student gets a first or second preference: 24 rather than 25.",
        "1 fewer student gets their first preference: 18 rather than 19.",
        "4 students have a different result.",
    )


def test_there_are_words_for_every_rule_and_every_aim():
    assert set(AGAINST) == set(RULE_NAMES) == set(RuleCode)
    assert set(AIM_NAMES) == set(AimCode)


def test_sentences_are_short():
    inputs = a_drawn_round(6, requests=40, offers=30)
    for told in run_match(inputs).explanations:
        for sentence in say_to_coordinator(told, {}):
            assert all(len(each.split()) <= 40 for each in sentence.split(". "))
        assert told.smallest_change is None or told.smallest_change.kind in set(ChangeKind)
