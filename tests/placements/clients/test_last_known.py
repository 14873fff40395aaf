"""What was last heard of educators: read only where nobody answers now."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.placements.clients.last_known import ask
from services.placements.domain.eligibility import Eligibility, Remembered
from services.placements.queries.match_inputs import RoundFacts
from shared.ids import new_id
from tests.placements.clients.test_educators import educators

EDUCATOR, HEARD_AT = new_id(), datetime(2026, 9, 1, 8, tzinfo=UTC)
LAST = Remembered(Eligibility(educator_id=EDUCATOR, outcome="eligible", rules=()), HEARD_AT)
ROUND: Any = SimpleNamespace(
    partnership_id=new_id(),
    placement_level="final",
    starts_on=date(2026, 10, 5),
    ends_on=date(2027, 3, 26),
)
OFFER: Any = SimpleNamespace(educator_id=EDUCATOR)
FACTS = RoundFacts(round=ROUND, offers=[OFFER], requests=[])
DECIDED = {"educator_id": str(EDUCATOR), "outcome": "not_eligible", "rules": []}


@pytest.mark.parametrize(
    ("answered", "outcome", "as_of", "read"),
    [
        (httpx.Response(200, json={"items": [DECIDED]}), "not_eligible", None, 0),
        (httpx.Response(503), "eligible", HEARD_AT, 1),
    ],
)
async def test_the_memory_of_a_round_is_read_only_while_nobody_answers(answered, outcome, as_of, read):
    readings = []

    async def recall():
        readings.append(1)
        return {EDUCATOR: LAST}

    async with educators(lambda _: answered) as client:
        answers = await ask(client, FACTS, recall, patience=1.0)
    assert (answers.decided[EDUCATOR].outcome, answers.as_of, len(readings)) == (outcome, as_of, read)
