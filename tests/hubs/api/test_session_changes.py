"""Sessions that do not go as planned, over HTTP: moved, cancelled, covered; and the calendar that tells of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import vobject

from services.hubs.models.hubs import Hub
from shared.ids import new_id
from tests.hubs.factories import NORTH, Service, a_hub, a_member, events, sessions_of

STAR = {"If-Match": "*"}


class Term:
    """A hub with three members and six planned Tuesdays; it is Monday 7 September 2026."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.leader, self.sharer = new_id(), new_id()
        self.hub: Hub
        self.student: UUID
        self.ids: list[str] = []

    async def begin(self) -> None:
        tenant = self.service.tenant
        self.hub = await a_hub(
            tenant, facilitator_person_id=self.leader, co_facilitator_person_id=self.sharer
        )
        members = [await a_member(tenant, self.hub) for _ in range(3)]
        self.student = members[0].student_id
        self.ids = [str(one.id) for one in await sessions_of(tenant, self.hub)]

    async def act(self, place: int, what: str, body: dict[str, Any], who: Any = None) -> Any:
        caller = who or self.service.person(self.leader, "facilitator")
        return await caller("POST", f"/v1/sessions/{self.ids[place]}/{what}", body, STAR)

    async def listed(self, query: str = "held=true") -> list[dict[str, Any]]:
        found = await self.service.office("GET", f"/v1/hubs/{self.hub.id}/sessions?{query}")
        items: list[dict[str, Any]] = found.json()["items"]
        return items


@pytest.fixture
async def term(service: Service) -> Term:
    begun = Term(service)
    await begun.begin()
    return begun


async def test_a_session_moves_to_another_open_day_between_its_neighbours(term: Term):
    moved = await term.act(1, "move", {"held_on": "2026-09-17", "starts_at": "13:00"})
    assert moved.status_code == 200, moved.text
    assert (moved.json()["moved_from"], moved.json()["begins_at"]) == ("2026-09-15", "2026-09-17T12:00:00Z")
    back = await term.act(1, "move", {"held_on": "2026-09-16"})
    assert back.json()["moved_from"] == "2026-09-15"
    refused = [
        (await term.act(1, "move", {"held_on": day})).json()["code"]
        for day in ("2026-09-19", "2026-09-22", "2026-09-30", "2026-09-01")
    ]
    assert refused == ["hub_closed", "already_planned", "session_overtakes", "invalid_input"]
    assert [kind for kind, _ in await events(term.service.tenant, "session.moved")] == ["session.moved"] * 2


async def test_a_cancelled_session_is_closed_up_so_that_kinds_go_on_alternating(term: Term):
    cancelled = await term.act(1, "cancellation", {"reason": "weather", "close_up": True})
    assert (cancelled.status_code, cancelled.json()["cancel_reason"]) == (200, "weather")
    held = sorted(await term.listed(), key=lambda one: one["held_on"])
    assert [(one["number"], one["kind"][0]) for one in held] == [
        (1, "r"),
        (2, "p"),
        (3, "r"),
        (4, "p"),
        (5, "r"),
    ]
    presenters = [one["presenter"]["membership_id"] for one in held]
    assert max(presenters.count(each) for each in presenters) == 2
    assert cancelled.json()["presenter"] is None
    again = await term.act(1, "cancellation", {"reason": "weather"})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    plan = {"starts_on": "2026-10-20", "count": 1}
    (added,) = (await term.service.office("POST", f"/v1/hubs/{term.hub.id}/session-plans", plan)).json()[
        "items"
    ]
    assert (added["number"], added["kind"]) == (6, "practice_skills")


async def test_a_session_cancelled_without_closing_up_leaves_the_plan_as_it_is(term: Term):
    await term.act(5, "cancellation", {"reason": "facilitator_away"})
    assert [one["number"] for one in await term.listed()] == [1, 2, 3, 4, 5]
    assert [one["number"] for one in await term.listed("held=false")] == [6]
    plan = {"starts_on": "2026-10-13", "count": 1}
    (added,) = (await term.service.office("POST", f"/v1/hubs/{term.hub.id}/session-plans", plan)).json()[
        "items"
    ]
    assert (added["number"], added["kind"], added["held_on"]) == (7, "reflective_skills", "2026-10-13")


