"""Files of educators, of the learners they supported, and of what they learnt, sent through the door and carried out."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.educators.models.educators import Educator
from services.educators.models.evidence import LearnerEpisode, SupportEpisode
from services.educators.wiring import Wiring
from shared.db import Database
from shared.errors import Unavailable
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, the_office
from tests.educators.factories import a_student_of, an_educator, the, told
from tests.educators.sisters import SomeOrganisations

EDUCATORS = """external_id,social_work_england_number,full_name,organisation,mode,employment,peps_stage,\
qualified_on,registered_on,max_concurrent
E01,SW900037,Femi Ashdown,LA-W,on_site,employed,stage_2,2011-07-01,2011-09-01,1
E02,sw900074,Leila Hollis,LA-A,off_site,independent,stage_2,2012-07-01,2012-09-01,3
E03,SW900111,Femi Juniper,LA-C,,,in_training_stage_1,,,
"""
EPISODES = """educator_number,learner_kind,placement_level,started_on,ended_on,days,role
SW900037,student,final,2025-05-28,2025-10-25,100,educator_of_record
SW900037,asye,,2025-09-01,2026-08-31,,
SW900074,student,first,2023-01-09,2023-05-26,70,educator_of_record
"""
CPD = """educator_number,on,title,hours,peer_reflection
SW900037,2026-04-27,Practice education update,3,true
SW900074,2026-04-27,Practice education update,2.5,
"""


class Clerk:
    """Somebody of the office who sends files and reads what became of them."""

    def __init__(self, caller: Caller, wiring: Wiring) -> None:
        self.caller = caller
        self.wiring = wiring

    async def imports(self, kind: str, text: str, mode: str = "all_or_nothing") -> dict[str, Any]:
        """The finished import; its `rows` say what became of each."""
        import_id = await self.caller.send_file(kind, text, mode)
        await self.wiring.importer.run(import_id)
        found: dict[str, Any] = (await self.caller.get(f"/v1/imports/{import_id}")).json()
        rows = (await self.caller.get(f"/v1/imports/{import_id}/rows")).json()["items"]
        return {**found, "rows": rows, "faults_of_rows": [e["code"] for row in rows for e in row["errors"]]}


PARTNERSHIP: UUID = new_id()


@pytest.fixture
async def clerk(
    educators_client: httpx.AsyncClient, educators_wiring: Wiring, organisations: SomeOrganisations
) -> Clerk:
    for name in ("LA-W", "LA-A", "LA-C"):
        organisations.add(name)
    return Clerk(the_office(educators_client, PARTNERSHIP), educators_wiring)


async def all_three(clerk: Clerk) -> None:
    for kind, text in (("educators", EDUCATORS), ("support-episodes", EPISODES), ("cpd-records", CPD)):
        done = await clerk.imports(kind, text)
        assert done["status"] == "completed", done


async def test_a_register_is_imported_and_judged(clerk: Clerk, organisations: SomeOrganisations) -> None:
    await all_three(clerk)
    listed = {each["full_name"]: each for each in (await clerk.caller.get("/v1/educators")).json()["items"]}
    assert {name: each["status"] for name, each in listed.items()} == {
        "Femi Ashdown": "current",
        "Leila Hollis": "lapsed",
        "Femi Juniper": "not_yet_qualified",
    }
    leila = listed["Leila Hollis"]
    assert (leila["organisation_id"], leila["mode"]) == (str(organisations.names["LA-A"]), "off_site")
    assert (leila["employment"], leila["capacity"]) == ("independent", {"max_concurrent": 3})
    assert leila["social_work_england_number"] == "SW900074"
    assert leila["external_ids"] == [{"system": "import", "value": "E02"}]
    femi = listed["Femi Juniper"]
    assert (femi["mode"], femi["employment"], femi["capacity"]) == (
        "on_site",
        "employed",
        {"max_concurrent": None},
    )


async def test_what_was_imported_can_be_decided_about(clerk: Clerk) -> None:
    await all_three(clerk)
    listed = (await clerk.caller.get("/v1/educators")).json()["items"]
    question = {
        "placement": {"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"},
        "educator_ids": [each["id"] for each in listed],
    }
    items = (await clerk.caller.post("/v1/eligibility-decisions", question)).json()["items"]
    assert [each["outcome"] for each in items] == ["eligible", "not_eligible", "not_eligible"]
    blocks = [[rule["code"] for rule in each["rules"] if rule["result"] == "block"] for each in items]
    assert blocks[1] == ["current_at_start"]


@pytest.mark.parametrize("mode", ["all_or_nothing", "best_effort"])
async def test_the_same_files_again_change_and_tell_nothing(
    clerk: Clerk, educators_db: Database, mode: str
) -> None:
    await all_three(clerk)
    before = await told(educators_db)
    for kind, text in (("educators", EDUCATORS), ("support-episodes", EPISODES), ("cpd-records", CPD)):
        again = await clerk.imports(kind, text, mode)
        assert set(again["counts"]) == {"unchanged"}
    assert await told(educators_db) == before


async def test_a_later_file_ends_an_episode_and_corrects_an_educator(
    clerk: Clerk, educators_db: Database
) -> None:
    running = EPISODES.replace("2025-10-25,100", ",")
    await clerk.imports("educators", EDUCATORS)
    await clerk.imports("support-episodes", running)
    done = await clerk.imports("support-episodes", EPISODES)
    assert done["counts"] == {"updated": 1, "unchanged": 2}
    renamed = EDUCATORS.replace("Femi Ashdown", "Femi Ashdown-Reed").replace("stage_2,2012", "stage_1,2012")
    done = await clerk.imports("educators", renamed)
    assert done["counts"] == {"updated": 2, "unchanged": 1}
    assert (await the(educators_db, Educator, full_name="Leila Hollis")).peps_stage == "stage_1"


async def test_an_educator_known_by_number_is_given_the_name_of_the_file(
    clerk: Clerk, educators_db: Database, organisations: SomeOrganisations
) -> None:
    known = await an_educator(
        educators_db,
        PARTNERSHIP,
        social_work_england_number="SW900037",
        organisation_id=organisations.names["LA-W"],
    )
    done = await clerk.imports("educators", EDUCATORS)
    assert [row["result"] for row in done["rows"]] == ["updated", "created", "created"]
    shown = (await clerk.caller.get("/v1/educators/external/import/E01")).json()
    assert (shown["id"], shown["full_name"]) == (str(known.id), "Femi Ashdown")


async def test_two_names_for_one_number_are_a_conflict(clerk: Clerk) -> None:
    twice = EDUCATORS + "E04,SW900037,Somebody Else,LA-W,on_site,employed,stage_2,,,\n"
    done = await clerk.imports("educators", twice)
    assert (done["status"], done["applied"]) == ("rejected", False)
    assert [row["result"] for row in done["rows"]] == ["created", "created", "created", "conflict"]
    assert done["faults_of_rows"] == ["number_taken"]
    kept = await clerk.imports("educators", twice, "best_effort")
    assert kept["counts"] == {"created": 3, "conflict": 1}


async def test_an_organisation_nobody_knows_is_a_fault_of_its_row(clerk: Clerk) -> None:
    done = await clerk.imports("educators", EDUCATORS.replace("LA-A", "LA-X"), "best_effort")
    assert [row["result"] for row in done["rows"]] == ["created", "invalid", "created"]
    assert done["rows"][1]["errors"][0]["pointer"] == "/organisation"


async def test_while_placements_is_down_the_import_waits(
    clerk: Clerk, organisations: SomeOrganisations
) -> None:
    organisations.down = True
    with pytest.raises(Unavailable):
        await clerk.imports("educators", EDUCATORS, "best_effort")
    organisations.down = False
    done = await clerk.imports("educators", EDUCATORS, "best_effort")
    assert done["counts"] == {"created": 3}


async def test_faults_of_rows_say_what_a_clerk_can_mend(clerk: Clerk) -> None:
    await clerk.imports("educators", EDUCATORS)
    bad = """educator_number,learner_kind,placement_level,started_on,ended_on,days,role
