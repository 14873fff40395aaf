"""Who supported a student from when to when, worked out from what was told of the placement."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.educators.domain.codes import EpisodeEnd, PlacementLevel
from services.educators.domain.placements import Phase, Step, Stint, stints
from shared.ids import new_id
from tests.educators.evidence import day

AMARA, BEN, CLEO = new_id(), new_id(), new_id()
STUDENT, PLACEMENT = new_id(), new_id()
STARTS, ENDS = date(2026, 9, 21), date(2027, 2, 26)


def told(position: int, phase: Phase, on: str, with_: UUID | None = AMARA, **more: Any) -> Step:
    """A step of a placement of 100 days, from 21 September 2026 to 26 February 2027."""
    usual: dict[str, Any] = {"days_approved": 0.0, "midway_reported": False}
    return Step(
        id=new_id(),
        position=position,
        phase=phase,
        placement_id=PLACEMENT,
        student_id=STUDENT,
        educator_id=with_,
        placement_level=PlacementLevel.FINAL,
        starts_on=STARTS,
        ends_on=ENDS,
        days_required=100,
        occurred_on=day(on),
        **(usual | more),
    )


def span(stint: Stint) -> tuple[UUID, date, date | None]:
    return (stint.educator_id, stint.started_on, stint.ended_on)


@pytest.mark.parametrize(
    ("started", "first"),
    [("2026-09-21", "2026-09-21"), ("2026-09-14", "2026-09-21"), ("2026-09-28", "2026-09-28")],
)
def test_the_first_day_is_the_planned_one_unless_it_began_later(started: str, first: str) -> None:
    (stint,) = stints([told(1, Phase.STARTED, started)])
    assert span(stint) == (AMARA, day(first), None)
    assert (stint.days, stint.ending, stint.expected_end_on) == (None, None, ENDS)


@pytest.mark.parametrize(
    ("ended", "last"),
    [("2027-02-26", "2027-02-26"), ("2027-03-19", "2027-02-26"), ("2026-11-13", "2026-11-13")],
)
def test_the_last_day_is_the_planned_one_unless_it_ended_earlier(ended: str, last: str) -> None:
    (stint,) = stints([told(1, Phase.STARTED, "2026-09-21"), told(2, Phase.ENDED_EARLY, ended)])
    assert (stint.ended_on, stint.ending) == (day(last), EpisodeEnd.ENDED_EARLY)


def test_a_pause_ends_nothing_and_nothing_happens_after_the_end() -> None:
    steps = [
        told(1, Phase.STARTED, "2026-09-21"),
        told(2, Phase.UNDER_WAY, "2026-11-02", days_approved=30),
        told(3, Phase.COMPLETED, "2027-02-26", days_approved=100, midway_reported=True),
        told(4, Phase.UNDER_WAY, "2027-03-01", BEN),
    ]
    (stint,) = stints(steps)
    assert span(stint) == (AMARA, STARTS, ENDS)
    assert (stint.days, stint.ending, stint.midway_reported) == (100, EpisodeEnd.COMPLETED, True)


def test_of_a_cancelled_placement_nobody_had_a_student() -> None:
    assert stints([told(1, Phase.STARTED, "2026-09-21"), told(2, Phase.CANCELLED, "2026-09-22")]) == ()
    assert stints([]) == ()


def test_with_a_change_of_educator_each_has_their_days_and_who_reported_midway_the_report() -> None:
    steps = [
        told(1, Phase.STARTED, "2026-09-21"),
        told(2, Phase.UNDER_WAY, "2026-11-30", BEN, days_approved=44.5),
        told(3, Phase.COMPLETED, "2027-02-26", BEN, days_approved=100, midway_reported=True),
    ]
    amara, ben = stints(steps)
    assert (span(amara), span(ben)) == (
        (AMARA, STARTS, day("2026-11-30")),
        (BEN, day("2026-11-30"), ENDS),
    )
    assert (amara.days, ben.days) == (44, 55)
    assert (amara.midway_reported, ben.midway_reported) == (False, True)
    assert (amara.ending, ben.ending) == (None, None)


def test_a_placement_that_comes_back_is_a_second_stint() -> None:
    steps = [
        told(1, Phase.STARTED, "2026-09-21"),
        told(2, Phase.UNDER_WAY, "2026-10-12", BEN, days_approved=10),
        told(3, Phase.UNDER_WAY, "2026-11-09", AMARA, days_approved=30),
    ]
    assert [stint.key for stint in stints(steps)] == [(AMARA, 1), (BEN, 1), (AMARA, 2)]


def test_while_nobody_is_named_nobody_supports_the_student() -> None:
    steps = [
        told(1, Phase.STARTED, "2026-09-21"),
        told(2, Phase.UNDER_WAY, "2026-10-12", None, days_approved=10),
        told(3, Phase.UNDER_WAY, "2026-11-09", BEN, days_approved=20),
    ]
    assert [span(stint) for stint in stints(steps)] == [
        (AMARA, STARTS, day("2026-10-12")),
        (BEN, day("2026-11-09"), None),
    ]


def test_it_is_the_same_in_whatever_order_the_steps_are_heard() -> None:
    steps = [
        told(1, Phase.STARTED, "2026-09-21"),
        told(2, Phase.UNDER_WAY, "2026-10-12", BEN, days_approved=10),
        told(3, Phase.UNDER_WAY, "2026-11-09", CLEO, days_approved=20, midway_reported=True),
        told(4, Phase.ENDED_EARLY, "2026-12-09", CLEO, days_approved=41),
    ]
    expected = stints(steps)
    assert {stints(heard) for heard in permutations(steps)} == {expected}


@given(
    educators=st.lists(st.sampled_from([AMARA, BEN, CLEO, None]), min_size=1, max_size=8),
    days=st.lists(st.integers(0, 40), min_size=8, max_size=8),
)
def test_nobody_has_more_than_their_share_and_no_day_is_given_twice(
    educators: list[UUID | None], days: list[int]
) -> None:
    steps, approved, on = [], 0, STARTS
    for number, (educator_id, more) in enumerate(zip(educators, days, strict=False)):
        on, approved = on + timedelta(days=more), approved + more // 2
        phase = Phase.STARTED if number == 0 else Phase.UNDER_WAY
        steps.append(told(number, phase, on.isoformat(), educator_id, days_approved=approved))
    end = on + timedelta(days=7)
    steps.append(told(99, Phase.ENDED_EARLY, end.isoformat(), educators[-1], days_approved=approved + 3))
    found = stints(steps)
    assert sum(stint.days or 0 for stint in found) <= approved + 3
    assert all(stint.ended_on is not None and stint.started_on <= stint.ended_on for stint in found)
    assert len({stint.key for stint in found}) == len(found)
