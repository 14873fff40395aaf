from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.placements.domain.meetings import ToDiscuss, agenda_place, to_discuss
from services.placements.domain.proposals import reminded_until
from services.placements.domain.season import Stage, StageState, standing
from services.placements.domain.small_numbers import hidden
from shared.calendar import ENGLAND


@pytest.mark.parametrize(
    ("expected", "done", "today", "state"),
    [
        (3, 3, date(2026, 9, 9), StageState.DONE),
        (3, 2, date(2026, 9, 8), StageState.OPEN),
        (3, 2, date(2026, 9, 9), StageState.LATE),
        (0, 0, date(2026, 9, 8), StageState.WAITING),
        (0, 0, date(2026, 9, 9), StageState.LATE),
    ],
)
def test_a_stage_is_late_from_the_day_after_it_was_due(expected, done, today, state):
    assert standing(Stage.ANSWERS, date(2026, 9, 8), expected, done, today).state is state


def test_a_stage_without_a_day_is_never_late():
    assert standing(Stage.CAPACITY, None, 3, 0, date(2030, 1, 1)).state is StageState.OPEN


def test_small_groups_are_hidden_and_one_more_where_the_total_would_give_the_only_one_away():
    assert hidden({"a": 9, "b": 4, "c": 6}) == {"b", "c"}
    assert hidden({"a": 9, "b": 4, "c": 2}) == {"b", "c"}
    assert hidden({"a": 9, "b": 5}) == frozenset()
    assert hidden({"a": 4}) == {"a"}


def discussed(**values):
    defaults: dict[str, Any] = {
        "status": "published",
        "outside_list": False,
        "travel_minutes": 20,
        "can_drive": True,
        "changed": False,
        "answer_due_at": datetime(2026, 9, 21, 16, tzinfo=UTC),
        "now": datetime(2026, 9, 7, 9, tzinfo=UTC),
    }
    return to_discuss(**(defaults | values))


def test_a_meeting_goes_from_places_nobody_asked_for_to_those_where_all_is_well():
    agenda = [
        discussed(outside_list=True),
        discussed(travel_minutes=91),
        discussed(status="declined"),
        discussed(now=datetime(2026, 9, 22, tzinfo=UTC)),
        discussed(changed=True),
        discussed(),
        discussed(status="accepted"),
    ]
    firsts = [reasons[0] if reasons else None for reasons in agenda]
    assert firsts == [*ToDiscuss, None]
    places = [agenda_place(reasons, 1, 20) for reasons in agenda]
    assert places == sorted(places)


def test_a_journey_by_public_transport_may_be_longer_before_it_is_talked_about():
    assert ToDiscuss.LONG_JOURNEY not in discussed(travel_minutes=100, can_drive=False)
    assert ToDiscuss.LONG_JOURNEY in discussed(travel_minutes=121, can_drive=False)


def test_those_are_reminded_whose_deadline_is_within_three_working_days():
    friday = datetime(2026, 9, 4, 9, tzinfo=UTC)
    assert reminded_until(ENGLAND, friday) == datetime(2026, 9, 9, 16, tzinfo=UTC)