async def test_a_cancelled_session_has_no_register(term: Term):
    await term.act(0, "cancellation", {"reason": "other"})
    refused = await term.service.office("PUT", f"/v1/sessions/{term.ids[0]}/attendance", {"records": []})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_state")


async def test_whoever_covers_leads_this_one_session_and_sees_no_other(term: Term):
    cover = new_id()
    stand_in = term.service.person(cover, "facilitator", NORTH)
    assert (await stand_in("GET", f"/v1/sessions/{term.ids[0]}")).status_code == 404
    given = await term.act(0, "cover", {"facilitator_person_id": str(cover)})
    assert given.json()["covered_by_person_id"] == str(cover)
    register = (await stand_in("GET", f"/v1/sessions/{term.ids[0]}/attendance")).json()["records"]
    term.service.tenant.clock.move(timedelta(days=2))
    records = [{"student_id": one["student_id"], "status": "present"} for one in register]
    taken = await stand_in("PUT", f"/v1/sessions/{term.ids[0]}/attendance", {"records": records})
    assert (taken.status_code, taken.json()["present"]) == (200, 3)
    assert (await stand_in("GET", f"/v1/sessions/{term.ids[1]}/attendance")).status_code == 404


async def test_facilitators_who_share_the_job_have_the_same_rights(term: Term):
    sharer = term.service.person(term.sharer, "facilitator", NORTH)
    assert (await term.act(2, "cancellation", {"reason": "other"}, sharer)).status_code == 200
    student = term.service.person(term.student, "student", NORTH)
    assert (await term.act(3, "cancellation", {"reason": "other"}, student)).status_code == 403


async def test_the_agenda_has_the_fixed_items(term: Term):
    student = term.service.person(term.student, "student", NORTH)
    agenda = (await student("GET", f"/v1/sessions/{term.ids[0]}/agenda")).json()
    assert [step["item"] for step in agenda["steps"]][:2] == ["check_in", "well_being"]
    assert sum(step["minutes"] for step in agenda["steps"]) == agenda["minutes"] == 90


async def test_a_plan_follows_the_members_placements_and_may_be_spread_evenly(service: Service):
    hub = await a_hub(service.tenant, ends_on=None)
    path = f"/v1/hubs/{hub.id}/session-plans"
    unknown = await service.office("POST", path, {})
    assert unknown.json()["errors"][0]["code"] == "no_members"
    await a_member(service.tenant, hub)
    planned = (await service.office("POST", path, {"count": 5, "evenly": True})).json()["items"]
    assert len(planned) == 5
    assert planned[0]["held_on"] < "2026-10-01"
    assert "2027-02-01" < planned[-1]["held_on"] <= "2027-02-26"
    assert (await service.office("POST", path, {"evenly": True})).status_code == 422


async def test_a_calendar_program_reads_the_sessions_under_a_link_that_can_be_revoked(term: Term):
    student = term.service.person(term.student, "student", NORTH)
    path = f"/v1/hubs/{term.hub.id}/calendar-links"
    once = {"Idempotency-Key": str(new_id())}
    made = (await student("POST", path, headers=once)).json()
    assert (await student("POST", path, headers=once)).json() == {**made, "url": None}
    await term.act(2, "cancellation", {"reason": "other"})
    address = "/calendars/" + made["url"].rpartition("/")[2]
    feed = await term.service.http.get(address)
    assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    meetings = list(vobject.readOne(feed.text).vevent_list)
    assert [one.status.value for one in meetings].count("CANCELLED") == 1
    assert meetings[0].summary.value == "Hub session 1: reflective skills"
    assert "Ada Example" not in feed.text
    assert len((await student("GET", path)).json()["items"]) == 1
    other = term.service.person(term.leader, "facilitator", NORTH)
    assert (await other("GET", path)).json()["items"] == []
    assert (await other("DELETE", f"{path}/{made['id']}")).status_code == 404
    assert (await student("DELETE", f"{path}/{made['id']}")).status_code == 204
    assert (await term.service.http.get(address)).status_code == 404
    stranger = term.service.person(new_id(), "student", NORTH)
    assert (await stranger("POST", path)).status_code == 404
