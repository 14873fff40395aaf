"""A match run is the same for everybody who repeats it, in any order and on any machine."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from services.placements.domain.matching.canonical import to_json
from services.placements.domain.matching.check import find_breaches
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.readings import places_of
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_request,
    a_round,
    an_offer,
    rings,
    shuffled,
)


def test_a_search_among_many_parts_has_the_same_end_whatever_the_order_and_the_solver_s_chance():
    inputs = rings(4)
    expected = places_of(run_match(inputs))
    assert places_of(run_match(shuffled(inputs, 1), random_seed=99)) == expected
    assert find_breaches(inputs, run_match(inputs).assignments) == ()


def test_another_process_computes_the_same_bytes():
    """Hashes of texts differ from process to process; nothing may hang on them."""
    inputs = replace(a_drawn_round(9, requests=25, offers=24), members=())
    program = (
        "import sys; from services.placements.domain.matching.canonical import from_json;"
        "from services.placements.domain.matching.run import run_match;"
        "sys.stdout.write(run_match(from_json(sys.stdin.read())).to_json())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=to_json(inputs),
            cwd=Path(__file__).parents[4],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {run_match(inputs).to_json()}


def test_the_result_is_the_same_in_every_byte_whatever_the_order_of_the_input():
    inputs = a_drawn_round(7, requests=40, offers=44)
    expected = run_match(inputs).to_json()
    for seed in range(5):
        assert run_match(shuffled(inputs, seed)).to_json() == expected


def test_the_result_does_not_hang_on_the_solver_s_own_chance():
    inputs = a_drawn_round(8, requests=60, offers=66)
    results = [run_match(inputs, random_seed=seed) for seed in (0, 1, 2, 99)]
    # Several proofs of one result may differ in their prices and in what these say of pairs not chosen, never in a value.
    stripped = {
        replace(each, certificate=replace(each.certificate, stages=()), explanations=()).to_json()
        for each in results
    }
    assert len(stripped) == 1
    reasons = [[(e.better, e.smallest_change, e.waterfall) for e in each.explanations] for each in results]
    assert all(each == reasons[0] for each in reasons)


def test_another_lottery_seed_settles_ties_in_another_way_and_nothing_else():
    offers = [an_offer(f"o-{number}") for number in range(6)]
    requests = [a_request(f"r-{number}") for number in range(6)]
    results = [run_match(a_round(offers, requests, lottery_seed=seed)) for seed in ("monday", "tuesday")]
    assert places_of(results[0]) != places_of(results[1])
    assert results[0].outcome == results[1].outcome


def test_the_result_is_plain_json_with_the_name_of_its_inputs():
    result = run_match(a_drawn_round(5, requests=10, offers=10))
    document = json.loads(result.to_json())
    assert document["input_hash"] == result.input_hash
    assert len(document["explanations"]) == 10
    assert {"highs", "highspy", "numpy"} == set(document["versions"])
