import asyncio
from typing import Any
from uuid import UUID

import httpx

from services.educators.models.educators import Educator
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, in_person, the_office
from tests.educators.factories import an_educator, the, told
from tests.educators.sisters import SomeOrganisations


def a_body(organisation_id: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "social_work_england_number": " sw4711 ",
        "full_name": "Amara Fielding",
        "organisation_id": str(organisation_id),
        "peps_stage": "stage_2",
        "qualified_on": "2014-07-01",
    } | changes


async def test_an_educator_is_added_and_shown(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations, educators_db: Database
) -> None:
    office = the_office(educators_client, new_id())
    council = organisations.add("Council")
    body = a_body(council, external_ids=[{"system": "hr", "value": "E-17"}], capacity={"max_concurrent": 3})
    made = await office.post("/v1/educators", body)
    assert made.status_code == 201, made.text
    educator = made.json()
    assert educator["social_work_england_number"] == "SW4711"
    assert (educator["status"], educator["mode"]) == ("unverified", "on_site")
    assert educator["capacity"] == {"max_concurrent": 3}
    assert educator["external_ids"] == [{"system": "hr", "value": "E-17"}]
    for path in (made.headers["location"], "/v1/educators/external/hr/E-17"):
        shown = await office.get(path)
        assert (shown.json(), shown.headers["etag"]) == (educator, '"1"')
    assert [type_ for type_, _ in await told(educators_db)] == ["educator.changed"]


