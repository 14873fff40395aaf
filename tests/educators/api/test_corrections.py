"""What is on record is corrected or withdrawn with a reason, and everything it was before can be read."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.api.test_evidence import RECORDS
from tests.educators.callers import Caller, an_organisation_system, in_person, the_office
from tests.educators.factories import a_student_of, an_educator, cpd_of, the, told

CORRECTIONS: dict[str, dict[str, Any]] = {
    "qualifications": {"awarded_on": "2019-07-19"},
    "support-episodes": {"days": 70},
    "learner-episodes": {"ended_on": None},
    "active-roles": {"ended_on": "2026-01-31"},
    "cpd-records": {"hours": 2.1},
    "manager-check-ins": {"confirmed": False},
    "registration-checks": {"restriction": "conditions"},
    "unavailability": {"ends_on": None},
    "development-plans": {"closed_on": "2026-09-07"},
    "conflicts": {"kind": "line_manager"},
    "return-steps": {"step": "direct_observation"},
}
WHY = "Read from the wrong line."


async def recorded(caller: Caller, educator: Educator, kind: str, **changes: Any) -> str:
    """The path of a new record."""
    made = await caller.post(f"/v1/educators/{educator.id}/{kind}", RECORDS[kind] | changes)
    assert made.status_code == 201, made.text
    path: str = made.headers["location"]
    return path


async def history(caller: Caller, path: str) -> list[dict[str, Any]]:
    answer = await caller.get(f"{path}/history")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def withdrawn(caller: Caller, path: str, etag: str = "*") -> httpx.Response:
    return await caller.post(f"{path}/withdrawal", {"reason": "Not this educator's."}, If_Match=etag)


@pytest.mark.parametrize("kind", RECORDS)
async def test_a_correction_makes_a_new_version_and_the_old_one_can_be_read(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock, kind: str
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id, client_id="the-office")
    path = await recorded(office, educator, kind)
    stopped_clock.move(timedelta(days=1))
    first = await office.get(path)
    assert first.headers["etag"] == '"1"'
    done = await office.patch(path, CORRECTIONS[kind] | {"reason": WHY}, first.headers["etag"])
    assert (done.status_code, done.headers["etag"]) == (200, '"2"'), done.text
    assert CORRECTIONS[kind].items() <= done.json().items()
    assert (await office.get(path)).json() == done.json()
    one, two = await history(office, path)
    assert (one["version"], one["changed_by"], one["reason"]) == (1, "the-office", None)
    assert (two["version"], two["changed_by"], two["reason"]) == (2, "the-office", WHY)
    assert (one["changed_at"], two["changed_at"]) == ("2026-09-07T09:00:00Z", "2026-09-08T09:00:00Z")
    assert RECORDS[kind].items() <= one["values"].items()
    assert two["values"] == one["values"] | CORRECTIONS[kind]


@pytest.mark.parametrize("kind", RECORDS)
async def test_what_is_withdrawn_is_listed_on_request_and_changes_no_more(
    educators_client: httpx.AsyncClient, educators_db: Database, kind: str
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, kind)
    gone = await withdrawn(office, path, '"1"')
    assert (gone.status_code, gone.headers["etag"]) == (200, '"2"'), gone.text
    assert gone.json()["withdrawn_at"] == "2026-09-07T09:00:00Z"
    listed = path.rpartition("/")[0]
    assert (await office.get(listed)).json()["items"] == []
    assert (await office.get(f"{listed}?withdrawn=true")).json()["items"] == [gone.json()]
    assert (await office.get(path)).json() == gone.json()
    for again in (await withdrawn(office, path), await office.patch(path, {"reason": WHY})):
        assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    assert [each["withdrawn"] for each in await history(office, path)] == [False, True]
    replaced = await office.post(listed, RECORDS[kind])
    assert replaced.status_code == 201


async def test_what_is_withdrawn_counts_for_no_rule(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    student = await a_student_of(educators_db, educator)
    await cpd_of(educators_db, educator)
    office = the_office(educators_client, educator.partnership_id)
    about = f"/v1/educators/{educator.id}"
    assert (await office.get(f"{about}/currency")).json()["status"] == "current"
    await withdrawn(office, f"{about}/support-episodes/{student.id}")
    assert (await office.get(f"{about}/currency")).json()["status"] == "lapsed"
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "lapsed"
    types = [type_ for type_, _ in await told(educators_db)]
    assert types == ["support_episode.withdrawn", "educator.currency_changed"]


async def test_a_change_needs_the_version_that_was_seen_and_a_reason(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "cpd-records")
    hours = {"hours": 4, "reason": WHY}
    without = await office.patch(path, hours, if_match=None)
    done = await office.patch(path, hours, '"1"')
    stale = await office.patch(path, {"hours": 5, "reason": WHY}, '"1"')
    assert [answer.status_code for answer in (without, done, stale)] == [428, 200, 412]
    same = await office.patch(path, hours, '"2"')
    assert (same.status_code, same.headers["etag"]) == (200, '"2"')
    assert (await withdrawn(office, path, '"1"')).status_code == 412
    for wrong in ({"hours": 5}, {"hours": 5, "reason": "no"}, {"hours": 5, "reason": "x" * 501}):
        refused = await office.patch(path, wrong)
        assert refused.json()["errors"][0]["pointer"] == "/reason"
    assert len(await history(office, path)) == 2


async def test_a_correction_is_looked_at_like_a_new_record(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "support-episodes", days=100)
    both = {"started_on": "2026-05-01", "ending": None, "days": 900, "reason": WHY, "name": "x"}
    refused = await office.patch(path, both)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/name"]
    refused = await office.patch(path, {"started_on": "2026-04-01", "days": 900, "reason": WHY})
    assert [fault["code"] for fault in refused.json()["errors"]] == ["more_days_than_there_were"]
    refused = await office.patch(path, {"started_on": None, "reason": WHY})
    assert refused.json()["errors"][0]["pointer"] == "/started_on"
    assert len(await history(office, path)) == 1


async def test_a_step_that_is_corrected_into_a_mentored_student_needs_its_mentor(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "return-steps")
    for mentor_id, code in ((None, "mentor_missing"), (str(educator.id), "unsuitable_mentor")):
        wrong = {"step": "mentored_student", "mentor_educator_id": mentor_id, "reason": WHY}
        refused = await office.patch(path, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    mentor = await an_educator(educators_db, educator.partnership_id)
    right = {"step": "mentored_student", "mentor_educator_id": str(mentor.id), "reason": WHY}
    assert (await office.patch(path, right)).status_code == 200


async def test_withdrawing_twice_with_one_key_is_one_withdrawal(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "active-roles")
    body = {"reason": "Another person's post."}
    answers = [
        await office.post(f"{path}/withdrawal", body, If_Match='"1"', Idempotency_Key="once")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert len(await history(office, path)) == 2


async def test_whose_evidence_it_is_decides_who_reads_and_corrects_it(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    partnership = educator.partnership_id
    office = the_office(educators_client, partnership)
    path = await recorded(office, educator, "manager-check-ins")
    for caller, status in (
        (an_organisation_system(educators_client, partnership, educator.organisation_id), 200),
        (an_organisation_system(educators_client, partnership, new_id()), 403),
        (the_office(educators_client, new_id()), 404),
    ):
        reads = [await caller.get(path), await caller.get(f"{path}/history")]
        assert [answer.status_code for answer in reads] == [status, status]
        assert (await caller.patch(path, {"confirmed": True, "reason": WHY})).status_code == status
    person = in_person(educators_client, partnership, educator.id, "practice_educator")
    assert (await person.get(path)).status_code == 200
    assert (await person.patch(path, {"confirmed": False, "reason": WHY})).status_code == 403
    other = await an_educator(educators_db, partnership)
    elsewhere = path.replace(str(educator.id), str(other.id))
    assert (await office.get(elsewhere)).status_code == 404
    assert (await office.get(f"{elsewhere}/history")).json()["items"] == []
    assert (await withdrawn(office, elsewhere)).status_code == 404


async def test_an_educator_corrects_their_own_word_and_nobody_elses(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    person = in_person(educators_client, educator.partnership_id, educator.id, "practice_educator")
    own = await recorded(person, educator, "cpd-records")
    assert (await person.patch(own, {"hours": 2, "reason": WHY})).status_code == 200
    imported = await cpd_of(educators_db, educator, title="From the course's list", source="imported")
    theirs = f"/v1/educators/{educator.id}/cpd-records/{imported.id}"
    assert (await person.patch(theirs, {"hours": 9, "reason": WHY})).status_code == 403


async def test_reasons_and_names_travel_in_no_event(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "support-episodes")
    await office.patch(path, {"days": 70, "reason": "It was Wilhelmina's student."})
    await withdrawn(office, path)
    assert "Wilhelmina" not in str(await told(educators_db))


async def test_corrections_at_once_lose_no_version(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "cpd-records", hours=1)
    asked = [office.patch(path, {"hours": hours, "reason": WHY}) for hours in range(2, 8)]
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}
    versions = await history(office, path)
    assert [each["version"] for each in versions] == [1, 2, 3, 4, 5, 6, 7]
    assert {each["values"]["hours"] for each in versions} == {1, 2, 3, 4, 5, 6, 7}


async def test_a_long_history_is_read_in_pages(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = await recorded(office, educator, "cpd-records", hours=1)
    for hours in (2, 3):
        await office.patch(path, {"hours": hours, "reason": WHY})
    first = (await office.get(f"{path}/history?limit=2")).json()
    rest = (await office.get(f"{path}/history?limit=2&cursor={first['next_cursor']}")).json()
    assert [each["version"] for each in first["items"] + rest["items"]] == [1, 2, 3]


async def test_the_educator_has_a_history_too(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id, client_id="the-office")
    path = f"/v1/educators/{educator.id}"
    await office.patch(path, {"full_name": "A. Fielding", "reason": "Their own spelling."})
    await office.patch(path, {"peps_stage": "none"})
    versions = await history(office, path)
    assert [each["version"] for each in versions] == [1, 2, 3, 4]
    assert [each["changed_by"] for each in versions] == [None, "the-office", "the-office", "rules:currency"]
    assert [each["reason"] for each in versions] == [None, "Their own spelling.", None, None]
    assert [each["values"]["full_name"] for each in versions] == ["Amara Fielding"] + ["A. Fielding"] * 3
    assert [each["values"]["currency_status"] for each in versions][2:] == ["unverified", "not_yet_qualified"]
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    assert (await other.get(f"{path}/history")).status_code == 403


async def test_nothing_that_was_on_record_is_ever_gone(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    for kind in RECORDS:
        path = await recorded(office, educator, kind)
        await office.patch(path, CORRECTIONS[kind] | {"reason": WHY})
        await withdrawn(office, path)
    async with educators_db.read() as connection:
        kept = await connection.execute(
            text(
                "select kind, count(*) as times from record_versions where kind <> 'educators' group by kind"
            )
        )
        tables = {kind.replace("-", "_") for kind in RECORDS} - {"conflicts"} | {"declared_conflicts"}
        assert {row.kind: row.times for row in kept} == dict.fromkeys(tables, 2)
