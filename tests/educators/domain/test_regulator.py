from datetime import date

import pytest

from services.educators.domain.codes import RegisterStatus, Restriction
from services.educators.domain.regulator import (
    Answer,
    MismatchKind,
    last_renewal,
    mismatch_of,
    ran_out_before,
    same_surname,
    surname_in,
)
from services.educators.domain.regulator_words import day_in, meaning_of, restriction_in, status_in

RENEWAL = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Amara Fielding", "Fielding"),
        ("Amara Fielding", "FIELDING"),
        ("Siobhan O'Neill", "ONeill"),
        ("Siobhan O\N{RIGHT SINGLE QUOTATION MARK}Neill", "O'Neill"),
        ("Ana Maria Garcia-Lopez", "Garcia Lopez"),
        ("Zoë Brontë", "Bronte"),
        ("Iain Mac Donald", "MacDonald"),
        ("Fielding, Amara", "Fielding"),
        ("Prince", "Prince"),
    ],
)
def test_a_surname_is_the_same_however_it_is_written(ours, theirs):
    assert same_surname(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Amara Fielding", "Field"),
        ("Amara Fielding", "Amara"),
        ("Peter Anderson", "Son"),
        ("Amara Fielding", ""),
        ("Amara Fielding", "--"),
    ],
)
def test_another_surname_is_another_surname(ours, theirs):
    assert not same_surname(ours, theirs)


def test_a_whole_name_tells_its_surname():
    assert surname_in("Amara Fielding") == "Fielding"
    assert surname_in("FIELDING, Amara") == "FIELDING"
    assert surname_in("Prince") == "Prince"


@pytest.mark.parametrize(
    ("today", "renewal", "ended_before"),
    [
        (date(2026, 11, 30), date(2025, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), RENEWAL, RENEWAL),
        (date(2026, 12, 31), RENEWAL, RENEWAL),
        (date(2027, 1, 1), RENEWAL, date(2027, 1, 1)),
    ],
)
def test_the_renewal_of_30_november_is_over_in_december_and_shows_through_it(today, renewal, ended_before):
    assert (last_renewal(today), ran_out_before(today)) == (renewal, ended_before)


@pytest.mark.parametrize(
    ("checked_on", "expected"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), MismatchKind.REGISTRATION_RAN_OUT),
    ],
)
def test_registered_until_30_november_is_no_lapse_by_itself_in_december(checked_on, expected):
    answer = Answer("SW1", "Fielding", RegisterStatus.REGISTERED, RENEWAL, Restriction.NONE)
    assert mismatch_of(answer, "Amara Fielding", checked_on) is expected


def test_somebody_not_registered_is_no_mismatch():
    answer = Answer("SW1", "Fielding", RegisterStatus.NOT_REGISTERED, date(2020, 11, 30), Restriction.NONE)
    assert mismatch_of(answer, "Amara Fielding", RENEWAL) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Registered", RegisterStatus.REGISTERED),
        ("REGISTERED WITH CONDITIONS", RegisterStatus.REGISTERED),
        ("  registered ", RegisterStatus.REGISTERED),
        ("Not registered", RegisterStatus.NOT_REGISTERED),
        ("Removed (non-renewal)", RegisterStatus.NOT_REGISTERED),
        ("Suspended", RegisterStatus.NOT_REGISTERED),
        ("Lapsed", RegisterStatus.NOT_REGISTERED),
        ("Perhaps", None),
        ("", None),
    ],
)
def test_a_status_is_registered_or_not_or_not_understood(words, expected):
    assert status_in(words) is expected


@pytest.mark.parametrize(
    ("status", "columns", "expected"),
    [
        ("Registered", (), Restriction.NONE),
        ("Registered", ("None", "n/a", "-", "No conditions"), Restriction.NONE),
        ("Registered", ("No current sanctions or conditions",), Restriction.NONE),
        ("Registered", ("Yes",), Restriction.CONDITIONS),
        ("Registered with conditions", ("",), Restriction.CONDITIONS),
        ("Registered", ("Conditions of practice", "Interim order"), Restriction.SANCTION),
        ("Suspended", (), Restriction.SANCTION),
        ("Registered", ("something nobody foresaw",), Restriction.CONDITIONS),
    ],
)
def test_whatever_is_not_clearly_nothing_is_a_restriction(status, columns, expected):
    assert restriction_in(status, *columns) is expected


@pytest.mark.parametrize(
    "words", ["30/11/2026", "30-11-2026", "30.11.2026", "2026-11-30", "30 November 2026", "30 Nov 2026"]
)
def test_a_day_is_understood_as_people_write_it(words):
    assert day_in(words) == RENEWAL


@pytest.mark.parametrize(
    "words",
    ["11/30/2026", "31 November 2026", "soon", "", "0/0/0000", "1/1/1899", "1/1/2200", "30 Brumaire 2026"],
)
def test_a_day_that_is_none_is_not_guessed(words):
    assert day_in(words) is None


def test_headings_are_understood_however_they_are_spelt():
    spelt = ("Registration Number", "registration_number", "REG NO.", "Registration-No")
    assert {meaning_of(each) for each in spelt} == {"number"}
    assert meaning_of("Registered Until") == "registered_until"
    assert meaning_of("Town of employment") is None
