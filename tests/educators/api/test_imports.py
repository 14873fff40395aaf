"""Files of educators, of the learners they supported, and of what they learnt, sent through the door and carried out."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, LearnerEpisode, SupportEpisode
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


MORE = {
    "qualifications": """educator_number,stage,awarding_body,awarded_on
SW900037,stage_1,University of Ashbourne,2014-07-11
SW900037,stage_2,University of Ashbourne,2016-07-08
""",
    "learner-episodes": """educator_number,learner_kind,started_on,ended_on,assessed_against_pcf
SW900037,asye,2024-09-02,2025-08-29,
SW900074,apprentice,2025-01-06,,no
""",
    "active-roles": """educator_number,role_kind,started_on,ended_on
SW900037,teaches_programme,2024-01-08,
SW900074,second_opinion,2023-01-09,2024-12-20
""",
    "manager-check-ins": """educator_number,on,confirmed
SW900037,2026-08-24,yes
SW900074,2026-08-25,no
""",
    "registration-checks": """educator_number,checked_on,status,registered_until,restriction
SW900037,2026-09-01,registered,2026-11-30,none
SW900074,2026-09-01,registered,2026-11-30,conditions
""",
    "unavailability": """educator_number,starts_on,ends_on
SW900037,2026-10-05,2027-01-29
SW900074,2026-11-02,
""",
    "development-plans": """educator_number,opened_on,closed_on
SW900037,2026-05-04,
SW900074,2026-01-12,2026-06-26
""",
}
"""The kinds beside students, learners and CPD, two rows of each."""


@pytest.mark.parametrize("kind", MORE)
async def test_evidence_of_every_kind_comes_as_a_file_and_the_same_file_again_changes_nothing(
    clerk: Clerk, educators_db: Database, kind: str
) -> None:
    await clerk.imports("educators", EDUCATORS)
    done = await clerk.imports(kind, MORE[kind])
    assert (done["status"], done["counts"]) == ("completed", {"created": 2}), done
    before = await told(educators_db)
    for mode in ("all_or_nothing", "best_effort"):
        again = await clerk.imports(kind, MORE[kind], mode)
        assert again["counts"] == {"unchanged": 2}
    assert await told(educators_db) == before
    educator = await the(educators_db, Educator, social_work_england_number="SW900037")
    listed = (await clerk.caller.get(f"/v1/educators/{educator.id}/{kind}")).json()["items"]
    columns, first = (line.split(",")[1:] for line in MORE[kind].splitlines()[:2])
    words = {"yes": True, "no": False}
    sent = {name: words.get(cell, cell) for name, cell in zip(columns, first, strict=True) if cell}
    assert sent.items() <= listed[0].items()
    history = await clerk.caller.get(f"/v1/educators/{educator.id}/{kind}/{listed[0]['id']}/history")
    (version,) = history.json()["items"]
    assert version["changed_by"] == "test-client"


async def test_an_empty_cell_leaves_what_is_known(clerk: Clerk, educators_db: Database) -> None:
    await all_three(clerk)
    fewer = "educator_number,on,title,hours\nSW900037,2026-04-27,Practice education update,\n"
    assert (await clerk.imports("cpd-records", fewer))["counts"] == {"unchanged": 1}
    less = "educator_number,placement_level,started_on,ended_on,days\nSW900037,final,2025-05-28,,\n"
    assert (await clerk.imports("support-episodes", less))["counts"] == {"unchanged": 1}
    assert (await the(educators_db, SupportEpisode, started_on=date(2025, 5, 28))).days == 100


async def one_cpd(clerk: Clerk, db: Database) -> str:
    """The path of the first CPD record of the file."""
    await clerk.imports("educators", EDUCATORS)
    await clerk.imports("cpd-records", CPD)
    record = await the(db, CpdRecord, hours=3)
    return f"/v1/educators/{record.educator_id}/cpd-records/{record.id}"


@pytest.mark.parametrize(
    "correction", [{"hours": 2}, {"on": "2026-04-28"}, {"title": "Practice education: an update", "hours": 1}]
)
async def test_what_a_person_corrected_is_not_undone_by_the_old_file(
    clerk: Clerk, educators_db: Database, correction: dict[str, Any]
) -> None:
    path = await one_cpd(clerk, educators_db)
    corrected = await clerk.caller.patch(path, correction | {"reason": "The list was wrong."})
    done = await clerk.imports("cpd-records", CPD)
    assert done["counts"] == {"unchanged": 2}
    assert done["faults_of_rows"] == ["corrected_since"]
    assert (await clerk.caller.get(path)).json() == corrected.json()
    errors = (await clerk.caller.get(f"/v1/imports/{done['id']}/errors.csv")).text.splitlines()
    assert errors[1].startswith("1,unchanged,,corrected_since,")
    newer = CPD.replace("2026-04-27,Practice education update,3,true", "2026-04-28,Something else,6,true")
    assert (await clerk.imports("cpd-records", newer))["counts"] == {"created": 1, "unchanged": 1}


async def test_what_was_withdrawn_is_not_brought_back_by_a_file(clerk: Clerk, educators_db: Database) -> None:
    path = await one_cpd(clerk, educators_db)
    await clerk.caller.post(f"{path}/withdrawal", {"reason": "Was not there."}, If_Match="*")
    done = await clerk.imports("cpd-records", CPD.replace("update,3,", "update,4,"))
    assert (done["counts"], done["faults_of_rows"]) == ({"unchanged": 2}, ["withdrawn"])
    assert (await clerk.caller.get(path)).json()["hours"] == 3


async def test_a_later_file_that_says_something_new_makes_a_version(
    clerk: Clerk, educators_db: Database
) -> None:
    path = await one_cpd(clerk, educators_db)
    assert (await clerk.imports("cpd-records", CPD.replace("update,3,", "update,4,")))["counts"] == {
        "updated": 1,
        "unchanged": 1,
    }
    assert (await clerk.imports("cpd-records", CPD))["counts"] == {"updated": 1, "unchanged": 1}
    versions = (await clerk.caller.get(f"{path}/history")).json()["items"]
    assert [each["values"]["hours"] for each in versions] == [3, 4, 3]
    assert {each["changed_by"] for each in versions} == {"test-client"}


async def test_awards_that_cannot_be_are_faults_of_their_rows(clerk: Clerk) -> None:
    await clerk.imports("educators", EDUCATORS)
    bad = """educator_number,stage,awarding_body,awarded_on
SW900037,stage_1,University of Ashbourne,2016-07-11
SW900037,stage_2,University of Ashbourne,2014-07-08
SW900074,stage_2,University of Ashbourne,2011-07-08
SW900074,stage_1,University of Ashbourne,2026-10-01
SW900074,stage_1,University of Ashbourne,2015-10-01
"""
    done = await clerk.imports("qualifications", bad, "best_effort")
    assert [row["result"] for row in done["rows"]] == [
        "created",
        "invalid",
        "invalid",
        "invalid",
        "duplicate_in_file",
    ]
    assert done["faults_of_rows"][:3] == [
        "stage_2_before_stage_1",
        "awarded_before_qualifying",
        "in_the_future",
    ]


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
