"""What a timeline says of a signal: what was noticed, and the days that show it."""

import pytest

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.words import of_signal
from services.placements.domain.vocabulary import Severity


@pytest.mark.parametrize(
    ("rule", "evidence", "says"),
    [
        (RuleCode.LEARNING_AGREEMENT_OVERDUE, {"due_on": "2026-09-21"}, "it was due on 21 September 2026"),
        (RuleCode.SUPERVISION_GAP, {"last_on": "2026-09-14"}, "the last was on 14 September 2026"),
        (
            RuleCode.SUPERVISION_GAP,
            {"none_since": "2026-09-07"},
            "there has been none since 7 September 2026",
        ),
        (RuleCode.OBSERVATIONS_BEHIND, {"midway_on": "2026-11-16"}, "midway was on 16 November 2026"),
    ],
)
def test_a_signal_says_the_day_that_shows_it(rule: RuleCode, evidence: dict[str, str], says: str) -> None:
    assert of_signal(rule, Severity.AMBER, evidence).endswith(f": {says} (amber).")


def test_ids_are_no_words() -> None:
    assert "review_id" not in of_signal(RuleCode.REVIEW_OVERDUE, Severity.RED, {"review_id": "a"})
