"""What members and facilitators tell, what placements hears of it, and what a partnership learns from numbers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from shared.ids import new_id
from tests.hubs.factories import (
    NORTH,
    SOUTH,
    Service,
    a_candidate,
    a_hub,
    a_member,
    events,
    sessions_of,
)

RATINGS = {
    "confidence": 2,
    "reflective_thinking": 3,
    "practice_skills": 2,
    "peer_support": 1,
    "wellbeing": 3,
}


class Group:
    """A hub of six (five of the north, one of the south) with eight sessions; it is the morning before the first."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.leader = new_id()
        self.hub: Hub
        self.members: list[Membership] = []
        self.ids: list[str] = []

    async def begin(self) -> None:
        tenant = self.service.tenant
        self.hub = await a_hub(tenant, facilitator_person_id=self.leader)
        for number in range(6):
            university = NORTH if number < 5 else SOUTH
            self.members.append(await a_member(tenant, self.hub, university_id=university))
        self.ids = [str(one.id) for one in await sessions_of(tenant, self.hub, count=8)]

    def student(self, place: int) -> Any:
        return self.service.person(self.members[place].student_id, "student", NORTH)

    @property
    def facilitator(self) -> Any:
        return self.service.person(self.leader, "facilitator", NORTH)

    async def take(self, session: int, *absent: int, status: str = "absent_unnotified") -> Any:
        records = [
            {"student_id": str(member.student_id), "status": status if place in absent else "present"}
            for place, member in enumerate(self.members)
        ]
        path = f"/v1/sessions/{self.ids[session]}/attendance"
        taken = await self.facilitator("PUT", path, {"records": records}, {"If-Match": "*"})
        assert taken.status_code == 200, taken.text
        return taken


@pytest.fixture
async def group(service: Service) -> Group:
    begun = Group(service)
    await begun.begin()
    return begun


async def test_an_absence_told_before_the_session_is_a_notified_one_and_no_signal(group: Group):
    path = f"/v1/sessions/{group.ids[0]}/absence-notices"
    told = await group.student(0)("POST", path, {"reason": "illness"})
    assert told.status_code == 201, told.text
    assert (await group.student(0)("POST", path, {"reason": "illness"})).json()["id"] == told.json()["id"]
    assert (await group.facilitator("POST", path, {"reason": "illness"})).status_code == 403
    group.service.tenant.clock.move(timedelta(days=2))
    late = await group.student(1)("POST", path, {"reason": "travel"})
    assert (late.status_code, late.json()["code"]) == (409, "session_begun")
    register = (await group.take(0, 0, 1)).json()["records"]
    said = {one["student_id"]: (one["status"], one["notified_at"] is not None) for one in register}
    assert said[str(group.members[0].student_id)] == ("absent_notified", True)
    assert said[str(group.members[1].student_id)] == ("absent_unnotified", False)
    ((_, noticed),) = await events(group.service.tenant, "hub_absence.noticed")
    assert noticed["student_id"] == str(group.members[1].student_id)
    version = (await group.facilitator("GET", f"/v1/sessions/{group.ids[0]}/attendance")).headers["etag"]
    assert (await group.take(0, 0, 1)).headers["etag"] == version


async def test_attendance_of_a_member_is_told_from_the_fifth_expected_session_on(group: Group):
    group.service.tenant.clock.move(timedelta(weeks=9))
    await group.take(0, 0, status="excused")
    for session in range(1, 6):
        await group.take(session, *([0] if session < 3 else []))
    own = [
        data
        for _, data in await events(group.service.tenant, "hub_attendance.counted")
        if data["student_id"] == str(group.members[0].student_id)
    ]
    assert [(one["expected"], one["attended"], one["attendance_percent"]) for one in own] == [(5, 3, 60)]
    path = f"/v1/memberships/{group.members[0].id}/attendance"
    seen = (await group.student(0)("GET", path)).json()
    expected = {
        "expected_in_all": 8,
        "to_come": 2,
        "n": 6,
        "absent_unnotified": 2,
        "excused": 1,
        "rate": 60.0,
    }
    assert seen | expected == seen
    assert (await group.student(1)("GET", path)).status_code == 404
    report = (await group.service.office("GET", "/v1/reports/attendance")).json()
    assert [(one["university_id"], one["students"]) for one in report["cohorts"]] == [
        (str(NORTH), 5),
        (str(SOUTH), 1),
    ]


