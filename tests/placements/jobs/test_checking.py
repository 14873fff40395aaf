"""Which requests nothing is possible for, told of all at once as it is told of each alone."""

from collections import Counter
from dataclasses import replace

from benchmarks.england import drawn
from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.jobs.checking import impossible


def one_by_one(inputs: MatchInputs) -> dict[str, Counter[str]]:
    """Every request beside every offer."""
    broken = {
        request.id: [rules_broken(inputs, request, offer) for offer in inputs.offers]
        for request in inputs.requests
    }
    return {
        request_id: Counter(code for rules in against for code in rules)
        for request_id, against in broken.items()
        if all(against)
    }


def test_who_cannot_be_placed_and_by_which_rules_is_what_asking_one_by_one_finds():
    drawn_round = drawn(200, 2)
    inputs = replace(drawn_round, offers=drawn_round.offers[:30])
    expected = one_by_one(inputs)
    assert 5 < len(expected) < 100
    assert impossible(inputs) == expected
    settled = next(iter(expected))
    held = (Held(request_id=settled, offer_id=inputs.offers[0].id),)
    assert impossible(replace(inputs, held=held)).keys() == expected.keys() - {settled}


def test_without_any_offer_nobody_can_be_placed_and_no_rule_is_to_blame():
    inputs = replace(drawn(60), offers=())
    assert impossible(inputs) == {each.id: {} for each in inputs.requests}
