"""Registers from a file: row by row, under other systems' names, and twice without effect."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.hubs.models.attendance import Attendance
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.operations.imports import AttendanceRow, attendance
from shared.ids import new_id
from shared.imports.kinds import Applied, ImportScope, Row
from tests.hubs.factories import COUNCIL, NORTH, SOUTH, Tenant, a_hub, a_member, events, rows_of, sessions_of

FIRST = date(2026, 9, 8)


class World:
    """A hub called HUB-1 with two members called A-1 and A-2, and one session on the first Tuesday."""

    def __init__(self, tenant: Tenant, hub: Hub, members: list[Membership]) -> None:
        self.tenant = tenant
        self.hub = hub
        self.members = members

    async def import_(self, *cells: tuple[Any, ...], organisation_id: UUID | None = None) -> list[Applied]:
        names = ("hub", "session_on", "student", "status")
        data = [AttendanceRow.model_validate(dict(zip(names, each, strict=True))) for each in cells]
        wide = organisation_id is None
        scope = ImportScope(self.tenant.id, organisation_id, wide, "records", "client")
        rows = [Row(number, row) for number, row in enumerate(data, start=1)]
        async with self.tenant.db.begin() as session:
            return await attendance(session, scope, rows, None, self.tenant.now)

    async def said(self) -> list[str]:
        return sorted(row.status for row in await rows_of(self.tenant, Attendance))


@pytest.fixture
async def world(tenant: Tenant) -> World:
    hub = await a_hub(tenant, "HUB-1", name="Leeds")
    members = [
        await a_member(
            tenant,
            hub,
            university_id=university,
            student_external_ids=[{"system": "records", "value": name}],
        )
        for name, university in (("A-1", NORTH), ("A-2", SOUTH))
    ]
    await sessions_of(tenant, hub, count=2)
    tenant.clock.move(timedelta(days=1))
    return World(tenant, hub, members)


def codes(applied: list[Applied]) -> list[tuple[str, list[str]]]:
    return [(each.result, [fault.code for fault in each.faults]) for each in applied]


async def test_rows_are_recorded_and_the_same_file_again_changes_nothing(world: World):
    rows = [("HUB-1", FIRST, "A-1", "present"), ("HUB-1", FIRST, "A-2", "absent_unnotified")]
    assert [a.result for a in await world.import_(*rows)] == ["created", "created"]
    told = await events(world.tenant)
    assert [a.result for a in await world.import_(*rows)] == ["unchanged", "unchanged"]
    assert await events(world.tenant) == told
    assert await world.said() == ["absent_unnotified", "present"]
    assert len(await events(world.tenant, "hub_absence.noticed")) == 1


async def test_one_row_at_a_time_gives_the_same(world: World):
    await world.import_(("HUB-1", FIRST, "A-1", "present"))
    (second,) = await world.import_(("HUB-1", FIRST, "A-2", "late"))
    (corrected,) = await world.import_(("HUB-1", FIRST, "A-1", "excused"))
    assert (second.result, corrected.result) == ("created", "updated")
    assert await world.said() == ["excused", "late"]


async def test_each_wrong_row_says_what_is_wrong_and_the_others_are_kept(world: World):
    applied = await world.import_(
        ("HUB-9", FIRST, "A-1", "present"),
        ("HUB-1", date(2026, 9, 9), "A-1", "present"),
        ("HUB-1", FIRST + timedelta(weeks=1), "A-1", "present"),
        ("HUB-1", FIRST, "A-9", "present"),
        ("HUB-1", FIRST, "A-1", "present"),
    )
    assert codes(applied) == [
        ("invalid", ["unknown_reference"]),
        ("invalid", ["unknown_session"]),
        ("invalid", ["session_not_yet_held"]),
        ("invalid", ["unknown_reference"]),
        ("created", []),
    ]


async def test_our_own_ids_and_a_hubs_name_are_understood_too(world: World):
    one, other = world.members
    applied = await world.import_(
        (str(world.hub.id), FIRST, str(one.student_id), "P"),
        ("Leeds", FIRST, str(other.student_id), "No show"),
    )
    assert [a.result for a in applied] == ["created", "created"]
    assert await world.said() == ["absent_unnotified", "present"]


async def test_a_university_tells_of_its_own_students_only_and_a_host_of_those_it_hosts(world: World):
    rows = [("Leeds", FIRST, "A-1", "present"), ("Leeds", FIRST, "A-2", "present")]
    applied = await world.import_(*rows, organisation_id=NORTH)
    assert codes(applied) == [("created", []), ("invalid", ["unknown_reference"])]
    assert [a.result for a in await world.import_(*rows, organisation_id=COUNCIL)] == ["unchanged", "created"]
    assert codes(await world.import_(*rows, organisation_id=new_id()))[0][0] == "invalid"
