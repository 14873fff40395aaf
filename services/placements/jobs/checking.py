"""The process that looks for requests without a single possible offer: frozen inputs in, one line of JSON out.

    python -m services.placements.jobs.checking

The line is `{"impossible": {request_id: {rule: how many offers it forbids}}}`.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable

from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.inputs import MatchInputs


def main(lines: Iterable[str]) -> None:
    """Check what is given and say the result."""
    sys.stdout.write(json.dumps({"impossible": impossible(from_json("".join(lines)))}) + "\n")


def impossible(inputs: MatchInputs) -> dict[str, dict[str, int]]:
    """The requests that no offer is possible for, with the number of offers each rule forbids. Held ones are settled."""
    held = {each.request_id for each in inputs.held}
    found = {}
    for request in inputs.requests:
        if request.id in held:
            continue
        against: Counter[str] = Counter()
        for offer in inputs.offers:
            rules = rules_broken(inputs, request, offer)
            if not rules:
                break
            against.update(rules)
        else:
            found[request.id] = dict(against)
    return found


if __name__ == "__main__":
    main(sys.stdin)
