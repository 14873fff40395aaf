"""The process in which a match is computed: frozen inputs on standard input, progress and the result on standard output.

    python -m services.placements.jobs.solving

A process of its own keeps a long computation, and the memory of its solver, away from everything else. Each line written is
one JSON object: `{"progress": {"stage": "solving", "aim": ..., "value": ..., "placed": ...}}` while it works, its stage
`explaining` when all aims are settled, then `{"result": {...}, "picture": {...}}` or `{"failure": code}`.
"""

import gc
import json
import sys
from collections.abc import Iterable
from dataclasses import replace

from services.placements.domain.matching.canonical import UnreadableInputs, from_json
from services.placements.domain.matching.codes import PROBED_AT_ONCE, AimCode
from services.placements.domain.matching.faces import SolverFailed
from services.placements.domain.matching.faults import ContradictoryInputs
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.picture import picture_of
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import BrokenResult, run_match
from services.placements.domain.matching.study import share_of_work
from services.placements.domain.matching.truncation import probe

FAILURES: dict[type[Exception], str] = {
    ContradictoryInputs: "contradictory_inputs",
    UnreadableInputs: "unreadable_inputs",
    SolverFailed: "aim_not_proved",
    BrokenResult: "broken_result",
}
"""What a run that ends without a result is said to have failed with."""

MOST_SAMPLED = 10
"""The most students whose list is cut after a run."""


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


class _Telling:
    """Tells each aim with its value, and from the first one on how many students will be placed."""

    def __init__(self) -> None:
        self._told: dict[str, object] = {}

    def aim(self, aim: AimCode, value: int) -> None:
        """An aim was reached."""
        if aim is AimCode.PLACED:
            self._told["placed"] = value
        self._told |= {"aim": aim.value, "value": value}
        self._say("solving")

    def solved(self) -> None:
        """Every aim is settled; what is left is to explain the result and to prove it."""
        self._say("explaining")

    def _say(self, stage: str) -> None:
        _say(json.dumps({"progress": {"stage": stage, **self._told}}))


def _with_truncation(inputs: MatchInputs, result: MatchResult) -> MatchResult:
    """The result with its truncation figure. A large round gets it later: here it may not cost much."""
    most = share_of_work(MOST_SAMPLED, 0, PROBED_AT_ONCE, len(inputs.requests))
    found = probe(inputs, result.assignments, most)
    figure = {"truncation_sampled": found.sampled, "truncation_gained": found.gained}
    return replace(result, outcome={**result.outcome, **figure})


def main(lines: Iterable[str]) -> None:
    """Solve what is given and say the result."""
    try:
        inputs = from_json("".join(lines))
        telling = _Telling()
        result = run_match(inputs, telling.aim, on_solved=telling.solved)
        result = _with_truncation(inputs, result)
    except tuple(FAILURES) as error:
        _say(json.dumps({"failure": FAILURES[type(error)]}))
        return
    picture = json.dumps(picture_of(inputs, result.assignments).to_plain())
    _say('{"result":' + result.to_json() + ',"picture":' + picture + "}")


if __name__ == "__main__":
    # A run leaves nothing that reference counts do not free; looking for it would take a tenth of what is not solving.
    gc.disable()
    main(sys.stdin)
