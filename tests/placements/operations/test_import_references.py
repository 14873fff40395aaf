"""How rows name what is known already, by whom they may be sent, and what is a fault of a row."""

from uuid import UUID

import httpx

from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import member, office
from tests.placements.files import (
    MALFORMED,
    ORGANISATIONS,
    REQUESTS,
    SETTINGS,
    STUDENTS,
    UNKNOWN,
    imported,
)
from tests.placements.partnership_files import everything, news_of, one, sent


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
