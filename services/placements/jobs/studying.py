"""The process in which a policy is studied: questions and frozen inputs on standard input, answers on standard output.

    python -m services.placements.jobs.studying

The first line names the questions, as a JSON list; what follows are the inputs. Each line written is one JSON object:
`{"question": ..., "match": 3, "of": 14}` before each time the round is matched, `{"question": ..., "answer": ...}` whenever
an answer has grown, then `{"done": true}` or `{"failure": code}`.
"""

import json
import sys
from typing import Any, TextIO

from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.study import Study
from services.placements.domain.vocabulary import PolicyQuestion
from services.placements.jobs.solving import FAILURES


def _say(**members: Any) -> None:
    sys.stdout.write(json.dumps(members, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _found(question: PolicyQuestion, answer: Any) -> None:
    _say(question=question.value, answer=answer)


def _begun(question: PolicyQuestion, match: int, of: int) -> None:
    _say(question=question.value, match=match, of=of)


def main(given: TextIO) -> None:
    """Answer what is asked and say so."""
    questions = {PolicyQuestion(each) for each in json.loads(given.readline())}
    try:
        Study(from_json(given.read()), _begun).answer(questions, _found)
    except tuple(FAILURES) as error:
        _say(failure=FAILURES[type(error)])
        return
    _say(done=True)


if __name__ == "__main__":
    main(sys.stdin)
