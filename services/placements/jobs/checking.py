"""The process that looks for requests without a single possible offer: frozen inputs in, one line of JSON out.

    python -m services.placements.jobs.checking

The line is `{"impossible": {request_id: {rule: how many offers it forbids}}}`.
"""

import json
import sys
from collections.abc import Iterable

import numpy as np

from services.placements.domain.matching.canonical import canonical, from_json
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.survey import Survey
from services.placements.domain.matching.travel import GreatCircle
from services.placements.domain.matching.verdict import RULES


def main(lines: Iterable[str]) -> None:
    """Check what is given and say the result."""
    sys.stdout.write(json.dumps({"impossible": impossible(from_json("".join(lines)))}) + "\n")


def impossible(inputs: MatchInputs) -> dict[str, dict[str, int]]:
    """The requests that no offer is possible for, with the number of offers each rule forbids. Held ones are settled."""
    inputs = canonical(inputs)
    counts = Survey(inputs, GreatCircle()).waterfalls()
    held = {each.request_id for each in inputs.held}
    found = {}
    for at in np.flatnonzero(counts.remaining[:, -1] == 0).tolist():
        if (request_id := inputs.requests[at].id) not in held:
            forbids = zip(RULES, counts.forbids[at].tolist(), strict=True)
            found[request_id] = {code.value: number for code, number in forbids if number}
    return found


if __name__ == "__main__":
    main(sys.stdin)
