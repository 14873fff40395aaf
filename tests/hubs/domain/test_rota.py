"""Everyone presents, within one of the others."""

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.hubs import Cadence
from services.hubs.domain.planning import PlannedSession, Rhythm, SessionKind, plan_sessions
from services.hubs.domain.rota import Presenter, presenter_rota
from shared.calendar import ENGLAND
from shared.ids import new_id

START = date(2026, 9, 1)


def sessions(count: int) -> tuple[PlannedSession, ...]:
    return plan_sessions(Rhythm(Cadence.WEEKLY, 2), START, ENGLAND, count=count)


def members(count: int, **more: Any) -> list[Presenter]:
    return [Presenter(new_id(), START, **more) for _ in range(count)]


@given(st.integers(0, 60), st.integers(1, 9))
def test_every_member_presents_within_one_of_the_others(count, size):
    hub = members(size)
    rota = presenter_rota(sessions(count), hub)
    turns = Counter(rota.values())
    assert len(rota) == count
    assert max(turns[m.membership_id] for m in hub) - min(turns[m.membership_id] for m in hub) <= 1


@given(st.integers(1, 9))
def test_over_two_full_rounds_everyone_presents_one_of_each_kind(size):
    hub = members(size)
    planned = sessions(2 * size)
    rota = presenter_rota(planned, hub)
    for member in hub:
        kinds = {s.kind for s in planned if rota[s.number] == member.membership_id}
        assert kinds == set(SessionKind)


@given(st.integers(0, 40), st.integers(1, 6), st.integers(1, 6))
def test_those_who_presented_less_before_are_asked_first(count, fresh, seasoned):
    past = (SessionKind.REFLECTIVE_SKILLS,)
    hub = [*members(fresh), *members(seasoned, presented=past)]
    turns = Counter(presenter_rota(sessions(count), hub).values())
    totals = [turns[m.membership_id] + len(m.presented) for m in hub]
    assert max(totals) - min(totals) <= 1


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=9), st.integers(1, 20)
)
def test_nobody_presents_before_joining_or_after_leaving(stays, count):
    planned = sessions(count)
    at = [*(s.held_on for s in planned), *[planned[-1].held_on] * 21]
    hub = [Presenter(new_id(), at[min(stay)], at[max(stay)]) for stay in stays]
    by_id = {m.membership_id: m for m in hub}
    rota = presenter_rota(planned, hub)
    for session in planned:
        there = [m for m in hub if m.is_there(session.held_on)]
        assert (session.number in rota) == bool(there)
        if there:
            assert by_id[rota[session.number]].is_there(session.held_on)


def test_a_hub_without_members_has_sessions_without_a_presenter():
    assert presenter_rota(sessions(3), []) == {}
