"""Equal inputs have one spelling and one hash, and come back from it unchanged."""

from dataclasses import replace
from datetime import date

import pytest

from services.placements.domain.matching.canonical import (
    UnreadableInputs,
    canonical,
    from_json,
    input_hash,
    to_json,
)
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer, shuffled


def test_frozen_inputs_come_back_as_they_were():
    inputs = a_drawn_round(2, requests=20, offers=22)
    dated = replace(inputs.offers[0], starts_on=date(2027, 1, 4), ends_on=date(2027, 6, 4))
    inputs = replace(inputs, offers=(dated, *inputs.offers[1:]))
    assert from_json(to_json(inputs)) == canonical(inputs)
    assert run_match(from_json(to_json(inputs))).to_json() == run_match(inputs).to_json()


def test_the_hash_does_not_hang_on_any_order():
    inputs = a_drawn_round(3, requests=20, offers=22)
    assert {input_hash(shuffled(inputs, seed)) for seed in range(5)} == {input_hash(inputs)}


def test_the_hash_changes_with_every_fact():
    offer, request = an_offer("a"), a_request("r", "a")
    same = input_hash(a_round([offer], [request]))
    assert input_hash(a_round([replace(offer, latitude=51)], [request])) != same
    assert input_hash(a_round([offer], [replace(request, can_drive=False)])) != same
    assert input_hash(a_round([offer], [request], lottery_seed="another")) != same


def test_a_whole_degree_is_the_same_place_however_it_is_written():
    assert input_hash(a_round([an_offer("a", latitude=51)], [])) == input_hash(
        a_round([an_offer("a", latitude=51.0)], [])
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format":1}', '{"format":1,"rules":{},"offers":[],"requests":[]}']
)
def test_a_text_that_is_no_frozen_input_is_refused(text):
    with pytest.raises(UnreadableInputs):
        from_json(text)


def test_inputs_of_an_unknown_format_are_refused():
    text = to_json(a_round([], [])).replace('"format":2', '"format":3')
    with pytest.raises(UnreadableInputs, match="format"):
        from_json(text)
