"""Our engine and an independent exact one agree on every aim."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.england import drawn
from services.placements.domain.matching.canonical import to_json
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.rounds import a_drawn_round, a_knotted_round


def _capped(seed: int) -> MatchInputs:
    """A drawn round whose caps are cut by a fifth, where students are divided most often."""
    inputs = a_drawn_round(seed, requests=10 + seed % 10, offers=9 + seed % 8)
    caps = tuple(replace(cap, seats=max(1, cap.seats * 4 // 5)) for cap in inputs.rules.caps)
    return replace(inputs, rules=replace(inputs.rules, caps=caps))


def _by_another_engine(rounds: list[MatchInputs]) -> list[list[int]]:
    answered = subprocess.run(
        [sys.executable, "-m", "tests.placements.domain.matching.cp_sat"],
        input="\n".join(map(to_json, rounds)),
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in answered.stdout.splitlines()]


def test_fifty_rounds_reach_what_an_independent_exact_engine_reaches_in_every_aim():
    rounds = [_capped(seed) for seed in range(29)] + [a_knotted_round(seed) for seed in range(20)]
    rounds.append(drawn(45, seed=3))
    ours = [[-aim.value if aim.least else aim.value for aim in run_match(inputs).aims] for inputs in rounds]
    theirs = _by_another_engine(rounds)
    assert [len(each) for each in theirs] == [10] * 49 + [9]
    assert [each[: len(other)] for each, other in zip(ours, theirs, strict=True)] == theirs
