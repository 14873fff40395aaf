"""Files from other systems: every row is accounted for, and a second time changes nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.placements.wiring import Wiring
from shared.clock import StoppedClock
from shared.db import Database
from shared.events.tables import events
from shared.ids import new_id
from tests.placements.callers import member, office
from tests.placements.conftest import calling
from tests.placements.files import (
    EDUCATOR,
    MALFORMED,
    OFFERS,
    ORGANISATIONS,
    REQUESTS,
    SETTINGS,
    STUDENTS,
    UNKNOWN,
    Outcome,
    imported,
    importing,
)


@pytest.fixture
async def wiring(partnerships_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[Wiring]:
    async with importing(partnerships_db, stopped_clock) as parts:
        yield parts


@pytest.fixture
async def client(wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(wiring) as caller:
        yield caller


async def sent(client: httpx.AsyncClient, wiring: Wiring, partnership: UUID, kind: str, text: str) -> Outcome:
    return await imported(client, wiring, kind, text, office(partnership))


async def a_round(client: httpx.AsyncClient, partnership: UUID) -> None:
    body = {
        "name": "Autumn",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": "2026-10-05",
        "ends_on": "2027-03-26",
        "days_required": 100,
        "preference_deadline_on": "2026-07-03",
    }
    address = "/v1/rounds/external/records/round-1"
    assert (await client.put(address, json=body, headers=office(partnership))).status_code == 201


async def everything(client: httpx.AsyncClient, wiring: Wiring, partnership: UUID) -> list[Outcome]:
    """All five files, in an order in which every reference is known."""
    first = [
        await sent(client, wiring, partnership, kind, text)
        for kind, text in (("organisations", ORGANISATIONS), ("settings", SETTINGS), ("students", STUDENTS))
    ]
    await a_round(client, partnership)
    last = [
        await sent(client, wiring, partnership, kind, text)
        for kind, text in (("offers", OFFERS), ("requests", REQUESTS))
    ]
    return first + last


async def news_of(db: Database, partnership: UUID) -> list[str]:
    statement = select(events.c.type).where(events.c.partnership_id == partnership).order_by(events.c.id)
    async with db.read() as connection:
        return list((await connection.execute(statement)).scalars())


async def one(client: httpx.AsyncClient, partnership: UUID, address: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/{address}", headers=office(partnership))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


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


async def test_a_reference_that_is_not_known_is_a_fault_of_its_column(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    for kind, text, columns in UNKNOWN:
        outcome = await sent(client, wiring, partnership, kind, text)
        assert {column for _, column, _ in outcome.faults} == columns, (kind, columns)
        assert {code for _, _, code in outcome.faults} == {"unknown_reference"}


async def test_a_cell_that_cannot_be_read_is_a_fault_of_its_column(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    for kind, text, column in MALFORMED:
        outcome = await sent(client, wiring, partnership, kind, text)
        assert [at for _, at, _ in outcome.faults] == [column], (kind, column)
        assert outcome.results.count("invalid") == 1


async def test_with_one_bad_row_all_or_nothing_changes_nothing(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await sent(client, wiring, partnership, "organisations", ORGANISATIONS)
    told = await news_of(wiring.db, partnership)
    text = SETTINGS.replace("team-2,council-h", "team-2,nowhere")
    outcome = await imported(client, wiring, "settings", text, office(partnership), mode="all_or_nothing")
    assert (outcome.summary["status"], outcome.summary["applied"]) == ("rejected", False)
    assert outcome.results == ["created", "invalid"]
    assert (await one(client, partnership, "settings"))["items"] == []
    assert await news_of(wiring.db, partnership) == told


async def test_validating_a_good_file_changes_nothing(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    await sent(client, wiring, partnership, "organisations", ORGANISATIONS)
    outcome = await imported(client, wiring, "students", STUDENTS, office(partnership), mode="validate_only")
    assert (outcome.summary["status"], set(outcome.results)) == ("completed", {"created"})
    assert (await one(client, partnership, "students"))["items"] == []
    assert (await one(client, partnership, "programmes"))["items"] == []


async def test_a_second_row_about_one_student_in_one_round_is_a_duplicate(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    outcome = await sent(client, wiring, partnership, "requests", REQUESTS + REQUESTS.splitlines()[1] + "\n")
    assert outcome.results == ["unchanged", "unchanged", "duplicate_in_file"]


async def test_a_university_imports_its_own_students_only(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    await sent(client, wiring, partnership, "organisations", ORGANISATIONS)
    university = await one(client, partnership, "organisations/external/records/uni-a")
    sender = member(partnership, UUID(str(university["id"])))
    outcome = await imported(client, wiring, "students", STUDENTS, sender)
    assert outcome.results == ["created", "created", "invalid"]
    assert outcome.faults[-1] == (3, "", "not_yours")
    programmes = await one(client, partnership, "programmes")
    assert len(programmes["items"]) == 1


async def test_a_university_cannot_ask_for_another_ones_student(
    client: httpx.AsyncClient, wiring: Wiring
) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    university = await one(client, partnership, "organisations/external/records/uni-b")
    sender = member(partnership, UUID(str(university["id"])))
    outcome = await imported(client, wiring, "requests", REQUESTS, sender)
    assert set(outcome.results) == {"invalid"}
    assert {(column, code) for _, column, code in outcome.faults} == {("student", "unknown_reference")}


async def test_another_partnership_knows_none_of_the_names(client: httpx.AsyncClient, wiring: Wiring) -> None:
    await everything(client, wiring, new_id())
    outcome = await sent(client, wiring, new_id(), "settings", SETTINGS)
    assert outcome.results == ["invalid", "invalid"]


async def test_our_own_ids_are_understood_in_references(client: httpx.AsyncClient, wiring: Wiring) -> None:
    partnership = new_id()
    await everything(client, wiring, partnership)
    council = await one(client, partnership, "organisations/external/records/council-h")
    text = SETTINGS.replace("council-h", str(council["id"]))
    assert (await sent(client, wiring, partnership, "settings", text)).results == ["unchanged", "unchanged"]


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
