from typing import Any

import httpx
import pytest

from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, in_person, the_office
from tests.educators.factories import an_educator

RECORDS: dict[str, dict[str, Any]] = {
    "qualifications": {"stage": "stage_2", "awarding_body": "A university", "awarded_on": "2019-07-12"},
    "support-episodes": {"placement_level": "final", "started_on": "2025-10-06", "ended_on": "2026-04-30"},
    "learner-episodes": {"learner_kind": "asye", "started_on": "2025-09-01", "ended_on": "2026-08-31"},
    "active-roles": {"role_kind": "practice_education_post", "started_on": "2024-01-08"},
    "cpd-records": {"on": "2026-06-15", "title": "Assessing with the PCF", "hours": 2.5},
    "manager-check-ins": {"on": "2026-09-01", "confirmed": True},
    "registration-checks": {"checked_on": "2026-09-01", "status": "registered"},
    "unavailability": {"starts_on": "2026-10-05", "ends_on": "2027-01-29"},
    "development-plans": {"opened_on": "2026-05-04"},
    "conflicts": {"kind": "kin", "student_id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"},
    "return-steps": {"step": "re_engagement_cpd", "on": "2026-06-26"},
}
ANOTHER: dict[str, dict[str, Any]] = {
    "qualifications": {"stage": "stage_1", "awarded_on": "2017-07-12"},
    "cpd-records": {"title": "A conference"},
}
"""What another record of the kind says differently, where the same cannot be on record twice."""

IN_THE_FUTURE = {
    "qualifications": {"awarded_on": "2026-10-01"},
    "support-episodes": {"ended_on": "2026-10-01"},
    "learner-episodes": {"ended_on": "2026-10-01"},
    "active-roles": {"started_on": "2026-10-01"},
    "cpd-records": {"on": "2026-10-01"},
    "manager-check-ins": {"on": "2026-10-01"},
    "registration-checks": {"checked_on": "2026-10-01"},
    "development-plans": {"opened_on": "2026-10-01"},
    "return-steps": {"on": "2026-10-01"},
}
"""Days that have not come. A time away and a tie to a student may well lie ahead."""


@pytest.mark.parametrize("kind", RECORDS)
async def test_a_record_is_added_listed_and_kept_from_others(
    educators_client: httpx.AsyncClient, educators_db: Database, kind: str
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    path = f"/v1/educators/{educator.id}/{kind}"
    office = the_office(educators_client, partnership)
    made = await office.post(path, RECORDS[kind])
    assert made.status_code == 201, made.text
    assert RECORDS[kind].items() <= made.json().items()
    another = RECORDS[kind] | ANOTHER.get(kind, {})
    again = [await office.post(path, another, Idempotency_Key="once") for _ in range(2)]
    assert again[0].json() == again[1].json()
    listed = (await office.get(path)).json()
    assert listed == {"items": [made.json(), again[0].json()], "next_cursor": None}
    own = an_organisation_system(educators_client, partnership, educator.organisation_id)
    assert (await own.get(path)).json() == listed
    other = an_organisation_system(educators_client, partnership, new_id())
    assert (await other.get(path)).status_code == 403
    assert (await other.post(path, RECORDS[kind])).status_code == 403
    stranger = the_office(educators_client, new_id())
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(path, RECORDS[kind])).status_code == 404


async def test_what_has_not_happened_is_no_evidence(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    office = the_office(educators_client, partnership)
    for kind, ahead in IN_THE_FUTURE.items():
        refused = await office.post(f"/v1/educators/{educator.id}/{kind}", RECORDS[kind] | ahead)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "in_the_future"


async def test_a_long_list_is_read_in_pages(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    office, path = the_office(educators_client, partnership), f"/v1/educators/{educator.id}/cpd-records"
    for n in range(3):
        await office.post(path, RECORDS["cpd-records"] | {"title": f"Day {n}"})
    first = (await office.get(f"{path}?limit=2")).json()
    second = (await office.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert [each["title"] for each in first["items"] + second["items"]] == ["Day 0", "Day 1", "Day 2"]


async def test_an_educator_records_their_own_cpd(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    person = in_person(educators_client, partnership, educator.id, "practice_educator")
    for kind, expected in (("cpd-records", 201), ("manager-check-ins", 403), ("support-episodes", 403)):
        answer = await person.post(f"/v1/educators/{educator.id}/{kind}", RECORDS[kind])
        assert answer.status_code == expected


async def test_without_the_scope_nothing_is_written(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await an_educator(educators_db, partnership)
    reader = the_office(educators_client, partnership, scopes=["educators:read"])
    refused = await reader.post(f"/v1/educators/{educator.id}/cpd-records", RECORDS["cpd-records"])
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
