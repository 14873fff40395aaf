"""The process in which a repair is computed in all ways: frozen inputs on standard input, one line a way on standard output.

    python -m services.placements.jobs.repairing

Each line is one JSON object: `{"way": ..., "aims": [...], "outcome": {...}, "moves": [...], "assignments": [...]}`, or
`{"failure": code}` where the round cannot be matched as it is.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.matching.inputs import Held
from services.placements.domain.matching.repair import as_it_is, moves, repair
from services.placements.domain.matching.run import Terrain
from services.placements.jobs.solving import FAILURES


def main(lines: Iterable[str]) -> None:
    """Compute every way and say each as soon as it is there."""
    try:
        inputs = from_json("".join(lines))
        terrain = as_it_is(inputs, inputs.previous)
        for way in RepairWay:
            _say(_computed(terrain, inputs.previous, way))
    except tuple(FAILURES) as error:
        _say({"failure": FAILURES[type(error)]})


def _computed(terrain: Terrain, previous: Iterable[Held], way: RepairWay) -> dict[str, object]:
    result = repair(terrain, way)
    changed = moves(previous, result.assignments)
    return {
        "way": way,
        "aims": [asdict(aim) for aim in result.aims if aim.code != "lottery"],
        "outcome": result.outcome,
        "moves": [asdict(move) for move in changed],
        "assignments": [asdict(each) for each in result.assignments],
    }


def _say(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.stdin)
