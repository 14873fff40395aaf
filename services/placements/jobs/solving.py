"""The process in which a match is computed: frozen inputs on standard input, progress and the result on standard output.

    python -m services.placements.jobs.solving

A process of its own keeps a long computation, and the memory of its solver, away from everything else. Each line written is
one JSON object: `{"aim": ..., "value": ...}` while it works, then `{"result": {...}}` or `{"failure": code}`.
"""

import json
import sys
from collections.abc import Iterable

from services.placements.domain.matching.canonical import UnreadableInputs, from_json
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.faults import ContradictoryInputs
from services.placements.domain.matching.run import BrokenResult, run_match
from services.placements.domain.matching.solver import SolverFailed

FAILURES: dict[type[Exception], str] = {
    ContradictoryInputs: "contradictory_inputs",
    UnreadableInputs: "unreadable_inputs",
    SolverFailed: "aim_not_proved",
    BrokenResult: "broken_result",
}
"""What a run that ends without a result is said to have failed with."""


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _progress(aim: AimCode, value: int) -> None:
    _say(json.dumps({"aim": aim.value, "value": value}))


def main(lines: Iterable[str]) -> None:
    """Solve what is given and say the result."""
    try:
        result = run_match(from_json("".join(lines)), _progress)
    except tuple(FAILURES) as error:
        _say(json.dumps({"failure": FAILURES[type(error)]}))
        return
    _say('{"result":' + result.to_json() + "}")


if __name__ == "__main__":
    main(sys.stdin)
