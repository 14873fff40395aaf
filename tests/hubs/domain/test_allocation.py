"""Allocation: as many as possible, in hubs of a good size, mixed and near; and it says why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput, Why
from services.hubs.domain.allocation.model import BEYOND_TARGET, MISSING_MEMBER, SAME_UNIVERSITY
from services.hubs.domain.allocation.nearness import FURTHEST_KM, nearness
from services.hubs.domain.allocation.solve import allocate
from services.hubs.domain.hubs import Capacity
from shared.ids import new_id

NORTH, SOUTH = UUID(int=1), UUID(int=2)
LEEDS, WAKEFIELD, LONDON = (53.80, -1.55), (53.68, -1.50), (51.51, -0.13)
AUTUMN = date(2026, 9, 21)
SPRING = date(2027, 3, 12)
USUAL = Capacity()


def a_student(university: UUID = NORTH, at: tuple[float, float] = LEEDS, **more: Any) -> StudentInput:
    given_: dict[str, Any] = {
        "starts_on": AUTUMN,
        "ends_on": SPRING,
        "latitude": at[0],
        "longitude": at[1],
    } | more
    return StudentInput(placement_id=new_id(), student_id=new_id(), university_id=university, **given_)


def a_hub(at: tuple[float, float] = LEEDS, capacity: Capacity = USUAL, **more: Any) -> HubInput:
    given_: dict[str, Any] = {"weekday": 2, "starts_on": AUTUMN, "latitude": at[0], "longitude": at[1]} | more
    return HubInput(id=new_id(), capacity=capacity, **given_)


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


def points(
    students: Sequence[StudentInput], hubs: Sequence[HubInput], choice: Sequence[int | None]
) -> tuple[int, int] | None:
    """What a choice costs by the published weights, or None where it is forbidden; (unplaced, points)."""
    total, mixes = 0, [Counter(hub.members) for hub in hubs]
    for student, hub in zip(students, choice, strict=True):
        if hub is None:
            continue
        near = nearness(student, hubs[hub])
        if near is None:
            return None
        total += near.points + SAME_UNIVERSITY * mixes[hub][student.university_id]
        mixes[hub][student.university_id] += 1
    for place, mix in zip(hubs, mixes, strict=True):
        load, taken = mix.total(), mix.total() - len(place.members)
        if (load > place.capacity.hard and taken) or (not place.members and 0 < load < place.capacity.min):
            return None
        if load:
            total += MISSING_MEMBER * max(0, place.capacity.comfortable - load)
            total += BEYOND_TARGET * max(0, load - max(place.capacity.target, len(place.members)))
    return choice.count(None), total


small_hubs = st.builds(
    lambda at, members, hard: a_hub(at, Capacity(2, 3, hard), members=tuple(members)),
    st.sampled_from([LEEDS, WAKEFIELD, LONDON]),
    st.lists(st.sampled_from([NORTH, SOUTH]), max_size=4),
    st.integers(3, 4),
)
small_students = st.builds(
    a_student, st.sampled_from([NORTH, SOUTH]), st.sampled_from([LEEDS, WAKEFIELD, (53.3, -1.4)])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(small_students, max_size=5), st.lists(small_hubs, max_size=3))
def test_no_other_allocation_is_better(students, hubs):
    decisions = allocate(students, hubs)
    places = {hub.id: n for n, hub in enumerate(hubs)}
    chosen = [None if d.hub_id is None else places[d.hub_id] for d in decisions]
    every = product([None, *range(len(hubs))], repeat=len(students))
    best = min(cost for choice in every if (cost := points(students, hubs, list(choice))) is not None)
    assert points(students, hubs, chosen) == best


@settings(max_examples=30, deadline=None)
@given(
    st.lists(small_students, max_size=12), st.lists(small_hubs, max_size=4), st.randoms(use_true_random=False)
)
def test_the_order_in_which_students_and_hubs_are_listed_decides_nothing(students, hubs, random):
    first = {d.placement_id: d for d in allocate(students, hubs)}
    random.shuffle(students)
    random.shuffle(hubs)
    assert {d.placement_id: d for d in allocate(students, hubs)} == first


def test_the_furthest_hub_is_eighty_kilometres_away():
    degrees = FURTHEST_KM / 111.195
    assert nearness(a_student(at=(53.0, 0.0)), a_hub((53.0 + degrees, 0.0))) is not None
    assert nearness(a_student(at=(53.0, 0.0)), a_hub((53.0 + degrees + 0.02, 0.0))) is None
