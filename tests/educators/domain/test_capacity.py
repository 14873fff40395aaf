from datetime import date
from typing import Any
from uuid import UUID

from services.educators.domain.capacity import Group, Supplier, supply
from services.educators.domain.codes import Directorate, Employment, Mode
from services.educators.domain.parameters import DEFAULT_PARAMETERS
from services.educators.domain.seats import Hold
from shared.ids import new_id

COUNCIL = new_id()
TERM = Hold(date(2026, 9, 21), date(2027, 2, 26))


def a_supplier(**changes: Any) -> Supplier:
    known: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": COUNCIL,
        "directorate": Directorate.ADULTS,
        "mode": Mode.ON_SITE,
        "employment": Employment.EMPLOYED,
        "max_concurrent": None,
        "lapses_on": None,
        "away": False,
    }
    return Supplier(**{**known, **changes})


def counted(*suppliers: Supplier, held: dict[UUID, list[Hold]] | None = None) -> list[tuple[int, ...]]:
    found = supply(suppliers, held or {}, TERM, DEFAULT_PARAMETERS).values()
    return [(each.educators, each.seats, each.held, each.free, each.at_risk, each.away) for each in found]


def test_seats_are_the_usual_ones_or_the_educators_own_number():
    own = a_supplier(max_concurrent=3)
    assert counted(a_supplier(), own) == [(2, 4, 0, 4, 0, 0)]
    assert counted(a_supplier(mode=Mode.OFF_SITE)) == [(1, 4, 0, 4, 0, 0)]


def test_two_students_one_after_the_other_take_one_seat():
    one = a_supplier(max_concurrent=2)
    in_turn = [Hold(TERM.starts_on, date(2026, 11, 30)), Hold(date(2026, 12, 1), TERM.ends_on)]
    assert counted(one, held={one.id: in_turn}) == [(1, 2, 1, 1, 0, 0)]


def test_more_students_than_seats_leave_no_seat_free_and_take_nobody_elses():
    full, empty = a_supplier(), a_supplier()
    assert counted(full, empty, held={full.id: [TERM, TERM]}) == [(2, 2, 2, 1, 0, 0)]


def test_free_seats_of_those_who_lapse_before_the_first_day_are_at_risk():
    lapsing = a_supplier(lapses_on=TERM.starts_on)
    lasting = a_supplier(lapses_on=date(2026, 9, 22))
    assert counted(lapsing, lasting) == [(2, 2, 0, 2, 1, 0)]


def test_those_who_are_away_have_no_seat():
    assert counted(a_supplier(away=True), a_supplier()) == [(1, 1, 0, 1, 0, 1)]


def test_seats_are_counted_by_organisation_directorate_and_mode():
    found = supply([a_supplier(), a_supplier(directorate=None)], {}, TERM, DEFAULT_PARAMETERS)
    assert set(found) == {
        Group(COUNCIL, Directorate.ADULTS, Mode.ON_SITE),
        Group(COUNCIL, None, Mode.ON_SITE),
    }
