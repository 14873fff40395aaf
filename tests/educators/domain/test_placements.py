from datetime import date

import pytest

from services.educators.domain.codes import PlacementLevel
from services.educators.domain.placements import Placement
from shared.ids import new_id
from tests.educators.evidence import day


def told_on(occurred_on: str) -> Placement:
    """From 21 September 2026 to 26 February 2027."""
    return Placement(
        id=new_id(),
        student_id=new_id(),
        educator_id=new_id(),
        placement_level=PlacementLevel.FINAL,
        starts_on=date(2026, 9, 21),
        ends_on=date(2027, 2, 26),
        days_required=100,
        days_approved=0,
        midway_reported=False,
        occurred_on=day(occurred_on),
    )


@pytest.mark.parametrize(
    ("started", "first"),
    [("2026-09-21", "2026-09-21"), ("2026-09-14", "2026-09-21"), ("2026-09-28", "2026-09-28")],
)
def test_the_first_day_is_the_planned_one_unless_it_began_later(started: str, first: str) -> None:
    assert told_on(started).first_day == day(first)


@pytest.mark.parametrize(
    ("ended", "last"),
    [("2027-02-26", "2027-02-26"), ("2027-03-19", "2027-02-26"), ("2026-11-13", "2026-11-13")],
)
def test_the_last_day_is_the_planned_one_unless_it_ended_earlier(ended: str, last: str) -> None:
    assert told_on(ended).last_day == day(last)
