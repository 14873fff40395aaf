from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.educators.domain.seats import (
    EducatorFull,
    Hold,
    busiest,
    expect_free_seat,
    free_seats,
    newly_taken,
)

DAYS = st.dates(date(2026, 9, 1), date(2026, 9, 30))
HOLDS = st.lists(st.tuples(DAYS, DAYS).map(lambda pair: Hold(min(pair), max(pair))), max_size=8)


def hold(first: int, last: int) -> Hold:
    return Hold(date(2026, 9, first), date(2026, 9, last))


def test_seats_that_share_a_day_add_up() -> None:
    assert busiest([hold(1, 10), hold(10, 20)], date(2026, 9, 1), date(2026, 9, 30)) == 2


def test_seats_one_after_the_other_take_one_seat() -> None:
    assert busiest([hold(1, 10), hold(11, 20)], date(2026, 9, 1), date(2026, 9, 30)) == 1


def test_seats_outside_the_placement_do_not_count() -> None:
    assert busiest([hold(1, 5), hold(25, 30)], date(2026, 9, 6), date(2026, 9, 24)) == 0


def test_one_more_than_there_is_room_for_is_refused_with_the_numbers() -> None:
    with pytest.raises(EducatorFull) as refusal:
        expect_free_seat([hold(1, 10), hold(5, 20)], hold(7, 8), 2)
    assert refusal.value.code == "educator_full"
    assert refusal.value.facts == {"max_concurrent": 2, "held": 2, "full_on": "2026-09-07"}


def test_the_last_seat_may_be_taken() -> None:
    expect_free_seat([hold(1, 10)], hold(7, 8), 2)


@given(holds=HOLDS, wanted=st.tuples(DAYS, DAYS))
def test_the_busiest_day_is_what_counting_every_day_finds(
    holds: list[Hold], wanted: tuple[date, date]
) -> None:
    first, last = sorted(wanted)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert busiest(holds, first, last) == max(
        sum(h.starts_on <= day <= h.ends_on for h in holds) for day in days
    )


def test_days_held_already_need_no_other_seat() -> None:
    held = Hold(date(2026, 9, 7), date(2026, 9, 18))
    assert newly_taken(None, held) == [held]
    assert newly_taken(held, held) == []
    assert newly_taken(held, Hold(date(2026, 9, 9), date(2026, 9, 11))) == []
    longer = Hold(date(2026, 9, 1), date(2026, 9, 30))
    assert newly_taken(held, longer) == [
        Hold(date(2026, 9, 1), date(2026, 9, 6)),
        Hold(date(2026, 9, 19), date(2026, 9, 30)),
    ]
    elsewhere = Hold(date(2026, 10, 1), date(2026, 10, 2))
    assert newly_taken(held, elsewhere) == [elsewhere]


@given(HOLDS, st.integers(0, 4), st.tuples(DAYS, DAYS))
def test_free_seats_are_as_counted_day_by_day(holds: list[Hold], most: int, days: tuple[date, date]) -> None:
    first, last = sorted(days)
    spans = free_seats(holds, first, last, most)
    counted = [
        (day, sum(hold.starts_on <= day <= hold.ends_on for hold in holds))
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]
    told = [
        (span.starts_on + timedelta(days=n), span.held)
        for span in spans
        for n in range((span.ends_on - span.starts_on).days + 1)
    ]
    assert told == counted
    assert all(span.free == max(0, most - span.held) for span in spans)
    assert all(one.held != other.held for one, other in pairwise(spans))
