"""How long the way is: the worked example of a placement of seventy days on which a concern opens on day twenty."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.placements.domain.escalation.paths import can_shorten, path_ends_at
from services.placements.domain.escalation.timing import Planned, on_entering
from services.placements.domain.escalation.transitions import State, rule_of
from services.placements.domain.schedule import Pattern, Terms, plan
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel
from shared.calendar import ENGLAND, london_day
from tests.placements.policies import a_policy

POLICY = a_policy()
EVERY_DAY = [1, 2, 3, 4, 5]
LONG = plan(
    Terms(
        starts_on=date(2026, 9, 14),
        days_required=200,
        pattern=Pattern(frozenset(EVERY_DAY)),
        leave=frozenset(),
    )
)
DAY_OF = {day.on: day.number for day in LONG}


def morning_of(number: int) -> datetime:
    return datetime.combine(LONG[number - 1].on, time(9), UTC)


def ends_on_day(level: ConcernLevel, entered: int, *, compressed: bool = False) -> int:
    state = State(level, ConcernAbout.WELLBEING, is_compressed=compressed)
    due = on_entering(rule_of(POLICY, state), morning_of(entered), ENGLAND, EVERY_DAY)
    return DAY_OF[london_day(path_ends_at(POLICY, state, due, ENGLAND, EVERY_DAY))]


def test_opened_on_day_twenty_the_full_way_ends_on_day_ninety_two():
    assert ends_on_day(ConcernLevel.EARLY_CONVERSATION, 20) == 92


def test_when_nobody_acknowledges_it_is_at_stage_one_on_day_twenty_two_and_ends_on_day_seventy_nine():
    assert ends_on_day(ConcernLevel.STAGE_ONE, 22) == 79


def test_the_shorter_way_from_day_twenty_ends_within_the_seventy_days():
    assert ends_on_day(ConcernLevel.STAGE_ONE, 20, compressed=True) == 69


@pytest.mark.parametrize(("level", "day"), [(ConcernLevel.STAGE_TWO, 56), (ConcernLevel.PLACEMENT_PANEL, 35)])
def test_a_higher_level_has_less_before_it(level, day):
    assert ends_on_day(level, 20) == day


def test_a_student_who_is_there_three_days_a_week_needs_longer():
    state = State(ConcernLevel.STAGE_ONE, ConcernAbout.WELLBEING)
    due = on_entering(rule_of(POLICY, state), morning_of(20), ENGLAND, [1, 2, 3])
    three_days = path_ends_at(POLICY, state, due, ENGLAND, [1, 2, 3])
    assert three_days > path_ends_at(POLICY, state, due, ENGLAND, EVERY_DAY)


def test_there_is_no_shorter_way_above_its_level_or_for_what_is_immediate_or_twice():
    about = ConcernAbout.WELLBEING
    assert can_shorten(POLICY, State(ConcernLevel.EARLY_CONVERSATION, about))
    assert not can_shorten(POLICY, State(ConcernLevel.STAGE_TWO, about))
    assert not can_shorten(POLICY, State(ConcernLevel.STAGE_ONE, about, is_immediate=True))
    assert not can_shorten(POLICY, State(ConcernLevel.STAGE_ONE, about, is_compressed=True))
    assert not can_shorten(a_policy(compressed=None), State(ConcernLevel.STAGE_ONE, about))


def test_on_the_panels_level_only_the_panel_itself_ends_the_way():
    state = State(ConcernLevel.PLACEMENT_PANEL, ConcernAbout.WELLBEING)
    due = on_entering(rule_of(POLICY, state), morning_of(20), ENGLAND, EVERY_DAY)
    later = [*due, Planned(due[0].step, max(each.due_at for each in due) + timedelta(days=9))]
    assert path_ends_at(POLICY, state, later, ENGLAND, EVERY_DAY) == max(each.due_at for each in due)