SW111111,student,final,2025-05-28,2025-10-25,100,educator_of_record
SW900037,student,,2025-05-28,2025-10-25,100,educator_of_record
SW900037,student,final,2025-05-28,2025-05-01,100,educator_of_record
SW900037,student,final,2026-12-01,,100,educator_of_record
SW0037,student,final,2025-05-28,2025-10-25,100,educator_of_record
SW900037,pupil,final,28/05/2025,2025-10-25,-1,boss
SW900037,student,final,2024-05-28,2024-10-25,100,educator_of_record
SW900037,student,final,2024-05-28,2024-10-25,100,educator_of_record
"""
    done = await clerk.imports("support-episodes", bad)
    assert done["applied"] is False
    faults = [[(e["pointer"], e["code"]) for e in row["errors"]] for row in done["rows"]]
    assert faults[:5] == [
        [("/educator_number", "unknown_educator")],
        [("/placement_level", "level_missing")],
        [("/ended_on", "ends_before_it_begins")],
        [("/started_on", "in_the_future")],
        [("/educator_number", "string_pattern_mismatch")],
    ]
    pointers = {pointer.split("/")[1] for pointer, _ in faults[5]}
    assert pointers == {"learner_kind", "started_on", "days", "role"}
    assert [row["result"] for row in done["rows"]][6:] == ["created", "duplicate_in_file"]


async def test_a_partner_imports_about_its_own_educators_only(
    educators_client: httpx.AsyncClient,
    educators_wiring: Wiring,
    clerk: Clerk,
    organisations: SomeOrganisations,
) -> None:
    system = an_organisation_system(educators_client, PARTNERSHIP, organisations.names["LA-W"])
    partner = Clerk(system, educators_wiring)
    done = await partner.imports("educators", EDUCATORS, "best_effort")
    assert [row["result"] for row in done["rows"]] == ["created", "invalid", "invalid"]
    assert done["faults_of_rows"] == ["other_organisation"] * 2
    await clerk.imports("educators", EDUCATORS)
    done = await partner.imports("cpd-records", CPD, "best_effort")
    assert [row["result"] for row in done["rows"]] == ["created", "invalid"]


async def test_other_learners_and_students_are_kept_apart(clerk: Clerk, educators_db: Database) -> None:
    await all_three(clerk)
    learner = await the(educators_db, LearnerEpisode, partnership_id=PARTNERSHIP)
    assert (learner.learner_kind, learner.assessed_against_pcf, learner.source) == ("asye", True, "imported")


async def test_what_the_placements_feed_has_told_is_not_overwritten(
    clerk: Clerk, educators_db: Database
) -> None:
    await clerk.imports("educators", EDUCATORS)
    educator = await the(educators_db, Educator, social_work_england_number="SW900037")
    ours = await a_student_of(
        educators_db, educator, placement_id=new_id(), source="placements", started_on=date(2025, 5, 28)
    )
    done = await clerk.imports("support-episodes", EPISODES)
    assert done["rows"][0]["result"] == "unchanged"
    assert (await the(educators_db, SupportEpisode, id=ours.id)).ended_on == ours.ended_on
