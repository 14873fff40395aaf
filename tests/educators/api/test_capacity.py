from datetime import date

import httpx

from services.educators.models.circumstances import Unavailability
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import a_seat_with, an_educator, kept
from tests.educators.sisters import SomeOrganisations

TERM = "from=2026-09-21&to=2027-02-26"
FIRST, LAST = date(2026, 9, 21), date(2027, 2, 26)


async def test_seats_and_requests_of_a_term_stand_side_by_side(
    educators_client: httpx.AsyncClient, educators_db: Database, organisations: SomeOrganisations
) -> None:
    partnership, council = new_id(), new_id()
    organisations.demand = (10, 2)
    holder = await an_educator(
        educators_db,
        partnership,
        organisation_id=council,
        currency_status="current",
        max_concurrent=2,
        directorate="adults",
    )
    await a_seat_with(educators_db, holder, FIRST, LAST)
    await a_seat_with(educators_db, holder, FIRST, LAST, released_at=holder.created_at)
    await a_seat_with(educators_db, holder, date(2027, 2, 27), date(2027, 6, 1))
    await an_educator(educators_db, partnership, currency_status="expiring", mode="off_site")
    await an_educator(educators_db, partnership, currency_status="in_training", lapses_on=None)
    await an_educator(educators_db, partnership, currency_status="lapsed")
    away = await an_educator(educators_db, partnership, currency_status="current", organisation_id=council)
    days = {"partnership_id": partnership, "educator_id": away.id, "starts_on": LAST, "ends_on": None}
    await kept(educators_db, Unavailability(**days))
    office = the_office(educators_client, partnership)
    capacity = (await office.get(f"/v1/capacity?{TERM}")).json()
    assert capacity["total"] == {"educators": 3, "seats": 7, "held": 1, "free": 6, "at_risk": 0, "away": 1}
    demand = {"is_known": True, "reason": None, "requests": 10, "placed": 2, "unplaced": 8}
    assert (capacity["demand"], capacity["shortfall"]) == (demand, 2)
    assert {(each["directorate"], each["mode"], each["free"]) for each in capacity["groups"]} == {
        ("adults", "on_site", 1),
        (None, "off_site", 4),
        (None, "on_site", 1),
        (None, "on_site", 0),
    }
    adults = (await office.get(f"/v1/capacity?{TERM}&directorate=adults")).json()
    assert (adults["total"]["seats"], adults["shortfall"]) == (2, None)
    own = (
        await an_organisation_system(educators_client, partnership, council).get(f"/v1/capacity?{TERM}")
    ).json()
    assert (own["total"]["seats"], own["total"]["away"], own["shortfall"]) == (2, 1, None)


async def test_while_placements_is_down_demand_is_unknown_and_seats_are_shown(
    educators_client: httpx.AsyncClient, educators_db: Database, organisations: SomeOrganisations
) -> None:
    educator = await an_educator(educators_db, new_id(), currency_status="current")
    organisations.down = True
    office = the_office(educators_client, educator.partnership_id)
    answer = await office.get(f"/v1/capacity?{TERM}")
    assert answer.status_code == 200
    assert answer.json()["total"]["free"] == 1
    assert answer.json()["demand"] == {
        "is_known": False,
        "reason": "placements_unavailable",
        "requests": None,
        "placed": None,
        "unplaced": None,
    }
    assert answer.json()["shortfall"] is None


async def test_days_that_cannot_be_are_refused(educators_client: httpx.AsyncClient) -> None:
    office = the_office(educators_client, new_id())
    for query in (
        "from=2026-09-02&to=2026-09-01",
        "from=2026-09-01&to=2036-09-01",
        "from=2026-09-01",
        "from=a&to=b",
    ):
        answer = await office.get(f"/v1/capacity?{query}")
        assert answer.status_code == 422, query
