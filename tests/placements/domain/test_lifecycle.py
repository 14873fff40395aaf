from datetime import date
from itertools import product

import pytest

from services.placements.domain.days import DayRecord, credit_of, faults_in
from services.placements.domain.lifecycle import ENDED, TRANSITIONS, Step, after, drawn, open_steps
from services.placements.domain.schedule import Pattern, Terms
from services.placements.domain.vocabulary import DayKind, DayPart
from services.placements.domain.vocabulary import PlacementStatus as Status
from shared.errors import InvalidState

TERMS = Terms(starts_on=date(2026, 9, 14), days_required=70, pattern=Pattern(frozenset({1, 2, 3, 4, 5})))


def test_every_step_of_every_status_either_leads_where_the_table_says_or_is_refused():
    table = {(t.step, source): t.target for t in TRANSITIONS for source in t.sources}
    for step, status in product(Step, Status):
        if (step, status) in table:
            assert after(step, status) == table[step, status]
        else:
            with pytest.raises(InvalidState) as refused:
                after(step, status)
            assert refused.value.facts["allowed"] == sorted(s.value for s in open_steps(status))


def test_nothing_leads_out_of_an_end_and_every_status_can_be_reached():
    assert all(open_steps(status) == () for status in ENDED)
    reached = {Status.PROPOSED, *(t.target for t in TRANSITIONS)}
    assert reached == set(Status)


def test_the_picture_shows_the_whole_table():
    picture = drawn()
    arrows = sum(len(t.sources) for t in TRANSITIONS)
    assert picture.count(" --> ") == arrows + 1 + len(ENDED)


@pytest.mark.parametrize(
    ("kind", "part", "credit"),
    [
        ("attended", "day", 1),
        ("attended", "am", 0.5),
        ("half", "day", 0.5),
        ("skills_day", "day", 1),
        ("sick", "day", 0),
    ],
)
def test_a_day_gives_the_credit_of_its_kind(kind, part, credit):
    assert credit_of([(kind, part)]) == credit


def test_a_good_set_of_days_has_no_faults():
    days = [
        DayRecord(date(2026, 9, 14), DayKind.ATTENDED),
        DayRecord(date(2026, 9, 15), DayKind.ATTENDED, DayPart.AM),
        DayRecord(date(2026, 9, 15), DayKind.SICK, DayPart.PM),
    ]
    assert faults_in(days, TERMS, date(2026, 9, 15)) == []
