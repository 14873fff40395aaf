"""Patterns of un-notified absence: what counts, what never does, and what is told when a register changes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.attendance import NEVER_COUNTS, Mark, Pattern, Status, notices, pattern_of
from shared.ids import new_id

P, L, N, U, E = (
    Status.PRESENT,
    Status.LATE,
    Status.ABSENT_NOTIFIED,
    Status.ABSENT_UNNOTIFIED,
    Status.EXCUSED,
)
IDS = [new_id() for _ in range(40)]
statuses = st.lists(st.sampled_from(list(Status)), max_size=20)


def marks(*said: Status) -> list[Mark]:
    return [Mark(IDS[n], date(2026, 9, 8) + timedelta(weeks=n), status) for n, status in enumerate(said)]


def pattern(*said: Status) -> Pattern:
    return pattern_of(marks(*said))


def test_the_first_unnotified_absence_is_a_run_of_one():
    assert pattern(P, P, U) == Pattern(1, 1, 3)


def test_two_in_a_row_are_two():
    assert pattern(P, U, U) == Pattern(2, 2, 3)


def test_being_there_ends_the_run_even_if_late():
    assert pattern(U, U, L) == Pattern(0, 2, 3)
    assert pattern(U, P, U) == Pattern(1, 2, 3)


def test_only_the_last_six_sessions_that_count_are_looked_at():
    assert pattern(U, U, P, P, P, P, P, U) == Pattern(1, 1, 6)
    assert pattern(U, P, P, U, P, U) == Pattern(1, 3, 6)


def test_an_excused_or_notified_absence_is_as_if_the_session_had_not_been():
    assert pattern(U, E, N, U) == Pattern(2, 2, 2)
    assert pattern(E, N) == Pattern(0, 0, 0)


@given(statuses, st.sampled_from(sorted(NEVER_COUNTS)), st.integers(0, 20))
def test_what_never_counts_can_be_put_anywhere_and_changes_nothing(said, neutral, place):
    assert pattern(*said) == pattern(*said[:place], neutral, *said[place:])


@given(statuses)
def test_the_numbers_of_a_pattern_agree_with_each_other(said):
    found = pattern(*said)
    assert 0 <= found.unnotified_of_last_six <= found.sessions_of_last_six <= 6
    assert min(found.consecutive_unnotified, 6) <= found.unnotified_of_last_six
    assert found.consecutive_unnotified <= said.count(U)


@given(statuses)
def test_the_same_register_again_tells_nothing(said):
    assert notices(marks(*said), marks(*said)) == ()


@given(statuses, st.integers(0, 19), st.sampled_from(list(Status)))
def test_what_was_told_and_what_is_told_now_add_up_to_the_truth(said, place, correction):
    """Somebody who keeps the last notice of each session knows each un-notified absence and its numbers."""
    corrected = [*said]
    if place < len(corrected):
        corrected[place] = correction
    known = {n.session_id: n.pattern for n in notices([], marks(*said))}
    known |= {n.session_id: n.pattern for n in notices(marks(*said), marks(*corrected))}
    still = {session: told for session, told in known.items() if told.consecutive_unnotified}
    assert still == {n.session_id: n.pattern for n in notices([], marks(*corrected))}


def test_a_corrected_absence_is_taken_back_and_later_ones_get_new_numbers():
    told = notices(marks(P, U, U, U), marks(P, P, U, U))
    assert [(n.session_id, n.pattern) for n in told] == [
        (IDS[1], Pattern(0, 0, 0)),
        (IDS[2], Pattern(1, 1, 3)),
        (IDS[3], Pattern(2, 2, 4)),
    ]


def test_a_present_register_tells_nothing():
    assert notices(marks(P, P), marks(P, P, P)) == ()
