"""Energy in week four and stop-start-continue: asked of every member, told without names."""

from datetime import timedelta
from typing import Any

from services.hubs.jobs.sweep_hubs import sweep_hubs
from services.hubs.models.feedback import FeedbackAnswer
from tests.hubs.factories import (
    NORTH,
    SOUTH,
    Caller,
    Service,
    a_candidate,
    events,
    rows_of,
)
from tests.hubs.groups import Group, a_group, made
from tests.hubs.operations.test_reflections import everything_in


async def pulsed(caller: Caller, energy: int) -> dict[str, Any]:
    response = await caller("PUT", "/v1/pulses/this-week", {"energy": energy})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_stop_start_continue_is_rolled_up_without_names(service: Service):
    group = await a_group(service, size=5)
    path = f"/v1/hubs/{group.hub.id}/feedback"
    asked = await made(group.facilitator, path, {"closes_on": "2026-09-30"})
    assert (await group.facilitator("POST", path, {"closes_on": "2026-09-30"})).json()["code"] == "round_open"
    answer = f"/v1/feedback/{asked['id']}/answer"
    for place, student in enumerate(group.students[:4]):
        body = {
            "stop": ["presentations"] if place == 0 else [],
            "continue": ["check_in"],
            "comment": f"No. {place}",
        }
        assert (await student("PUT", answer, body)).status_code == 200
    body = {"continue": ["check_in"]}
    assert (await group.students[3]("PUT", answer, body)).json()["comment"] is None
    assert (await group.students[3]("GET", answer)).json()["continue"] == ["check_in"]
    assert (await group.stranger("PUT", answer, body)).status_code == 404
    assert (await group.facilitator("PUT", answer, body)).status_code == 403
    themes = f"/v1/feedback/{asked['id']}/themes"
    assert (await group.facilitator("GET", themes)).json()["code"] == "invalid_state"
    closing = f"/v1/feedback/{asked['id']}/closure"
    assert (await group.students[0]("POST", closing, headers={"If-Match": "*"})).status_code == 403
    closed = await group.facilitator("POST", closing, headers={"If-Match": '"1"'})
    assert closed.json()["answers"] == 4
    seen = (await group.facilitator("GET", themes)).json()
    assert [(one["column"], one["theme"], one["answers"]) for one in seen["themes"]] == [
        ("stop", "presentations", 1),
        ("continue", "check_in", 4),
    ]
    assert sorted(seen["comments"]) == ["No. 0", "No. 1", "No. 2"]
    for caller in (group.students[0], service.university(NORTH), service.office):
        hidden = (await caller("GET", themes)).json()
        assert (hidden["answers"], hidden["shown"], hidden["themes"], hidden["comments"]) == (
            4,
            False,
            [],
            [],
        )
    assert {row.membership_id for row in await rows_of(service.tenant, FeedbackAnswer)} == {None}
    assert (await group.students[0]("GET", answer)).status_code == 404
    assert (await group.students[4]("PUT", answer, body)).json()["code"] == "invalid_state"


async def test_from_five_answers_on_all_see_the_themes_and_a_round_closes_by_itself(service: Service):
    group = await a_group(service, size=5)
    asked = await made(group.facilitator, f"/v1/hubs/{group.hub.id}/feedback", {"closes_on": "2026-09-20"})
    for student in group.students:
        await student("PUT", f"/v1/feedback/{asked['id']}/answer", {"start": ["theory"], "comment": "Mine."})
    service.tenant.clock.move(timedelta(days=10))
    await sweep_hubs(service.tenant.db, service.tenant.clock)
    for caller in (group.students[0], service.university(SOUTH), service.office):
        seen = (await caller("GET", f"/v1/feedback/{asked['id']}/themes")).json()
        assert (seen["shown"], seen["themes"][0]["answers"], seen["comments"]) == (True, 5, [])
    assert [data["answers"] for _, data in await events(service.tenant, "feedback.closed")] == [5]


async def test_in_week_four_members_are_asked_once_for_their_energy(group: Group):
    tenant, student = group.service.tenant, group.students[0]
    await sweep_hubs(tenant.db, tenant.clock)
    assert await group.inbox(student) == []
    tenant.clock.move(timedelta(days=14))
    await sweep_hubs(tenant.db, tenant.clock)
    await sweep_hubs(tenant.db, tenant.clock)
    assert await group.inbox(student) == ["pulse_asked"]


async def test_low_energy_brings_support_and_is_told_without_the_number(group: Group):
    tenant, low, fine = group.service.tenant, group.students[0], group.students[1]
    tenant.clock.move(timedelta(days=14))
    pulse = await pulsed(low, 3)
    assert await pulsed(low, 3) == pulse
    assert (pulse["week"], pulse["support_offered"]) == (4, True)
    assert (await pulsed(fine, 4))["support_offered"] is False
    assert await group.inbox(low) == ["energy_support"]
    assert await group.inbox(fine) == []
    ((_, told),) = await events(tenant, "energy_low.noticed")
    assert told == {
        "pulse_id": pulse["id"],
        "placement_id": str(group.members[0].placement_id),
        "student_id": str(group.members[0].student_id),
        "hub_id": str(group.hub.id),
        "week": 4,
        "occurred_on": "2026-09-30",
    }
    assert (await low("GET", f"/v1/pulses/{pulse['id']}")).json()["energy"] == 3
    assert [one["energy"] for one in (await low("GET", "/v1/pulses")).json()["items"]] == [3]
    for caller in (
        group.facilitator,
        group.educator,
        fine,
        group.service.university(NORTH),
        group.service.office,
    ):
        assert (await caller("GET", f"/v1/pulses/{pulse['id']}")).status_code == 404
    assert (await low("PUT", "/v1/pulses/this-week", {"energy": 9})).json()["code"] == "already_answered"
    assert (await low("PUT", "/v1/pulses/this-week", {"energy": 11})).status_code == 422
    assert (await group.stranger("PUT", "/v1/pulses/this-week", {"energy": 5})).json()[
        "code"
    ] == "no_running_place"
    assert (await group.facilitator("PUT", "/v1/pulses/this-week", {"energy": 5})).json()[
        "code"
    ] == "not_a_student"
    assert '"energy"' not in await everything_in(tenant)


async def test_a_candidate_without_a_hub_is_not_asked(service: Service):
    tenant = service.tenant
    candidate = await a_candidate(tenant)
    tenant.clock.move(timedelta(days=23))
    await sweep_hubs(tenant.db, tenant.clock)
    found = await service.person(candidate.student_id, "student")("GET", "/v1/inbox")
    assert found.json()["items"] == []
