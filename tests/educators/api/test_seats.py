import asyncio
from datetime import date

import httpx

from services.educators.models.seats import Seat
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import ADDED_AT, a_seat_with, an_educator, told

DAYS = {"starts_on": "2026-09-21", "ends_on": "2027-02-26"}


async def test_a_seat_is_held_shown_and_released(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office, path = the_office(educators_client, educator.partnership_id), f"/v1/seats/{new_id()}"
    body = {"educator_id": str(educator.id), **DAYS}
    held, again = await office.put(path, body), await office.put(path, body)
    assert (held.status_code, again.status_code) == (201, 200)
    assert held.json() == again.json() == (await office.get(path)).json()
    assert held.headers["etag"] == again.headers["etag"]
    assert held.headers["location"] == path
    released = [await office.delete(path) for _ in range(2)]
    assert [answer.status_code for answer in released] == [204, 204]
    assert (await office.get(path)).json()["released_at"] == "2026-09-07T09:00:00Z"
    assert [type_ for type_, _ in await told(educators_db)] == ["seat.held", "seat.released"]


async def test_eight_at_once_for_three_seats_give_exactly_three(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id(), max_concurrent=3)
    office = the_office(educators_client, educator.partnership_id)
    body = {"educator_id": str(educator.id), **DAYS}
    answers = await asyncio.gather(*(office.put(f"/v1/seats/{new_id()}", body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["code"], refused["max_concurrent"], refused["held"]) == ("educator_full", 3, 3)


async def test_seats_that_are_not_there_are_not_found(educators_client: httpx.AsyncClient) -> None:
    office, path = the_office(educators_client, new_id()), f"/v1/seats/{new_id()}"
    assert (await office.get(path)).status_code == 404
    assert (await office.delete(path)).status_code == 404
    assert (await office.put(path, {"educator_id": str(new_id()), **DAYS})).status_code == 404


async def test_days_that_make_no_sense_are_refused(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    for days in ({"starts_on": "2027-03-01"}, {"ends_on": "never"}, {"more": True}):
        body = {"educator_id": str(educator.id), **DAYS, **days}
        assert (await office.put(f"/v1/seats/{new_id()}", body)).status_code == 422


async def test_another_organisation_holds_no_seat(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    refused = await other.put(f"/v1/seats/{new_id()}", {"educator_id": str(educator.id), **DAYS})
    assert (refused.status_code, refused.json()["code"]) == (403, "other_organisation")


async def test_seats_are_listed_by_educator_and_by_day(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    one, other = await an_educator(educators_db, partnership), await an_educator(educators_db, partnership)
    autumn = await a_seat_with(educators_db, one, date(2026, 9, 21), date(2026, 12, 18))
    spring = await a_seat_with(educators_db, one, date(2027, 1, 4), date(2027, 4, 1))
    others = await a_seat_with(educators_db, other, date(2026, 9, 21), date(2027, 4, 1))
    gone = await a_seat_with(educators_db, other, date(2026, 9, 21), date(2027, 4, 1), released_at=ADDED_AT)
    office = the_office(educators_client, partnership)

    async def listed(asked: str = "") -> list[str]:
        return [each["placement_id"] for each in (await office.get(f"/v1/seats{asked}")).json()["items"]]

    def placements(*seats: Seat) -> list[str]:
        return [str(seat.placement_id) for seat in seats]

    assert await listed() == placements(autumn, spring, others, gone)
    assert await listed(f"?educator_id={one.id}") == placements(autumn, spring)
    assert await listed("?on=2026-12-18") == placements(autumn, others)
    assert await listed(f"?on=2027-01-04&educator_id={one.id}") == placements(spring)
    first = (await office.get("/v1/seats?limit=3")).json()
    assert await listed(f"?limit=3&cursor={first['next_cursor']}") == placements(gone)
    assert (await the_office(educators_client, new_id()).get("/v1/seats")).json()["items"] == []


async def test_free_seats_are_told_day_by_day(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id(), max_concurrent=2)
    await a_seat_with(educators_db, educator, date(2026, 9, 21), date(2026, 12, 18))
    await a_seat_with(educators_db, educator, date(2026, 12, 1), date(2027, 4, 1))
    office = the_office(educators_client, educator.partnership_id)
    path = f"/v1/educators/{educator.id}/seats/free"
    found = (await office.get(f"{path}?from=2026-09-01&to=2026-12-31")).json()
    assert found["max_concurrent"] == 2
    assert [(span["starts_on"], span["ends_on"], span["free"]) for span in found["spans"]] == [
        ("2026-09-01", "2026-09-20", 2),
        ("2026-09-21", "2026-11-30", 1),
        ("2026-12-01", "2026-12-18", 0),
        ("2026-12-19", "2026-12-31", 1),
    ]
    backwards = await office.get(f"{path}?from=2026-12-31&to=2026-09-01")
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (422, "/query/to")
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    assert (await other.get(f"{path}?from=2026-09-01&to=2026-12-31")).status_code == 403
