"""The lottery hangs on ids and seed alone and can be recomputed by anybody."""

from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.lottery import lottery_numbers
from services.placements.domain.matching.run import ground_of
from tests.placements.domain.matching.brute_force import lottery_number
from tests.placements.domain.matching.rounds import a_drawn_round


def test_every_number_can_be_recomputed_from_the_ids_and_the_seed():
    inputs = canonical(a_drawn_round(1, requests=20, offers=20))
    pairs = ground_of(inputs).pairs
    numbers = lottery_numbers(inputs, pairs)
    expected = [
        lottery_number(inputs.rules.lottery_seed, inputs.requests[request].id, inputs.offers[offer].id)
        for request, offer in zip(pairs.requests, pairs.offers, strict=True)
    ]
    assert numbers.tolist() == expected
    assert 0 <= min(expected) < max(expected) < 2**28


def test_no_number_ever_changes():
    assert lottery_number("published seed", "request", "offer") == 81159160
