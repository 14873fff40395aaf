"""A whole register in one call: idempotent, corrected with its history, and loud where somebody was missed."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.hubs.domain.attendance import Status
from services.hubs.models.attendance import Attendance, AttendanceVersion
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.operations.attendance import Entry, NotYetHeld, record
from services.hubs.operations.memberships import end
from services.hubs.queries.sessions import hold_of_day
from shared.errors import Invalid, VersionRequired
from shared.ids import new_id
from tests.hubs.factories import Tenant, a_hub, a_member, events, rows_of, sessions_of

P, L, N, U, E = (
    Status.PRESENT,
    Status.LATE,
    Status.ABSENT_NOTIFIED,
    Status.ABSENT_UNNOTIFIED,
    Status.EXCUSED,
)


class Season:
    """A hub with members and weekly sessions; time stands after the last of them."""

    def __init__(
        self, tenant: Tenant, hub: Hub, members: list[Membership], sessions: list[HubSession]
    ) -> None:
        self.tenant = tenant
        self.hub = hub
        self.members = members
        self.sessions = sessions

    async def take(
        self, number: int, *statuses: Status, may_correct: bool = True, whole: bool = True
    ) -> bool:
        said = zip(self.members, statuses, strict=False)
        entries = [Entry(member.student_id, status) for member, status in said]
        return await self.record(number, entries, may_correct=may_correct, whole=whole)

    async def record(
        self, number: int, entries: list[Entry], *, may_correct: bool = True, whole: bool = True
    ) -> bool:
        def asked(_: int) -> None:
            if not may_correct:
                raise VersionRequired

        tenant = self.tenant
        async with tenant.db.begin() as session:
            held = await hold_of_day(session, tenant.id, self.hub.id, self.sessions[number].held_on)
            assert held is not None
            return await record(
                session, tenant.office, held, entries, tenant.now, may_correct=asked, whole=whole
            )

    async def noticed(self) -> list[tuple[int, int, int, int]]:
        """Session (from 0), and the three numbers, of every notice so far."""
        numbers = {str(one.id): place for place, one in enumerate(self.sessions)}
        return [
            (
                numbers[data["session_id"]],
                data["consecutive_unnotified"],
                data["unnotified_of_last_six"],
                data["sessions_of_last_six"],
            )
            for _, data in await events(self.tenant, "hub_absence.noticed")
        ]

    async def said(self) -> Mapping[tuple[int, int], str]:
        places = {member.id: place for place, member in enumerate(self.members)}
        numbers = {one.id: place for place, one in enumerate(self.sessions)}
        rows = await rows_of(self.tenant, Attendance)
        return {(numbers[row.session_id], places[row.membership_id]): row.status for row in rows}


@pytest.fixture
async def season(tenant: Tenant) -> Season:
    hub = await a_hub(tenant)
    members = [await a_member(tenant, hub) for _ in range(2)]
    sessions = list(await sessions_of(tenant, hub, count=6))
    tenant.clock.move(timedelta(weeks=8))
    return Season(tenant, hub, members, sessions)


async def test_a_register_is_recorded_once_and_told(season: Season):
    assert await season.take(0, P, L)
    assert await season.said() == {(0, 0): "present", (0, 1): "late"}
    (told,) = await events(season.tenant, "session.recorded")
    assert (told[1]["expected"], told[1]["present"]) == (2, 2)
    assert await season.noticed() == []


async def test_the_same_register_again_changes_nothing_and_tells_nothing(season: Season):
    await season.take(0, P, U)
    before = await events(season.tenant)
    assert not await season.take(0, P, U)
    assert not await season.take(0, P, U, may_correct=False)
    assert await events(season.tenant) == before


async def test_two_unnotified_absences_in_a_row_are_told_as_two(season: Season):
    await season.take(0, P, U)
    await season.take(1, P, U)
    assert await season.noticed() == [(0, 1, 1, 1), (1, 2, 2, 2)]


async def test_notified_and_excused_absences_are_never_told_and_do_not_count(season: Season):
    await season.take(0, N, U)
    await season.take(1, E, E)
    await season.take(2, P, N)
    await season.take(3, P, U)
    assert await season.noticed() == [(0, 1, 1, 1), (3, 2, 2, 2)]


async def test_a_register_that_comes_late_renumbers_the_absences_after_it(season: Season):
    await season.take(0, P, U)
    await season.take(2, P, U)
    await season.take(1, P, U)
    assert await season.noticed() == [(0, 1, 1, 1), (2, 2, 2, 2), (1, 2, 2, 2), (2, 3, 3, 3)]


async def test_a_correction_keeps_what_was_said_and_takes_the_notice_back(season: Season):
    await season.take(0, P, U)
    await season.take(1, P, U)
    assert await season.take(0, P, E)
    assert (await season.said())[(0, 1)] == "excused"
    ids = [row.id for row in await rows_of(season.tenant, Attendance)]
    async with season.tenant.db.begin() as session:
        statement = select(AttendanceVersion).where(AttendanceVersion.attendance_id.in_(ids))
        (kept,) = (await session.execute(statement)).scalars()
        assert (kept.version, kept.status, kept.recorded_by) == (1, "absent_unnotified", "office")
    assert (await season.noticed())[2:] == [(0, 0, 0, 0), (1, 1, 1, 1)]


async def test_a_correction_without_the_version_it_is_based_on_is_refused_and_changes_nothing(season: Season):
    await season.take(0, P, U)
    with pytest.raises(VersionRequired):
        await season.take(0, P, P, may_correct=False)
    assert (await season.said())[(0, 1)] == "absent_unnotified"


async def test_filling_in_what_was_missing_is_no_correction(season: Season):
    await season.take(0, P, whole=False)
    assert await season.take(0, P, L, may_correct=False)


async def test_a_register_says_something_of_everybody_once_and_of_nobody_else(season: Season):
    one, _ = season.members
    entries = [Entry(one.student_id, P), Entry(one.student_id, U), Entry(new_id(), P)]
    with pytest.raises(Invalid) as refused:
        await season.record(0, entries)
    assert [(f.pointer, f.code) for f in refused.value.faults] == [
        ("/records/1/student_id", "student_twice"),
        ("/records/2/student_id", "not_a_member"),
        ("/records", "register_incomplete"),
    ]
    assert await season.said() == {}


async def test_a_session_to_come_has_no_register_yet(tenant: Tenant):
    hub = await a_hub(tenant)
    member = await a_member(tenant, hub)
    sessions = list(await sessions_of(tenant, hub, count=1))
    with pytest.raises(NotYetHeld):
        await Season(tenant, hub, [member], sessions).take(0, P)


async def test_a_member_who_left_is_not_expected_any_more(season: Season):
    one, other = season.members
    async with season.tenant.db.begin() as session:
        last = season.sessions[1].held_on
        membership = (await session.execute(select(Membership).where(Membership.id == other.id))).scalar_one()
        await end(session, membership, last, "moved", season.tenant.now)
    assert await season.take(1, P, P)
    assert await season.record(2, [Entry(one.student_id, P)])
    with pytest.raises(Invalid):
        await season.take(3, P, P)


async def test_two_registers_at_once_count_each_other(season: Season):
    tenant = season.tenant

    async def slowly() -> None:
        async with tenant.db.begin() as session:
            held = await hold_of_day(session, tenant.id, season.hub.id, season.sessions[0].held_on)
            assert held is not None
            entries = [Entry(m.student_id, s) for m, s in zip(season.members, (P, U), strict=True)]
            await record(session, tenant.office, held, entries, tenant.now, may_correct=lambda _: None)
            await asyncio.sleep(0.3)

    async def meanwhile() -> None:
        await asyncio.sleep(0.1)
        await season.take(1, P, U)

    await asyncio.gather(slowly(), meanwhile())
    last = {number: numbers for number, *numbers in await season.noticed()}
    assert last[0][0] == 1
    assert last[1][0] == 2


async def test_the_same_register_twice_at_once_is_recorded_once(season: Season):
    changed = await asyncio.gather(season.take(0, P, U), season.take(0, P, U))
    assert sorted(changed) == [False, True]
    assert len(await events(season.tenant, "session.recorded")) == 1
    assert await season.noticed() == [(0, 1, 1, 1)]


async def test_nothing_is_told_of_a_register_that_was_rolled_back(season: Season):
    tenant = season.tenant
    before = await events(tenant)

    async def crash() -> None:
        async with tenant.db.begin() as session:
            held = await hold_of_day(session, tenant.id, season.hub.id, season.sessions[0].held_on)
            assert held is not None
            entries = [Entry(member.student_id, U) for member in season.members]
            await record(session, tenant.office, held, entries, tenant.now, may_correct=lambda _: None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crash()
    assert await events(tenant) == before
    assert await season.said() == {}
