from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord
from tests.educators.callers import Caller
from tests.educators.cpd import BEGINS, Partners, a_session, good, refused
from tests.educators.factories import a_student_of, the, told


async def records(partners: Partners, educator: Educator) -> list[CpdRecord]:
    statement = select(CpdRecord).where(CpdRecord.educator_id == educator.id).order_by(CpdRecord.id)
    async with partners.db.begin() as session:
        return list((await session.execute(statement)).scalars())


async def status_of(partners: Partners, educator: Educator) -> str:
    return (await the(partners.db, Educator, id=educator.id)).currency_status


async def lapsed_without_cpd(partners: Partners) -> Educator:
    educator = await partners.an_educator(currency_status="lapsed")
    await a_student_of(partners.db, educator)
    return educator


async def test_whoever_was_there_has_cpd_on_their_record_once_and_is_current(partners: Partners) -> None:
    path = await partners.open()
    came, absent = await lapsed_without_cpd(partners), await lapsed_without_cpd(partners)
    await partners.booked(path, came, absent)
    said = {came: "attended", absent: "absent"}
    first = await partners.attendance(path, said)
    again = await partners.attendance(path, said)
    assert good(first) == good(again)
    assert first.headers["etag"] == again.headers["etag"]
    (record,) = await records(partners, came)
    assert (record.on, record.title, record.hours, record.source) == (
        date(2026, 11, 5),
        "Critical reflection in supervision",
        Decimal("5.5"),
        "cpd_activity",
    )
    assert (record.practice_education, record.peer_reflection) == (True, True)
    assert str(record.activity_id) == good(first)["activity_id"]
    assert [(each["attendance"], each["cpd_record_id"]) for each in good(first)["entries"]] == [
        ("attended", str(record.id)),
        ("absent", None),
    ]
    assert await records(partners, absent) == []
    assert [await status_of(partners, each) for each in (came, absent)] == ["current", "lapsed"]
    news = await told(partners.db, "educator.currency_changed")
    assert [(data["educator_id"], data["to"]) for _, data in news] == [(str(came.id), "current")]
    assert good(await partners.host.get(path))["status"] == "held"


async def test_attendance_that_is_corrected_is_withdrawn_from_the_record(partners: Partners) -> None:
    path = await partners.open()
    one, two = await lapsed_without_cpd(partners), await lapsed_without_cpd(partners)
    await partners.booked(path, one, two)
    first = await partners.attendance(path, {one: "attended"})
    changed = {one: "absent", two: "attended"}
    assert refused(await partners.attendance(path, changed)) == (428, "version_required")
    assert refused(await partners.attendance(path, changed, If_Match='"1"')) == (412, "stale_version")
    good(await partners.attendance(path, changed, If_Match=first.headers["etag"]))
    (withdrawn,) = await records(partners, one)
    assert withdrawn.withdrawn_at == partners.clock.now()
    assert [await status_of(partners, each) for each in (one, two)] == ["lapsed", "current"]
    good(await partners.attendance(path, {one: "attended"}, If_Match="*"))
    assert [each.withdrawn_at is None for each in await records(partners, one)] == [False, True]
    assert [await status_of(partners, each) for each in (one, two)] == ["current", "lapsed"]


async def test_only_those_with_a_place_are_on_the_list_each_once(partners: Partners) -> None:
    path = await partners.open(places=1)
    has, waits, stranger = await partners.educators(3)
    await partners.booked(path, has, waits)
    answer = await partners.attendance(path, {has: "watched_replay", waits: "attended", stranger: "absent"})
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/entries/0/attendance", "no_replay"),
        ("/entries/1/educator_id", "not_booked"),
        ("/entries/2/educator_id", "not_booked"),
    ]
    twice = [{"educator_id": str(has.id), "attendance": word} for word in ("attended", "absent")]
    answer = await partners.host.put(f"{path}/attendance", {"entries": twice})
    assert [fault["code"] for fault in answer.json()["errors"]] == ["twice", "twice"]
    assert good(await partners.host.get(path))["status"] == "open"


async def test_a_programme_is_attended_when_its_last_session_has_begun(partners: Partners) -> None:
    path = await partners.open(
        kind="reflective_programme", level=1, sessions=[a_session(), a_session(7), a_session(14)]
    )
    (educator,) = await partners.educators(1)
    await partners.booked(path, educator)
    early = await partners.attendance(path, {educator: "attended"})
    assert refused(early) == (409, "not_yet_held")
    partners.clock.move(BEGINS + timedelta(days=14) - partners.clock.now())
    good(await partners.attendance(path, {educator: "attended"}))
    (record,) = await records(partners, educator)
    assert record.on == date(2026, 11, 19)


async def test_a_replay_counts_when_it_is_recorded_while_it_lasts(partners: Partners) -> None:
    path = await partners.open(kind="online_session", places=None, replay_until_on="2026-11-30")
    live, later, late = await partners.educators(3)
    await partners.booked(path, live)
    good(await partners.attendance(path, {live: "attended"}))
    partners.clock.move(timedelta(days=25))
    await partners.booked(path, later, late)
    said = {live: "attended", later: "watched_replay"}
    good(await partners.attendance(path, said, If_Match="*"))
    assert [each.on for each in await records(partners, later)] == [date(2026, 11, 30)]
    partners.clock.move(timedelta(days=1))
    too_late = await partners.attendance(path, {**said, late: "watched_replay"}, If_Match="*")
    assert [fault["pointer"] for fault in too_late.json()["errors"]] == ["/entries/2/attendance"]
    (another,) = await partners.educators(1)
    closed = await partners.office.post(f"{path}/bookings", {"educator_id": str(another.id)})
    assert refused(closed) == (409, "invalid_state")
    good(await partners.attendance(path, said, If_Match="*"))
    assert len(await records(partners, later)) == 1


async def test_the_host_sees_the_whole_list_others_their_own(partners: Partners) -> None:
    path = await partners.open()
    ours, theirs = await partners.an_educator(), await partners.an_educator(partners.other)
    await partners.booked(path, ours, theirs)

    async def seen(caller: Caller) -> list[UUID]:
        entries = good(await caller.get(f"{path}/attendance"))["entries"]
        return [UUID(each["educator_id"]) for each in entries]

    assert await seen(partners.host) == [ours.id, theirs.id]
    assert await seen(partners.system_of(partners.council)) == [ours.id]
    assert await seen(partners.person(theirs)) == [theirs.id]


async def test_cpd_that_is_not_about_practice_education_makes_nobody_current(partners: Partners) -> None:
    path = await partners.open(practice_education=False)
    educator = await lapsed_without_cpd(partners)
    await partners.booked(path, educator)
    good(await partners.attendance(path, {educator: "attended"}))
    assert await status_of(partners, educator) == "lapsed"
