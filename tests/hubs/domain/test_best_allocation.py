"""No other allocation is better by the stated aims, whatever the order of the lists."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hubs.domain.allocation.inputs import HubInput, StudentInput
from services.hubs.domain.allocation.model import (
    BEYOND_TARGET,
    MISSING_MEMBER,
    SAME_PROGRAMME,
    SAME_UNIVERSITY,
)
from services.hubs.domain.allocation.nearness import nearness
from services.hubs.domain.allocation.solve import allocate
from services.hubs.domain.hubs import Capacity
from tests.hubs.domain.crowds import (
    LEEDS,
    LONDON,
    NORTH,
    SOUTH,
    WAKEFIELD,
    a_hub,
    a_student,
)


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
