"""Files of educators, of the learners they supported, and of what they learnt, sent through the door and carried out."""

from datetime import date

import httpx
import pytest

from services.educators.models.educators import Educator
from services.educators.models.evidence import LearnerEpisode, SupportEpisode
from services.educators.wiring import Wiring
from shared.db import Database
from shared.errors import Unavailable
from shared.ids import new_id
from tests.educators.callers import an_organisation_system
from tests.educators.clerk import CPD, EDUCATORS, EPISODES, PARTNERSHIP, Clerk, all_three
from tests.educators.factories import a_student_of, an_educator, the, told
from tests.educators.sisters import SomeOrganisations


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


async def test_an_educator_who_qualifies_tomorrow_is_a_fault_and_keeps_the_name_free(clerk: Clerk) -> None:
    early = EDUCATORS.replace("2011-07-01", "2026-09-08")
    done = await clerk.imports("educators", early, "best_effort")
    assert [row["result"] for row in done["rows"]] == ["invalid", "created", "created"]
    assert done["rows"][0]["errors"][0]["pointer"] == "/qualified_on"
    assert (await clerk.imports("educators", EDUCATORS))["counts"] == {"created": 1, "unchanged": 2}


async def test_two_rows_about_one_educator_make_one_version(
    clerk: Clerk, educators_db: Database, organisations: SomeOrganisations
) -> None:
    owner = organisations.names["LA-W"]
    number = {"social_work_england_number": "SW900037", "organisation_id": owner}
    known = await an_educator(educators_db, PARTNERSHIP, **number)
    twice = EDUCATORS + "E09,SW900037,Femi Ashdown-Reed,LA-W,,,stage_2,,,\n"
    assert (await clerk.imports("educators", twice))["counts"] == {"updated": 2, "created": 2}
    versions = (await clerk.caller.get(f"/v1/educators/{known.id}/history")).json()["items"]
    assert [each["values"]["full_name"] for each in versions] == ["Amara Fielding", "Femi Ashdown-Reed"]
