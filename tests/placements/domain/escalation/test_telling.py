"""How people are told: never flooded, never at night, and at once where it is about safety."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.telling import (
    EmailWish,
    Limits,
    Today,
    Way,
    digest_day,
    digest_until,
    is_quiet,
    is_reachable,
    shares,
    way,
)
from shared.calendar import ENGLAND

NOON = datetime(2026, 9, 7, 11, tzinfo=UTC)
NAMES = UUID(int=7)
USUAL = Limits()


def told(
    *,
    today=None,
    at=NOON,
    wish=EmailWish.AS_IT_HAPPENS,
    immediate=False,
    concern=None,
    template="step_due",
    limits=USUAL,
):
    return way(Template(template), concern, wish, today or Today(), at, limits, immediate=immediate)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-09-07T06:59:59Z", True),
        ("2026-09-07T07:00:00Z", False),
        ("2026-09-07T16:59:59Z", False),
        ("2026-09-07T17:00:00Z", True),
        ("2026-12-07T07:59:59Z", True),
        ("2026-12-07T08:00:00Z", False),
    ],
)
def test_it_is_quiet_from_six_to_eight_in_london_summer_and_winter(at, quiet):
    assert is_quiet(datetime.fromisoformat(at), USUAL) is quiet


def test_one_message_at_once_per_concern_and_six_in_all_the_rest_in_the_digest():
    today = Today()
    ways = [told(today=today, concern=uuid5(NAMES, str(n // 2))) for n in range(16)]
    assert ways == [Way.AT_ONCE, Way.DIGEST] * USUAL.at_once_a_day + [Way.DIGEST] * 4


def test_safety_knows_neither_caps_nor_night_nor_wishes_and_counts():
    today = Today(in_all=USUAL.at_once_a_day - 1)
    night = datetime(2026, 9, 7, 23, tzinfo=UTC)
    assert told(today=today, at=night, wish=EmailWish.OFF, immediate=True) is Way.AT_ONCE
    assert told(today=today) is Way.DIGEST
    assert told(today=today, immediate=True) is Way.AT_ONCE


def test_a_placement_that_is_watched_is_for_the_digest_alone():
    assert told(template="watch_noticed") is Way.DIGEST
    assert told(template="watch_noticed", wish=EmailWish.OFF) is Way.INBOX


def test_wishes_are_followed():
    assert told(wish=EmailWish.DIGEST) is Way.DIGEST
    assert told(wish=EmailWish.OFF) is Way.INBOX
    assert told(at=NOON + timedelta(hours=12)) is Way.DIGEST


def test_the_digest_goes_out_on_working_mornings_only():
    assert digest_until(datetime(2026, 9, 7, 6, 59, tzinfo=UTC), ENGLAND, USUAL) is None
    morning = datetime(2026, 9, 7, 7, tzinfo=UTC)
    assert digest_until(morning, ENGLAND, USUAL) == morning
    assert digest_until(morning + timedelta(hours=9), ENGLAND, USUAL) == morning
    for closed in (date(2026, 9, 6), date(2026, 12, 25), date(2026, 8, 31)):
        assert (
            digest_until(datetime(closed.year, closed.month, closed.day, 10, tzinfo=UTC), ENGLAND, USUAL)
            is None
        )


@given(st.integers(min_value=0, max_value=4 * 365 * 24 * 60 - 1))
def test_whatever_arises_is_in_a_digest_of_a_working_day_that_is_not_before_it(minute):
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    day = digest_day(at, ENGLAND, USUAL)
    assert ENGLAND.is_working_day(day)
    morning = digest_until(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), ENGLAND, USUAL)
    assert morning is not None
    assert at <= morning
    assert morning - at < timedelta(days=7)


def test_nobody_is_beyond_reach():
    assert is_reachable(EmailWish.OFF, inbox=True, has_address=False)
    assert is_reachable(EmailWish.DIGEST, inbox=False, has_address=True)
    assert not is_reachable(EmailWish.OFF, inbox=False, has_address=True)
    assert not is_reachable(EmailWish.AS_IT_HAPPENS, inbox=False, has_address=False)


def test_the_largest_and_the_ninety_fifth_of_a_hundred():
    assert shares([]) == (0, 0)
    assert shares([4]) == (4, 4)
    assert shares(range(1, 101)) == (100, 95)


def test_a_policy_may_allow_two_about_one_concern_later_in_the_evening():
    ours = Limits(quiet_from=time(20), quiet_until=time(7, 30), at_once_a_day=2, per_concern_a_day=2)
    evening, today, concern = datetime(2026, 9, 7, 18, tzinfo=UTC), Today(), uuid5(NAMES, "one")
    assert told(at=evening) is Way.DIGEST
    ways = [told(at=evening, today=today, concern=concern, limits=ours) for _ in range(3)]
    assert ways == [Way.AT_ONCE, Way.AT_ONCE, Way.DIGEST]
    early = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)
    assert (digest_until(early, ENGLAND, USUAL), digest_until(early, ENGLAND, ours)) == (None, early)
