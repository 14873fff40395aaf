import asyncio
from collections import Counter

from shared.http.paging import START
from tests.educators.callers import Caller
from tests.educators.cpd import BEGINS, Partners, a_session, good, instant, refused
from tests.educators.factories import told


def body(educator_id: object) -> dict[str, str]:
    return {"educator_id": str(educator_id)}


async def test_an_educator_books_themselves_and_an_organisation_its_own(partners: Partners) -> None:
    path = await partners.open(places=5)
    one, two, other = *(await partners.educators(2)), await partners.an_educator(partners.other)
    council = partners.system_of(partners.council)
    mine = await partners.person(one).post(f"{path}/bookings", body(one.id))
    booking = good(mine)
    assert (booking["status"], booking["position"], booking["price_pence"]) == ("confirmed", None, 5000)
    assert mine.headers["location"] == f"/v1/bookings/{booking['id']}"
    assert good(await council.post(f"{path}/bookings", body(two.id)))["status"] == "confirmed"
    for caller, educator in ((partners.person(one), two), (council, other), (partners.host, other)):
        assert refused(await caller.post(f"{path}/bookings", body(educator.id))) == (
            403,
            "other_organisation",
        )
    assert (await council.post(f"{path}/bookings", body(START))).status_code == 404
    assert good(await council.get(path))["booked"] == 2
    assert await told(partners.db, "booking.confirmed") == [
        ("booking.confirmed", {"activity_id": booking["activity_id"], "educator_id": str(each.id)})
        for each in (one, two)
    ]


