"""Allocation: as many as possible, the fewest moved, in hubs of a good size, mixed and near; and it says why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import process_time
from typing import Any
from uuid import UUID

from services.hubs.domain.allocation.inputs import Decision, Why
from services.hubs.domain.allocation.nearness import FURTHEST_KM, nearness
from services.hubs.domain.allocation.solve import allocate
from services.hubs.domain.hubs import Capacity, Scheme
from shared.ids import new_id
from tests.hubs.domain.crowds import (
    AUTUMN,
    LEEDS,
    LONDON,
    NORTH,
    SOUTH,
    WAKEFIELD,
    a_hub,
    a_student,
)


def sizes(decisions: Sequence[Decision]) -> Counter[UUID | None]:
    return Counter(d.hub_id for d in decisions if d.hub_id)


def test_thirty_students_fill_four_hubs_of_six_to_eight():
    students = [a_student(NORTH if n % 2 else SOUTH) for n in range(30)]
    decisions = allocate(students, [a_hub() for _ in range(4)])
    assert all(d.hub_id for d in decisions)
    assert all(6 <= size <= 8 for size in sizes(decisions).values())


def test_both_universities_meet_in_every_hub():
    students = [a_student(NORTH) for _ in range(12)] + [a_student(SOUTH) for _ in range(4)]
    decisions = allocate(students, [a_hub(), a_hub()])
    assert all(d.universities == 2 for d in decisions)
    for hub in sizes(decisions):
        there = [s.university_id for s, d in zip(students, decisions, strict=True) if d.hub_id == hub]
        assert there.count(SOUTH) == 2


def test_students_go_to_the_hub_near_their_setting():
    near, far = a_hub(LEEDS), a_hub(WAKEFIELD)
    students = [a_student(at=LEEDS) for _ in range(6)] + [a_student(at=WAKEFIELD) for _ in range(6)]
    decisions = allocate(students, [near, far])
    assert [d.hub_id for d in decisions] == [near.id] * 6 + [far.id] * 6
    assert {d.why for d in decisions} == {Why.NEAREST_HUB}
    assert {d.distance_km for d in decisions} == {0}


def test_a_ninth_student_is_taken_before_one_goes_without_but_never_a_tenth():
    decisions = allocate([a_student() for _ in range(10)], [a_hub()])
    assert sizes(decisions).total() == 9
    assert [d.why for d in decisions if d.hub_id is None] == [Why.HUBS_FULL]


def test_present_members_count():
    hub = a_hub(members=(NORTH,) * 7)
    decisions = allocate([a_student() for _ in range(4)], [hub])
    assert sizes(decisions)[hub.id] == 2
    assert all(d.members == 9 for d in decisions if d.hub_id)


def test_three_students_are_too_few_for_a_new_hub_but_join_one_that_runs():
    students = [a_student() for _ in range(3)]
    assert {d.why for d in allocate(students, [a_hub()])} == {Why.TOO_FEW}
    running = a_hub(members=(SOUTH,) * 3)
    assert {d.hub_id for d in allocate(students, [running])} == {running.id}


def test_two_hubs_are_not_opened_where_one_is_better_filled():
    decisions = allocate([a_student() for _ in range(8)], [a_hub(), a_hub()])
    assert list(sizes(decisions).values()) == [8]


def test_nobody_is_sent_across_the_country_and_is_told_so():
    decisions = allocate([a_student(at=LONDON)], [a_hub(LEEDS, members=(NORTH,) * 5)])
    assert [(d.hub_id, d.why) for d in decisions] == [(None, Why.OUT_OF_REACH)]


def test_a_hub_that_is_over_before_the_placement_begins_is_out_of_reach():
    assert nearness(a_student(), a_hub(ends_on=date(2026, 9, 20))) is None
    assert nearness(a_student(ends_on=date(2026, 9, 20)), a_hub()) is None
    assert nearness(a_student(), a_hub(ends_on=AUTUMN)) is not None


def test_without_any_hub_everybody_is_told_that_there_is_none():
    assert [d.why for d in allocate([a_student()], [])] == [Why.NO_HUB]
    assert allocate([], [a_hub()]) == ()


def test_names_of_localities_serve_where_coordinates_are_not_known():
    nowhere: dict[str, Any] = {"latitude": None, "longitude": None}
    ipswich = a_hub(locality="Ipswich", members=(NORTH,) * 4, **nowhere)
    norwich = a_hub(locality="Norwich", members=(NORTH,) * 4, **nowhere)
    (decision,) = allocate([a_student(locality="ipswich ", **nowhere)], [ipswich, norwich])
    assert decision.hub_id == ipswich.id
    assert decision.distance_km is None


def test_the_hub_of_the_students_service_area_and_weekday_is_preferred():
    student = a_student(service_area="Children in need", weekdays=frozenset({1, 2}))
    plain = a_hub(service_area="Adults", members=(SOUTH,) * 4)
    fitting = a_hub(service_area="children in need", members=(SOUTH,) * 4)
    wrong_day = replace(fitting, id=new_id(), weekday=5)
    (decision,) = allocate([student], [plain, wrong_day, fitting])
    assert decision.hub_id == fitting.id


def test_a_student_sent_further_because_the_near_hub_is_full_is_told_so():
    near, far = a_hub(LEEDS, members=(SOUTH,) * 9), a_hub(WAKEFIELD, members=(SOUTH,) * 5)
    (decision,) = allocate([a_student(at=LEEDS)], [near, far])
    assert (decision.hub_id, decision.why) == (far.id, Why.NEARER_HUB_FULL)


def test_a_student_sent_further_so_that_a_hub_can_run_is_told_so():
    near, far = a_hub(LEEDS, members=(SOUTH,) * 6), a_hub(WAKEFIELD, members=(SOUTH,) * 4)
    (decision,) = allocate([a_student(at=LEEDS)], [near, far])
    assert (decision.hub_id, decision.why) == (far.id, Why.BETTER_BALANCE)


def test_the_furthest_hub_is_eighty_kilometres_away():
    degrees = FURTHEST_KM / 111.195
    assert nearness(a_student(at=(53.0, 0.0)), a_hub((53.0 + degrees, 0.0))) is not None
    assert nearness(a_student(at=(53.0, 0.0)), a_hub((53.0 + degrees + 0.02, 0.0))) is None


def test_programmes_of_one_university_are_mixed_too():
    students = [a_student(programme_id=UUID(int=11 + n % 2)) for n in range(12)]
    decisions = allocate(students, [a_hub(), a_hub()])
    mixes = Counter((d.hub_id, s.programme_id) for s, d in zip(students, decisions, strict=True))
    assert list(mixes.values()) == [3, 3, 3, 3]


def test_nobody_sits_in_the_hub_of_their_assessor_where_another_is_near_enough():
    assessor = new_id()
    student = a_student(assessors=frozenset({assessor}))
    own = a_hub(LEEDS, members=(SOUTH,) * 6, facilitators=frozenset({new_id(), assessor}))
    other = a_hub(WAKEFIELD, members=(SOUTH,) * 6)
    (avoided,) = allocate([student], [own, other])
    assert (avoided.hub_id, avoided.facilitator_assesses) == (other.id, None)
    (disclosed,) = allocate([student], [own])
    assert (disclosed.hub_id, disclosed.facilitator_assesses) == (own.id, True)


def test_a_first_placement_is_told_that_the_hubs_are_for_others():
    hub = a_hub(members=(NORTH,) * 5)
    decisions = allocate([a_student(level="first"), a_student(is_statutory=False)], [hub])
    assert {d.why for d in decisions} == {Why.OUTSIDE_SCHEME}


def test_a_monthly_hub_takes_newly_qualified_social_workers_beside_students():
    hub = a_hub(scheme=Scheme(frozenset({"final", "asye"})))
    decisions = allocate([a_student() for _ in range(3)] + [a_student(level="asye") for _ in range(3)], [hub])
    assert sizes(decisions) == {hub.id: 6}


def test_a_small_peer_group_is_complete_with_three():
    group = a_hub(capacity=Capacity(3, 3, 5), scheme=Scheme(frozenset({"first"}), statutory_only=False))
    decisions = allocate([a_student(level="first") for _ in range(3)], [group])
    assert sizes(decisions) == {group.id: 3}


def test_one_member_is_moved_so_that_somebody_who_could_go_nowhere_else_has_a_hub():
    near, far = a_hub(LEEDS, is_running=True), a_hub((53.2, -1.5), members=(SOUTH,) * 6)
    members = [a_student(current_hub_id=near.id) for _ in range(9)]
    northern = a_student(at=(54.4, -1.55))
    decisions = allocate([*members, northern], [near, far])
    assert decisions[-1].hub_id == near.id
    moved = [d for d in decisions if d.moved_from is not None]
    assert [(d.hub_id, d.moved_from, d.why) for d in moved] == [(far.id, near.id, Why.MOVED)]
    assert Counter(d.why for d in decisions)[Why.STAYS] == 8


def test_three_hundred_students_over_forty_hubs_take_less_than_five_seconds():
    spread = [(51.0 + n * 0.05, -1.5 + (n % 7) * 0.1) for n in range(40)]
    hubs = [a_hub(at, weekday=1 + n % 5) for n, at in enumerate(spread)]
    students = [
        a_student(
            UUID(int=1 + n % 6),
            spread[n * 7 % 40],
            programme_id=UUID(int=100 + n % 13),
            weekdays=frozenset({1, 2, 3}),
        )
        for n in range(300)
    ]
    began = process_time()
    decisions = allocate(students, hubs)
    assert process_time() - began < 5
    assert all(d.hub_id for d in decisions)
    assert all(4 <= size <= 9 for size in sizes(decisions).values())