async def test_a_facilitators_flag_carries_no_words_and_the_student_sees_it(group: Group):
    path = f"/v1/hubs/{group.hub.id}/flags"
    flag = {"membership_id": str(group.members[0].id), "about": "wellbeing", "is_urgent": True}
    assert (await group.facilitator("POST", path, {**flag, "note": "told me"})).status_code == 422
    assert (await group.student(1)("POST", path, flag)).status_code == 403
    raised = await group.facilitator("POST", path, flag)
    assert raised.status_code == 201, raised.text
    ((_, told),) = await events(group.service.tenant, "hub_flag.raised")
    assert (told["placement_id"], told["about"], told["is_urgent"]) == (
        str(group.members[0].placement_id),
        "wellbeing",
        True,
    )
    seen = [len((await group.student(n)("GET", "/v1/flags")).json()["items"]) for n in (0, 1)]
    assert seen == [1, 0]
    assert len((await group.facilitator("GET", f"/v1/flags?hub_id={group.hub.id}")).json()["items"]) == 1
    stranger = await group.facilitator("POST", path, {**flag, "membership_id": str(new_id())})
    assert stranger.json()["errors"][0]["code"] == "unknown_reference"


async def rated(group: Group, place: int, moment: str, **more: int) -> Any:
    path = f"/v1/memberships/{group.members[place].id}/self-ratings/{moment}"
    return await group.student(place)("PUT", path, {**RATINGS, **more})


async def test_a_member_rates_themselves_and_nobody_else_can(group: Group):
    assert (await rated(group, 0, "before")).status_code == 200
    assert (await rated(group, 0, "before")).headers["etag"] == '"1"'
    assert (await rated(group, 0, "before", confidence=5)).status_code == 428
    assert (await rated(group, 0, "before", confidence=6)).status_code == 422
    path = f"/v1/memberships/{group.members[0].id}/self-ratings/before"
    for other in (group.facilitator, group.student(1), group.service.office):
        assert (await other("PUT", path, RATINGS)).status_code == 404


async def test_the_evaluation_hides_small_groups_and_compares_with_those_who_had_no_hub(group: Group):
    for place in range(4):
        await rated(group, place, "before")
        await rated(group, place, "after", confidence=4)

    async def report(query: str = "") -> dict[str, Any]:
        found = await group.service.office("GET", f"/v1/reports/evaluation{query}")
        assert found.status_code == 200, found.text
        body: dict[str, Any] = found.json()
        return body

    (few,) = [one for one in (await report())["self_ratings"] if one["scale"] == "confidence"]
    assert few == {"scale": "confidence", "n": 4, "before": None, "after": None, "change": None}
    await rated(group, 4, "before")
    await rated(group, 4, "after", confidence=4)
    for _ in range(5):
        await a_candidate(group.service.tenant, placement_level="first", status="ended_early")
    group.service.tenant.clock.move(timedelta(days=2))
    await group.take(0, 0)
    found = await report("?from=2026-09-01&to=2026-12-31")
    (enough,) = [one for one in found["self_ratings"] if one["scale"] == "confidence"]
    assert enough == {"scale": "confidence", "n": 5, "before": 2.0, "after": 4.0, "change": 2.0}
    assert found["attendance"] == {"n": 6, "students": 6, "hubs": 1, "rate": 83.33}
    assert found["reach"] == {"students": 11, "with_hub": 6, "sessions_held": 1, "sessions_cancelled": 0}
    assert found["hub"]["completed"] is None
    assert (found["no_hub"]["ended_early"], found["no_hub"]["completion_rate"]) == (5, 0.0)
    nothing = {"known": 0, "in_social_work": None, "with_a_host": None}
    assert found["employment"] == {"hub": nothing, "no_hub": nothing}
    empty = await report("?from=2030-01-01")
    assert (empty["attendance"]["n"], empty["attendance"]["rate"]) == (0, None)


async def test_a_newly_qualified_members_absence_is_nobodys_signal(group: Group):
    tenant, person = group.service.tenant, UUID(int=77)
    hub = await a_hub(tenant, takes=["asye"], capacity_min=1)
    member = await a_member(tenant, hub, placement_level="asye", student_id=person)
    (session,) = await sessions_of(tenant, hub, count=1)
    tenant.clock.move(timedelta(days=2))
    body = {"records": [{"student_id": str(person), "status": "absent_unnotified"}]}
    assert (
        await group.service.office("PUT", f"/v1/sessions/{session.id}/attendance", body)
    ).status_code == 200
    assert await events(tenant, "hub_absence.noticed") == []
    flag = {"membership_id": str(member.id), "about": "wellbeing"}
    refused = await group.service.office("POST", f"/v1/hubs/{hub.id}/flags", flag)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_placement")
