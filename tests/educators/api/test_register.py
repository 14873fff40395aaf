from datetime import date
from uuid import UUID

import httpx

from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.wiring import Wiring
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import a_current_educator, a_student_of, an_educator, cpd_of


async def a_register(db: Database, wiring: Wiring) -> tuple[UUID, UUID]:
    """Two who are current until June 2027, one until October 2026, one in the CPD's grace, one lapsed, one unverified."""
    partnership, council = new_id(), new_id()
    for organisation in (council, new_id()):
        await a_current_educator(db, partnership, organisation_id=organisation)
    for cpd in (date(2025, 10, 12), date(2025, 8, 1), date(2024, 8, 1)):
        educator = await an_educator(db, partnership, organisation_id=council)
        await a_student_of(db, educator)
        await cpd_of(db, educator, cpd)
    await an_educator(db, partnership, organisation_id=council)
    await sweep_currency(wiring.db, wiring.clock)
    return partnership, council


async def test_the_register_says_who_is_current_and_why(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    lines = (await office.get("/v1/register")).json()["items"]
    assert sorted(line["status"] for line in lines) == [
        "current",
        "current",
        "expiring",
        "expiring",
        "lapsed",
        "unverified",
    ]
    current = (await office.get(f"/v1/register?status=current&organisation_id={council}")).json()["items"]
    assert [(each["basis"], each["current_until"]) for each in current] == [("A", "2027-06-15")]
    other = an_organisation_system(educators_client, partnership, new_id())
    masked = (await other.get("/v1/register?status=current")).json()["items"]
    assert [(each["full_name"], each["current_until"]) for each in masked] == [(None, None)] * 2


async def test_the_forecast_says_how_many_lapse_in_each_month(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    forecast = (await office.get("/v1/register/forecast?months=10")).json()
    months = {each["month"]: each["lapsing"] for each in forecast["months"]}
    assert next(iter(months)) == "2026-09"
    assert len(months) == 10
    assert {month: n for month, n in months.items() if n} == {"2026-09": 1, "2026-10": 1, "2027-06": 2}
    assert {each["status"]: each["educators"] for each in forecast["statuses"]} == {
        "current": 2,
        "expiring": 2,
        "lapsed": 1,
        "in_training": 0,
        "not_yet_qualified": 0,
        "unverified": 1,
    }
    own = an_organisation_system(educators_client, partnership, council)
    seen = (await own.get("/v1/register/forecast?months=10")).json()
    assert sum(each["educators"] for each in seen["statuses"]) == 5
