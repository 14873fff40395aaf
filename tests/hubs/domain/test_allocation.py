"""Allocation: as many as possible, the fewest moved, in hubs of a good size, mixed and near; and it says why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from time import process_time
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput, Why
from services.hubs.domain.allocation.model import (
    BEYOND_TARGET,
    MISSING_MEMBER,
    SAME_PROGRAMME,
    SAME_UNIVERSITY,
)
from services.hubs.domain.allocation.nearness import FURTHEST_KM, nearness
from services.hubs.domain.allocation.solve import allocate
from services.hubs.domain.hubs import Capacity, Scheme
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
) -> tuple[int, int, int] | None:
    """What a choice costs by the published weights, or None where it is forbidden; (unplaced, moved, points)."""
    if any(student.current_hub_id and hub is None for student, hub in zip(students, choice, strict=True)):
        return None
    placed = [(student, hub) for student, hub in zip(students, choice, strict=True) if hub is not None]
    near = [nearness(student, hubs[hub]) for student, hub in placed]
    loads = [len(hub.members) + choice.count(place) for place, hub in enumerate(hubs)]
    if None in near or any(forbidden(hub, load) for hub, load in zip(hubs, loads, strict=True)):
        return None
    moved = sum(student.current_hub_id not in {None, hubs[hub].id} for student, hub in placed)
    total = sum(each.points for each in near if each is not None)
    total += sum(by_size(hub, load) for hub, load in zip(hubs, loads, strict=True))
    return choice.count(None), moved, total + by_mix(hubs, placed)


def forbidden(hub: HubInput, load: int) -> bool:
    return load > max(hub.capacity.hard, len(hub.members)) or (not hub.runs and 0 < load < hub.capacity.min)


def by_size(hub: HubInput, load: int) -> int:
    if not load and not hub.runs:
        return 0
    beyond = load - max(hub.capacity.target, len(hub.members))
    return MISSING_MEMBER * max(0, hub.capacity.comfortable - load) + BEYOND_TARGET * max(0, beyond)


def by_mix(hubs: Sequence[HubInput], placed: Sequence[tuple[StudentInput, int]]) -> int:
    total = 0
    universities = [Counter(hub.members) for hub in hubs]
    programmes: list[Counter[tuple[UUID, UUID]]] = [Counter() for _ in hubs]
    for student, hub in placed:
        total += SAME_UNIVERSITY * universities[hub][student.university_id]
        universities[hub][student.university_id] += 1
        if student.programme_id is not None:
            programme = student.university_id, student.programme_id
            total += SAME_PROGRAMME * programmes[hub][programme]
            programmes[hub][programme] += 1
    return total


small_hubs = st.builds(
    lambda at, members, hard: a_hub(
        at, Capacity(2, 3, hard), members=tuple(members), facilitators=frozenset({NORTH})
    ),
    st.sampled_from([LEEDS, WAKEFIELD, LONDON]),
    st.lists(st.sampled_from([NORTH, SOUTH]), max_size=4),
    st.integers(3, 4),
)
small_students = st.builds(
    a_student,
    st.sampled_from([NORTH, SOUTH]),
    st.sampled_from([LEEDS, WAKEFIELD, (53.3, -1.4)]),
    programme_id=st.sampled_from([None, UUID(int=11), UUID(int=12)]),
    assessors=st.sampled_from([frozenset(), frozenset({NORTH})]),
)


def settled(
    students: list[StudentInput], hubs: list[HubInput], where: list[int]
) -> tuple[list[StudentInput], list[HubInput]]:
    """Some of the students are members already, as far as there is room."""
    room = [hub.capacity.hard - len(hub.members) for hub in hubs]
    for s, h in enumerate(where[: len(students)]):
        if h < len(hubs) and room[h] > 0:
            room[h] -= 1
            students[s] = replace(students[s], current_hub_id=hubs[h].id)
            hubs[h] = replace(hubs[h], is_running=True)
    return students, hubs


crowds = st.builds(
    settled,
    st.lists(small_students, max_size=5),
    st.lists(small_hubs, max_size=3),
    st.lists(st.integers(0, 5), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(crowds)
def test_no_other_allocation_is_better(crowd):
    students, hubs = crowd
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
