from datetime import date

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import a_current_educator, a_student_of, an_educator, cpd_of


async def test_currency_comes_with_its_rules_their_evidence_and_their_fix(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    student = await a_student_of(educators_db, educator)
    cpd = await cpd_of(educators_db, educator)
    office = the_office(educators_client, educator.partnership_id)
    shown = (await office.get(f"/v1/educators/{educator.id}/currency")).json()
    rules = {rule["code"]: rule for rule in shown.pop("rules")}
    assert shown == {
        "educator_id": str(educator.id),
        "as_at": "2026-09-07",
        "status": "current",
        "basis": "A",
        "current_until": "2027-06-15",
        "cpd_grace_until": "2027-08-14",
    }
    assert list(rules) == ["route_a", "route_b", "route_c", "return_to_practice", "cpd"]
    assert rules["route_a"] == {
        "code": "route_a",
        "holds": True,
        "until": "2028-04-30",
        "detail": "The last student's last day was 30 April 2026, within two years of 7 September 2026.",
        "evidence_ids": [str(student.id)],
        "fix": None,
    }
    assert rules["cpd"]["evidence_ids"] == [str(cpd.id)]
    assert rules["route_b"]["fix"]


async def test_other_days_than_today_may_be_asked_for(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    await a_student_of(educators_db, educator, date(2026, 4, 30), started_on=date(2025, 10, 6))
    await cpd_of(educators_db, educator)
    office = the_office(educators_client, educator.partnership_id)

    async def status(day: str) -> str:
        path = f"/v1/educators/{educator.id}/currency?as_at={day}"
        return str((await office.get(path)).json()["status"])

    days = ("2025-09-01", "2026-06-15", "2027-04-01", "2027-08-14", "2027-08-15")
    found = [await status(day) for day in days]
    assert found == ["lapsed", "current", "expiring", "expiring", "lapsed"]


async def test_reasons_are_for_the_own_organisation(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    path = f"/v1/educators/{educator.id}/currency"
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    assert (await other.get(path)).status_code == 403
    assert (await the_office(educators_client, new_id()).get(path)).status_code == 404
    bad = await the_office(educators_client, educator.partnership_id).get(f"{path}?as_at=soon")
    assert bad.status_code == 422