async def test_nobody_books_twice_and_a_repeated_request_books_once(partners: Partners) -> None:
    path = await partners.open()
    (educator,) = await partners.educators(1)
    answers = [
        await partners.office.post(f"{path}/bookings", body(educator.id), Idempotency_Key="once")
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert refused(await partners.office.post(f"{path}/bookings", body(educator.id))) == (
        409,
        "already_booked",
    )


async def test_of_thirty_at_once_ten_have_a_place_and_twenty_wait_in_order(partners: Partners) -> None:
    path = await partners.open(places=10)
    educators = await partners.educators(30)
    answers = await asyncio.gather(
        *(partners.office.post(f"{path}/bookings", body(each.id)) for each in educators)
    )
    made = [good(answer) for answer in answers]
    assert Counter(each["status"] for each in made) == {"confirmed": 10, "waiting": 20}
    waiting = sorted((each for each in made if each["position"]), key=lambda each: each["position"])
    assert [each["position"] for each in waiting] == list(range(1, 21))
    activity_id = made[0]["activity_id"]
    listed = good(await partners.host.get(f"/v1/bookings?activity_id={activity_id}&status=waiting"))
    assert sorted(each["position"] for each in listed["items"]) == list(range(1, 21))
    assert good(await partners.host.get(path)) | {"booked": 10, "waiting": 20} == good(
        await partners.host.get(path)
    )
    assert len(await told(partners.db, "booking.waitlisted")) == 20

    leaving = [each for each in made if each["status"] == "confirmed"][:5]
    gone = await asyncio.gather(
        *(
            partners.office.post(f"/v1/bookings/{each['id']}/cancellation", None, If_Match="*")
            for each in leaving
        )
    )
    assert [good(answer)["status"] for answer in gone] == ["cancelled"] * 5
    promoted = [data["educator_id"] for _, data in await told(partners.db, "booking.promoted")]
    assert promoted == [each["educator_id"] for each in waiting[:5]]
    sixth = good(await partners.office.get(f"/v1/bookings/{waiting[5]['id']}"))
    assert (sixth["status"], sixth["position"]) == ("waiting", 1)
    seen = good(await partners.host.get(path))
    assert (seen["booked"], seen["waiting"]) == (10, 15)


async def test_a_place_is_given_up_once_and_only_by_those_concerned(partners: Partners) -> None:
    path = await partners.open(places=1)
    one, two, three = await partners.educators(3)
    first, second, third = await partners.booked(path, one, two, three)
    step = f"/v1/bookings/{first['id']}/cancellation"
    assert (await partners.person(two).post(step, None, If_Match="*")).status_code == 404
    assert (await partners.system_of(partners.other).post(step, None, If_Match="*")).status_code == 404
    assert (await partners.person(one).post(step, None, If_Match='"7"')).status_code == 412
    assert good(await partners.person(one).post(step, None, If_Match='"1"'))["status"] == "cancelled"
    assert refused(await partners.person(one).post(step, None, If_Match="*")) == (409, "invalid_state")
    now = good(await partners.office.get(f"/v1/bookings/{second['id']}"))
    assert (now["status"], now["position"], now["confirmed_at"]) == (
        "confirmed",
        None,
        instant(partners.clock.now()),
    )
    waits = f"/v1/bookings/{third['id']}/cancellation"
    assert good(await partners.host.post(waits, None, If_Match="*"))["status"] == "cancelled"
    again = good(await partners.office.post(f"{path}/bookings", body(one.id)))
    assert (again["status"], again["position"]) == ("waiting", 1)


async def test_more_places_go_to_those_who_wait_and_there_are_never_fewer_than_taken(
    partners: Partners,
) -> None:
    path = await partners.open(places=1)
    await partners.booked(path, *await partners.educators(4))
    changed = good(await partners.host.patch(path, {"places": 3}))
    assert (changed["booked"], changed["waiting"]) == (3, 1)
    fewer = await partners.host.patch(path, {"places": 2})
    assert (refused(fewer), fewer.json()["taken"]) == ((409, "places_taken"), 3)
    assert good(await partners.host.get(path))["places"] == 3


async def test_a_booking_comes_in_time(partners: Partners) -> None:
    closes = "2026-10-29T16:00:00Z"
    draft, path = await partners.a_draft(), await partners.open(booking_closes_at=closes)
    one, two, three = await partners.educators(3)
    assert refused(await partners.office.post(f"{draft}/bookings", body(one.id))) == (409, "invalid_state")
    await partners.booked(path, one, two)
    partners.clock.move(BEGINS.replace(month=10, day=29, hour=16, minute=0) - partners.clock.now())
    late = await partners.office.post(f"{path}/bookings", body(three.id))
    assert refused(late) == (409, "booking_closed")


async def test_a_place_is_not_given_up_once_it_has_begun(partners: Partners) -> None:
    path = await partners.open(places=1)
    has, waits = await partners.booked(path, *await partners.educators(2))
    partners.clock.move(BEGINS - partners.clock.now())
    answer = await partners.office.post(f"/v1/bookings/{has['id']}/cancellation", None, If_Match="*")
    assert refused(answer) == (409, "already_begun")
    gone = await partners.office.post(f"/v1/bookings/{waits['id']}/cancellation", None, If_Match="*")
    assert good(gone)["status"] == "cancelled"


async def test_bookings_at_the_same_time_are_warned_of(partners: Partners) -> None:
    (educator,) = await partners.educators(1)
    course, same_day, later = (
        await partners.open(),
        await partners.open(sessions=[a_session(-7), a_session()]),
        await partners.open(sessions=[a_session(1)]),
    )
    first, second, third = [(await partners.booked(each, educator))[0] for each in (course, same_day, later)]
    assert (first["overlaps"], third["overlaps"]) == ([], [])
    assert second["overlaps"] == [first["activity_id"]]
    now = good(await partners.office.get(f"/v1/bookings/{first['id']}"))
    assert now["overlaps"] == [second["activity_id"]]
    good(await partners.office.post(f"/v1/bookings/{second['id']}/cancellation", None, If_Match="*"))
    assert good(await partners.office.get(f"/v1/bookings/{first['id']}"))["overlaps"] == []


async def test_bookings_are_listed_to_those_concerned(partners: Partners) -> None:
    path = await partners.open(places=5)
    ours, theirs = await partners.an_educator(), await partners.an_educator(partners.other)
    one, two = await partners.booked(path, ours, theirs)

    async def found(caller: Caller, asked: str = "") -> list[str]:
        return [each["id"] for each in good(await caller.get(f"/v1/bookings{asked}"))["items"]]

    assert await found(partners.office) == await found(partners.host) == [one["id"], two["id"]]
    assert await found(partners.system_of(partners.council)) == [one["id"]]
    assert await found(partners.person(theirs)) == [two["id"]]
    assert await found(partners.office, f"?educator_id={theirs.id}") == [two["id"]]
    assert await found(partners.office, "?status=waiting") == []
