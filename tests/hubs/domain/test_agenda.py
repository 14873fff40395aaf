"""Every session has its fixed items, and its steps fill its time exactly."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.agenda import agenda_of
from services.hubs.domain.planning import SessionKind

FIXED = {"check_in", "well_being", "pcf_links"}


@given(st.sampled_from(SessionKind), st.integers(15, 480))
def test_the_steps_fill_a_session_without_a_gap_and_hold_what_belongs_in_each(kind, minutes):
    steps = agenda_of(kind, minutes)
    assert {step.item for step in steps} >= FIXED
    assert (steps[0].from_minute, sum(step.minutes for step in steps)) == (0, minutes)
    assert all(step.minutes > 0 for step in steps)
    assert all(one.from_minute + one.minutes == following.from_minute for one, following in pairwise(steps))


def test_the_two_kinds_differ_in_what_stands_between():
    reflective, practice = [{step.item for step in agenda_of(kind, 90)} for kind in SessionKind]
    assert (reflective - practice, practice - reflective) == ({"group_reflection"}, {"skills_practice"})
