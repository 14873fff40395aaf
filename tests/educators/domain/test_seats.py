from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.educators.domain.seats import EducatorFull, Hold, busiest, expect_free_seat

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
    assert refusal.value.facts == {"max_concurrent": 2, "held": 2}


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
