"""Files of evidence of every kind, and what persons have corrected or withdrawn since."""

from datetime import date
from typing import Any

import pytest

from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, SupportEpisode
from shared.db import Database
from tests.educators.clerk import CPD, EDUCATORS, Clerk, all_three
from tests.educators.factories import the, told

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
