"""The agreement a hub stands on, and those who facilitate it."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from services.hubs.models.hubs import Hub
from services.hubs.models.sessions import HubSession
from shared.ids import new_id
from tests.hubs.groups import Group, made

AGREED = {
    "points": ["What is said here stays here."],
    "limits_of_confidentiality": "Unless somebody is at risk.",
}


async def test_every_member_accepts_the_agreement_that_stands(group: Group):
    path = f"/v1/hubs/{group.hub.id}/agreements"
    first = await made(group.facilitator, path, AGREED)
    assert (first["number"], first["members"], first["facilitator_assesses"]) == (1, 2, False)
    assert await group.inbox(group.students[0]) == ["agreement_to_accept"]
    accepted = await group.students[0]("POST", f"/v1/agreements/{first['id']}/acceptance")
    again = await group.students[0]("POST", f"/v1/agreements/{first['id']}/acceptance")
    assert (accepted.json()["accepted"], again.json()) == (1, accepted.json())
    assert accepted.json()["accepted_by_me_at"] is not None
    second = await made(group.facilitator, path, {**AGREED, "points": ["Everybody may pass."]})
    assert (second["number"], second["accepted"]) == (2, 0)
    late = await group.students[1]("POST", f"/v1/agreements/{first['id']}/acceptance")
    assert late.json()["code"] == "agreement_replaced"
    listed = (await group.students[1]("GET", path)).json()["items"]
    assert [(one["number"], one["stands"], one["accepted"]) for one in listed] == [
        (1, False, 1),
        (2, True, 0),
    ]
    for outsider in (group.facilitator, group.service.office):
        refused = await outsider("POST", f"/v1/agreements/{second['id']}/acceptance")
        assert refused.json()["code"] == "not_a_member"
    assert (await group.stranger("GET", f"/v1/agreements/{second['id']}")).status_code == 404
    assert (await group.students[0]("POST", path, AGREED)).status_code == 403


async def test_an_agreement_stands_no_more_when_the_facilitator_becomes_an_assessor(group: Group):
    made_one = await made(group.facilitator, f"/v1/hubs/{group.hub.id}/agreements", AGREED)
    async with group.service.tenant.db.begin() as session:
        hub = (await session.execute(select(Hub).where(Hub.id == group.hub.id))).scalar_one()
        hub.facilitator_assesses_members = True
    seen = (await group.students[0]("GET", f"/v1/agreements/{made_one['id']}")).json()
    assert (seen["stands"], seen["facilitator_assesses"]) == (False, False)
    late = await group.students[0]("POST", f"/v1/agreements/{made_one['id']}/acceptance")
    assert late.json()["code"] == "agreement_replaced"
    again = await made(group.facilitator, f"/v1/hubs/{group.hub.id}/agreements", AGREED)
    assert (again["facilitator_assesses"], again["stands"]) == (True, True)


async def test_agreements_made_at_once_get_numbers_that_follow_one_another(group: Group):
    path = f"/v1/hubs/{group.hub.id}/agreements"
    answers = await asyncio.gather(*(made(group.facilitator, path, AGREED) for _ in range(4)))
    assert sorted(one["number"] for one in answers) == [1, 2, 3, 4]


async def test_facilitators_whose_supervision_is_overdue_are_listed_for_the_office(group: Group):
    service, person = group.service, str(group.hub.facilitator_person_id)
    path = "/v1/facilitator-supervisions"
    (due,) = (await service.office("GET", f"{path}/due")).json()["items"]
    assert (due["id"], due["last_on"], due["due_on"], due["overdue"]) == (person, None, "2026-10-19", False)
    service.tenant.clock.move(timedelta(weeks=6))
    (late,) = (await service.office("GET", f"{path}/due?overdue=true")).json()["items"]
    assert late["overdue"]
    body = {"facilitator_person_id": person, "supervisor_person_id": str(new_id()), "held_on": "2026-10-26"}
    noted = await made(group.facilitator, path, body)
    assert (await service.office("GET", f"{path}/due?overdue=true")).json()["items"] == []
    (next_one,) = (await group.facilitator("GET", f"{path}/due")).json()["items"]
    assert (next_one["last_on"], next_one["due_on"]) == ("2026-10-26", "2026-12-07")
    assert (await group.students[0]("GET", f"{path}/due")).json()["items"] == []
    assert (await group.facilitator("POST", path, body)).json()["code"] == "supervision_recorded"
    assert (await group.students[0]("POST", path, body)).json()["code"] == "not_concerned"
    alone = {**body, "supervisor_person_id": person, "held_on": "2099-01-01"}
    faults = (await group.facilitator("POST", path, alone)).json()["errors"]
    assert [fault["code"] for fault in faults] == ["in_the_future", "same_person"]
    assert (await group.students[0]("GET", f"{path}/{noted['id']}")).status_code == 404
    supervisor = service.person(UUID(body["supervisor_person_id"]), "practice_education_lead")
    assert len((await supervisor("GET", path)).json()["items"]) == 1


async def test_whoever_covers_a_session_or_shares_the_job_counts_as_its_facilitator(group: Group):
    cover, colleague = new_id(), new_id()
    async with group.service.tenant.db.begin() as session:
        hub = (await session.execute(select(Hub).where(Hub.id == group.hub.id))).scalar_one()
        hub.co_facilitator_person_id = colleague
        held = await session.get_one(HubSession, UUID(group.session.rpartition("/")[2]))
        held.covered_by_person_id = cover
    body = {"themes": ["endings"]}
    covering = group.service.person(cover, "facilitator")
    assert (await covering("PUT", f"{group.session}/summary", body)).status_code == 200
    refused = await covering("POST", f"/v1/hubs/{group.hub.id}/agreements", AGREED)
    assert refused.json()["code"] == "not_the_facilitator"
    sharing = group.service.person(colleague, "facilitator")
    assert (await made(sharing, f"/v1/hubs/{group.hub.id}/agreements", AGREED))["number"] == 1
    due = (await group.service.office("GET", "/v1/facilitator-supervisions/due")).json()["items"]
    assert {one["id"] for one in due} == {str(group.hub.facilitator_person_id), str(colleague)}