async def test_a_repeated_request_adds_one_educator(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    office = the_office(educators_client, new_id())
    body = a_body(organisations.add("Council"))
    answers = [await office.post("/v1/educators", body, Idempotency_Key="once") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert len((await office.get("/v1/educators")).json()["items"]) == 1


async def test_a_number_is_one_persons(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    office = the_office(educators_client, new_id())
    body = a_body(organisations.add("Council"))
    await office.post("/v1/educators", body)
    again = await office.post("/v1/educators", body)
    assert (again.status_code, again.json()["code"]) == (409, "number_taken")


async def test_every_fault_is_listed_and_none_repeated(educators_client: httpx.AsyncClient) -> None:
    office = the_office(educators_client, new_id())
    bad = a_body(
        new_id(),
        social_work_england_number="SW0123",
        peps_stage="stage_9",
        qualified_on="31/12/2014",
        capacity={"max_concurrent": -1},
        secret="x",
    )
    refused = await office.post("/v1/educators", bad)
    assert refused.status_code == 422
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {
        "/social_work_england_number",
        "/peps_stage",
        "/qualified_on",
        "/capacity/max_concurrent",
        "/secret",
    }
    assert "SW0123" not in refused.text


async def test_an_organisation_nobody_knows_is_refused(educators_client: httpx.AsyncClient) -> None:
    office = the_office(educators_client, new_id())
    refused = await office.post("/v1/educators", a_body(new_id()))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/organisation_id"


async def test_while_placements_is_down_nothing_is_added(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    organisations.down = True
    office = the_office(educators_client, new_id())
    refused = await office.post("/v1/educators", a_body(new_id()))
    assert (refused.status_code, refused.json()["code"]) == (503, "placements_unavailable")
    assert (await office.get("/v1/educators")).json()["items"] == []


async def test_an_upsert_makes_changes_and_then_leaves_alone(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations, educators_db: Database
) -> None:
    office = the_office(educators_client, new_id())
    path, body = "/v1/educators/external/hr/E-17", a_body(organisations.add("Council"))
    made = await office.put(path, body)
    same = await office.put(path, body)
    changed = await office.put(path, body | {"peps_stage": "stage_1"})
    assert [answer.status_code for answer in (made, same, changed)] == [201, 200, 200]
    assert [answer.headers["etag"] for answer in (made, same, changed)] == ['"1"', '"1"', '"2"']
    assert len({answer.json()["id"] for answer in (made, same, changed)}) == 1
    assert len(await told(educators_db, "educator.changed")) == 2


async def test_two_upserts_at_once_make_one_educator(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    office = the_office(educators_client, new_id())
    body = a_body(organisations.add("Council"))
    asked = [office.put("/v1/educators/external/hr/E-17", body) for _ in range(4)]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]


async def test_a_change_needs_the_version_that_was_seen(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    office, path = the_office(educators_client, partnership), f"/v1/educators/{educator.id}"
    without = await office.patch(path, {"full_name": "A. Fielding"}, if_match=None)
    done = await office.patch(path, {"full_name": "A. Fielding", "capacity": {"max_concurrent": 2}}, '"1"')
    stale = await office.patch(path, {"full_name": "Somebody"}, '"1"')
    assert [answer.status_code for answer in (without, done, stale)] == [428, 200, 412]
    assert (done.json()["full_name"], done.json()["capacity"]) == ("A. Fielding", {"max_concurrent": 2})
    unchanged = await office.get(path, If_None_Match=done.headers["etag"])
    assert unchanged.status_code == 304


async def test_what_a_patch_does_not_name_stays(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership, max_concurrent=3, mode="off_site")
    office, path = the_office(educators_client, partnership), f"/v1/educators/{educator.id}"
    done = await office.patch(path, {"peps_stage": "stage_1"})
    assert (done.json()["mode"], done.json()["capacity"]) == ("off_site", {"max_concurrent": 3})
    cleared = await office.patch(path, {"capacity": {"max_concurrent": None}, "qualified_on": None})
    assert (cleared.json()["capacity"], cleared.json()["qualified_on"]) == ({"max_concurrent": None}, None)
    assert (await office.patch(path, {"full_name": None})).status_code == 422


async def test_a_mentor_is_another_educator_of_the_partnership(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator, mentor = (
        await an_educator(educators_db, partnership),
        await an_educator(educators_db, partnership),
    )
    stranger = await an_educator(educators_db, new_id())
    office, path = the_office(educators_client, partnership), f"/v1/educators/{educator.id}"
    for wrong in (educator.id, stranger.id, new_id()):
        refused = await office.patch(path, {"mentor_educator_id": str(wrong)})
        assert refused.json()["errors"][0]["pointer"] == "/mentor_educator_id"
    assert (await office.patch(path, {"mentor_educator_id": str(mentor.id)})).status_code == 200


async def test_another_organisation_sees_only_what_matching_needs(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    other = an_organisation_system(educators_client, partnership, new_id())
    shown = (await other.get(f"/v1/educators/{educator.id}")).json()
    assert {name for name, value in shown.items() if value not in (None, [])} == {
        "id",
        "organisation_id",
        "mode",
        "peps_stage",
        "status",
    }
    by_number = f"/v1/educators?social_work_england_number={educator.social_work_england_number}"
    assert (await other.get(by_number)).json()["items"] == []
    refused = await other.patch(f"/v1/educators/{educator.id}", {"full_name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "other_organisation")


async def test_the_own_organisation_and_the_educator_see_all(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    own = an_organisation_system(educators_client, partnership, educator.organisation_id)
    person = in_person(educators_client, partnership, educator.id, "practice_educator")
    for caller in (own, person):
        shown = (await caller.get(f"/v1/educators/{educator.id}")).json()
        assert shown["full_name"] == "Amara Fielding"


async def test_a_student_of_the_same_organisation_sees_no_names(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    student = in_person(
        educators_client, partnership, new_id(), "student", organisation_id=educator.organisation_id
    )
    shown = (await student.get(f"/v1/educators/{educator.id}")).json()
    assert shown["full_name"] is None


async def test_another_partnership_sees_nobody(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    stranger = the_office(educators_client, new_id())
    assert (await stranger.get(f"/v1/educators/{educator.id}")).status_code == 404
    assert (await stranger.get("/v1/educators")).json()["items"] == []
    assert (await stranger.patch(f"/v1/educators/{educator.id}", {"mode": "off_site"})).status_code == 404


async def test_an_organisation_adds_its_own_educators_only(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    partnership, own = new_id(), organisations.add("Own")
    system = an_organisation_system(educators_client, partnership, own)
    assert (await system.post("/v1/educators", a_body(own))).status_code == 201
    other = a_body(organisations.add("Other"), social_work_england_number="SW9")
    assert (await system.post("/v1/educators", other)).json()["code"] == "other_organisation"
    path = "/v1/educators/external/hr/E-18"
    assert (await system.put(path, other)).json()["code"] == "other_organisation"


async def test_the_list_is_narrowed_and_turned_page_by_page(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership, council = new_id(), new_id()
    made = [await an_educator(educators_db, partnership, organisation_id=council) for _ in range(5)]
    await an_educator(educators_db, partnership, peps_stage="stage_1")
    office = the_office(educators_client, partnership)
    first = (await office.get(f"/v1/educators?organisation_id={council}&limit=3")).json()
    rest = await office.get(f"/v1/educators?organisation_id={council}&limit=3&cursor={first['next_cursor']}")
    shown = [each["id"] for each in first["items"] + rest.json()["items"]]
    assert shown == sorted(str(educator.id) for educator in made)
    one = await office.get(f"/v1/educators?social_work_england_number={made[0].social_work_england_number}")
    assert [each["id"] for each in one.json()["items"]] == [str(made[0].id)]
    stage_1 = await office.get("/v1/educators?peps_stage=stage_1&status=unverified")
    assert len(stage_1.json()["items"]) == 1
    other_filters = await office.get(f"/v1/educators?limit=3&cursor={first['next_cursor']}")
    assert other_filters.json()["code"] == "bad_cursor"


async def test_numbers_are_looked_up_for_the_whole_partnership(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    number = educator.social_work_england_number
    question = {"social_work_england_numbers": [number.lower(), "SW999999"]}
    found = await the_office(educators_client, partnership).post("/v1/educators/lookup", question)
    assert found.json()["items"] == [{"social_work_england_number": number, "id": str(educator.id)}]
    system = an_organisation_system(educators_client, partnership, educator.organisation_id)
    assert (await system.post("/v1/educators/lookup", question)).status_code == 403
    stranger = await the_office(educators_client, new_id()).post("/v1/educators/lookup", question)
    assert stranger.json()["items"] == []


async def test_a_lower_stage_is_told_as_a_change_of_currency(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    office = the_office(educators_client, partnership)
    await office.patch(f"/v1/educators/{educator.id}", {"peps_stage": "none"})
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "not_yet_qualified"
    assert len(await told(educators_db, "educator.currency_changed")) == 1
