"""What follows a session reaches those it is for, and says nothing about who said what."""

from shared.ids import new_id
from tests.hubs.factories import (
    NORTH,
    SOUTH,
    Service,
    events,
)
from tests.hubs.groups import Group, made


async def test_a_summary_names_themes_and_resources_and_reaches_members_and_their_educators(group: Group):
    resource = await made(group.facilitator, "/v1/resources", {"title": "Genogram", "tags": ["families"]})
    body = {
        "themes": ["endings", "power_and_oppression"],
        "pcf_domains": ["knowledge"],
        "resource_ids": [resource["id"]],
        "affirmation": "Well listened.",
    }
    assert (await group.facilitator("PUT", f"{group.session}/summary", body)).status_code == 200
    for caller in (*group.students, group.educator):
        (found,) = (await caller("GET", "/v1/summaries?for=me")).json()["items"]
        assert (found["themes"], found["resource_ids"]) == (body["themes"], [resource["id"]])
        assert await group.inbox(caller) == ["summary_written"]
    assert (await group.stranger("GET", "/v1/summaries")).json()["items"] == []
    ((_, told),) = await events(group.service.tenant, "summary.written")
    assert told["pcf_domains"] == ["knowledge"]
    again = await group.facilitator("PUT", f"{group.session}/summary", body)
    assert again.headers["etag"] == '"1"'
    assert await group.inbox(group.educator) == ["summary_written"]


async def test_without_pcf_domains_a_summary_is_for_members_only_to_hear_of(group: Group):
    await group.facilitator("PUT", f"{group.session}/summary", {"themes": ["endings"]})
    assert await group.inbox(group.students[0]) == ["summary_written"]
    assert await group.inbox(group.educator) == []


async def test_a_summary_cannot_say_what_is_no_theme_nor_name_what_is_no_resource(group: Group):
    path = f"{group.session}/summary"
    assert (await group.facilitator("PUT", path, {"themes": ["Ada cried"]})).status_code == 422
    unknown = await group.facilitator("PUT", path, {"resource_ids": [str(new_id())]})
    assert unknown.json()["errors"][0]["pointer"] == "/resource_ids/0"
    assert (await group.facilitator("GET", path)).status_code == 404


async def test_a_follow_up_is_read_by_each_member_and_by_nobody_else(group: Group):
    text = "The reading I promised is in the bank."
    sent = await made(group.facilitator, f"{group.session}/follow-ups", {"text": text})
    assert sent["sent"] == 2
    for student in group.students:
        (message,) = (await student("GET", "/v1/inbox?unread=true")).json()["items"]
        assert message["text"] == text
        read = await student("POST", f"/v1/inbox/{message['id']}/reading")
        assert read.json()["read_at"] is not None
        assert (await student("GET", "/v1/inbox?unread=true")).json()["items"] == []
        assert (await group.stranger("POST", f"/v1/inbox/{message['id']}/reading")).status_code == 404
    assert await group.inbox(group.service.office) == []
    assert "reading I promised" not in str(await events(group.service.tenant))
    refused = await group.students[0]("POST", f"{group.session}/follow-ups", {"text": text})
    assert refused.status_code == 403


async def test_the_resource_bank_is_searched_by_tag_and_domain_and_kept_by_who_filled_it(service: Service):
    mine = service.caller(person_id=new_id(), roles=["facilitator"], client_id="one")
    other = service.caller(person_id=new_id(), roles=["facilitator"], client_id="two")
    body = {
        "title": "Film",
        "url": "https://example.org/f",
        "tags": ["endings"],
        "pcf_domains": ["knowledge"],
    }
    film = await made(mine, "/v1/resources", body)
    await made(mine, "/v1/resources", {"title": "Book", "tags": ["law"]})
    path, student = f"/v1/resources/{film['id']}", service.person(new_id(), "student")
    for query, titles in {
        "": ["Film", "Book"],
        "?tag=endings": ["Film"],
        "?pcf_domain=knowledge": ["Film"],
        "?tag=law&pcf_domain=knowledge": [],
    }.items():
        found = (await student("GET", f"/v1/resources{query}")).json()["items"]
        assert [one["title"] for one in found] == titles
    assert (await student("POST", "/v1/resources", body)).status_code == 403
    assert (await other("PATCH", path, {"title": "x"}, {"If-Match": "*"})).json()[
        "code"
    ] == "not_your_resource"
    changed = await mine("PATCH", path, {"title": "Short film"}, {"If-Match": '"1"'})
    assert (changed.json()["title"], changed.headers["etag"]) == ("Short film", '"2"')
    assert (await mine("DELETE", path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await student("GET", "/v1/resources?tag=endings")).json()["items"] == []
    assert (await student("GET", path)).json()["withdrawn_at"] is not None
    assert (await mine("DELETE", path, headers={"If-Match": "*"})).json()["code"] == "invalid_state"
    bad = await mine("POST", "/v1/resources", {"title": "x", "url": "javascript:alert(1)"})
    assert bad.status_code == 422


async def test_a_one_to_one_is_known_to_student_facilitator_and_university_as_having_happened(group: Group):
    path = f"/v1/hubs/{group.hub.id}/contacts"
    body = {"student_id": str(group.members[0].student_id), "held_on": "2026-09-16", "kind": "call"}
    noted = await made(group.facilitator, path, body)
    twice = await group.facilitator("POST", path, body)
    assert (twice.status_code, twice.json()["code"]) == (409, "contact_recorded")
    with_words = await group.facilitator("POST", path, {**body, "notes": "She was worried."})
    assert with_words.status_code == 422
    early = await group.facilitator("POST", path, {**body, "held_on": "2027-01-01"})
    assert early.json()["errors"][0]["code"] == "in_the_future"
    other = await group.facilitator("POST", path, {**body, "student_id": str(new_id())})
    assert other.json()["errors"][0]["code"] == "not_a_member"
    service = group.service
    callers = [
        (group.students[0], 1),
        (group.facilitator, 1),
        (service.university(NORTH), 1),
        (service.office, 1),
        (group.students[1], 0),
        (service.university(SOUTH), 0),
        (group.educator, 0),
    ]
    for caller, count in callers:
        found = (await caller("GET", "/v1/contacts")).json()["items"]
        assert len(found) == count
    assert (await group.students[0]("POST", path, body)).status_code == 403
    one = f"/v1/contacts/{noted['id']}"
    assert (await group.facilitator("DELETE", one, headers={"If-Match": '"1"'})).status_code == 204
    assert (await group.facilitator("GET", one)).status_code == 404
<<<<<<< HEAD
=======


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
>>>>>>> e1
