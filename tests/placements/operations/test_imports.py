"""Files from other systems: every row is accounted for, and a second time changes nothing."""

import json
from uuid import UUID

import httpx

from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import office
from tests.placements.files import (
    EDUCATOR,
    OFFERS,
    ORGANISATIONS,
    REQUESTS,
    SETTINGS,
    STUDENTS,
    Outcome,
    imported,
)
from tests.placements.partnership_files import everything, news_of, one, sent


async def test_five_files_make_a_partnership(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    outcomes = await everything(client, wiring, partnership)
    assert [set(outcome.results) for outcome in outcomes] == [{"created"}] * 5
    organisation = await one(client, partnership, "organisations/external/records/council-h")
    assert organisation["org_type"] == "local_authority"
    setting = await one(client, partnership, "settings/external/records/team-1")
    assert setting["organisation_id"] == organisation["id"]
    assert (setting["directorate"], setting["pcf_domains"]) == ("childrens", ["knowledge", "professionalism"])
    offer = await one(client, partnership, "offers/external/records/o-1")
    assert (offer["educator_id"], offer["setting_id"]) == (str(EDUCATOR), setting["id"])
    assert offer["placement_levels"] == ["first", "final"]
    student = await one(client, partnership, "students/external/records/s-1")
    requests = await one(client, partnership, f"requests?student_id={student['id']}")
    (request,) = requests["items"]
    assert request["preferences"] == [
        {"rank": 1, "kind": "setting", "value": setting["id"]},
        {"rank": 2, "kind": "directorate", "value": "adults"},
    ]
    assert request["conflicts"][1] == {"kind": "educator", "id": str(EDUCATOR)}
    assert request["previous"][0]["directorate"] == "adults"
    assert request["placement_level"] == "final"


async def test_the_same_files_again_change_nothing_and_tell_nobody(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    told = await news_of(wiring.db, partnership)
    again = await everything_again(client, wiring, partnership)
    assert [set(outcome.results) for outcome in again] == [{"unchanged"}] * 5
    assert await news_of(wiring.db, partnership) == told
    assert len(told) == 3 + 2 + 3 + 2 + 2


async def everything_again(client: httpx.AsyncClient, wiring: Wiring, partnership: UUID) -> list[Outcome]:
    files = {
        "organisations": ORGANISATIONS,
        "settings": SETTINGS,
        "students": STUDENTS,
        "offers": OFFERS,
        "requests": REQUESTS,
    }
    return [await sent(client, wiring, partnership, kind, text) for kind, text in files.items()]


async def test_a_changed_row_updates_its_thing_and_no_other(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    changed = REQUESTS.replace("setting:team-1,", "setting:team-2,")
    outcome = await sent(client, wiring, partnership, "requests", changed)
    assert outcome.results == ["updated", "unchanged"]
    assert (await news_of(wiring.db, partnership))[-1] == "request.changed"


async def test_a_column_that_is_not_in_the_file_leaves_what_is_known(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    text = (
        "external_id,organisation,full_name,email,intake_year\ns-1,uni-a,Ada Changed,ada@example.org,2025\n"
    )
    outcome = await sent(client, wiring, partnership, "students", text)
    assert outcome.results == ["updated"]
    student = await one(client, partnership, "students/external/records/s-1")
    assert student["full_name"] == "Ada Changed"
    assert student["programme_id"] is not None


async def test_an_unknown_programme_is_added_once_and_said_so(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await sent(client, wiring, partnership, "organisations", ORGANISATIONS)
    outcome = await sent(client, wiring, partnership, "students", STUDENTS)
    assert outcome.faults == [(1, "programme", "programme_added"), (2, "programme", "programme_added")]
    programmes = await one(client, partnership, "programmes")
    (programme,) = programmes["items"]
    assert (programme["name"], programme["route"]) == ("MA Social Work", "other")
    again = await sent(client, wiring, partnership, "students", STUDENTS)
    assert (set(again.results), again.faults) == ({"unchanged"}, [])


async def test_a_programme_may_be_named_by_its_external_id(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    await sent(client, wiring, partnership, "organisations", ORGANISATIONS)
    university = await one(client, partnership, "organisations/external/records/uni-a")
    body = {"organisation_id": university["id"], "name": "Step Up", "route": "step_up"}
    address = "/v1/programmes/external/records/MA Social Work"
    await client.put(address, json=body, headers=office(partnership))
    outcome = await sent(client, wiring, partnership, "students", STUDENTS)
    assert (set(outcome.results), outcome.faults) == ({"created"}, [])


async def test_json_lines_have_the_same_members(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    row = {
        "external_id": "team-1",
        "organisation": "council-h",
        "name": "Children in Care",
        "directorate": "childrens",
        "service_area": "children_in_care",
        "is_frontline": True,
        "is_statutory": True,
        "latitude": 50.91,
        "longitude": -1.40,
        "accessibility": ["step_free", "hearing_loop"],
        "pcf_domains": ["knowledge", "professionalism"],
    }
    outcome = await imported(
        client,
        wiring,
        "settings",
        json.dumps(row) + "\n",
        office(partnership),
        media_type="application/x-ndjson",
    )
    assert outcome.results == ["unchanged"]
