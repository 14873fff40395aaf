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
