"""Keys turn over, versions stay sealed, and what was erased or is too old is gone for good."""

import asyncio
from datetime import date, timedelta

import pytest

from services.hubs.domain.reflections import Visibility
from services.hubs.domain.sealing import CannotUnseal, MasterKeys, new_data_key
from services.hubs.jobs.rewrap_keys import rewrap_keys
from services.hubs.jobs.sweep_reflections import sweep_reflections
from services.hubs.models.reflections import (
    Reflection,
    ReflectionVersion,
    RetentionNotice,
    StudentKey,
)
from services.hubs.operations.candidates import follow
from services.hubs.operations.portfolios import take_out
from services.hubs.operations.reflection_keys import erase, rewrap
from services.hubs.operations.reflections import SealedRow, opened, revise, share, write
from services.hubs.queries.reflection_keys import hold_all_of
from shared.calendar import london_day
from shared.ids import new_id
from tests.hubs.factories import Tenant, a_candidate, events, rows_of
from tests.hubs.operations.test_reflections import (
    CONTENT,
    KEYS,
    PLANTED,
    everything_in,
    row_of,
    student,
    written,
)

NEW = MasterKeys(new_data_key(), (KEYS.current,))


async def test_new_master_keys_wrap_all_and_the_old_one_can_be_destroyed(hubs_tenant: Tenant):
    tenant = hubs_tenant
    made = [await written(tenant) for _ in range(5)]
    async with tenant.db.begin() as session:
        assert await rewrap(session, NEW, 2) == 2  # and then the process dies
    for reflection in made:
        assert opened(NEW, await row_of(tenant, reflection)) == CONTENT
    assert await rewrap_keys(tenant.db, NEW, at_once=2) == 3
    assert await rewrap_keys(tenant.db, NEW, at_once=2) == 0
    alone = MasterKeys(NEW.current)
    for reflection in made:
        row = await row_of(tenant, reflection)
        assert opened(alone, row) == CONTENT
        with pytest.raises(CannotUnseal):
            opened(KEYS, row)


async def test_keys_are_wrapped_once_however_many_do_it_at_once_and_writing_goes_on(hubs_tenant: Tenant):
    tenant = hubs_tenant
    made = [await written(tenant) for _ in range(6)]

    async def save() -> None:
        async with tenant.db.begin() as session:
            held = await session.get_one(Reflection, made[0].id, with_for_update=True)
            await revise(session, NEW, held, {"text": "Meanwhile."}, tenant.now)

    counts = await asyncio.gather(*(rewrap_keys(tenant.db, NEW, at_once=2) for _ in range(3)), save())
    assert sum(count or 0 for count in counts) == 6
    assert {key.version for key in await rows_of(tenant, StudentKey)} == {2}
    assert opened(MasterKeys(NEW.current), await row_of(tenant, made[0])).text == "Meanwhile."


async def test_without_the_old_master_key_wrapping_stops_and_loses_nothing(hubs_tenant: Tenant):
    reflection = await written(hubs_tenant)
    with pytest.raises(CannotUnseal):
        await rewrap_keys(hubs_tenant.db, MasterKeys(new_data_key()))
    assert opened(KEYS, await row_of(hubs_tenant, reflection)) == CONTENT


async def test_a_version_is_kept_after_a_sitting_and_opens_nowhere_else(tenant: Tenant):
    reflection = await written(tenant)
    for minutes, text in ((1, "Still writing."), (30, "The next day."), (5, "A comma.")):
        tenant.clock.move(timedelta(minutes=minutes))
        async with tenant.db.begin() as session:
            held = await session.get_one(Reflection, reflection.id)
            await revise(session, KEYS, held, {"text": text}, tenant.now)
    (kept,) = await rows_of(tenant, ReflectionVersion)
    row = await row_of(tenant, reflection)
    whose = (row.partnership_id, row.student_id, row.id)
    assert opened(KEYS, SealedRow(*whose, kept.sealed, row.key, kept.number)).text == "Still writing."
    for number in (None, kept.number + 1):
        with pytest.raises(CannotUnseal):
            opened(KEYS, SealedRow(*whose, kept.sealed, row.key, number))
    assert "Still writing" not in await everything_in(tenant)


async def test_erasing_takes_everything_even_what_is_saved_at_that_moment(tenant: Tenant):
    person = new_id()
    first = await written(tenant, person)

    async def save() -> None:
        async with tenant.db.begin() as session:
            await write(session, KEYS, student(tenant, person), CONTENT, session_id=None, now=tenant.now)

    async def erase_all() -> None:
        async with tenant.db.begin() as session:
            key = await hold_all_of(session, tenant.id, person)
            assert key is not None
            await erase(session, key)

    await asyncio.gather(save(), erase_all(), save())
    left = await rows_of(tenant, Reflection)
    assert first.id not in {row.id for row in left}
    assert len(await rows_of(tenant, StudentKey)) == (1 if left else 0)
    for row in left:
        assert opened(KEYS, await row_of(tenant, row)) == CONTENT


async def left_by(tenant: Tenant, person: object, ends_on: date, status: str = "completed") -> None:
    candidate = await a_candidate(tenant, student_id=person, ends_on=ends_on)
    news = {"status": status, "educator_id": None, "starts_on": candidate.starts_on, "ends_on": ends_on}
    async with tenant.db.begin() as session:
        await follow(session, tenant.id, candidate.placement_id, news, occurred_on=ends_on, now=tenant.now)


async def test_ninety_days_after_the_placement_what_was_not_taken_out_is_gone(hubs_tenant: Tenant):
    tenant = hubs_tenant
    keeps, leaves, never_wrote = new_id(), new_id(), new_id()
    kept, gone = await written(tenant, keeps), await written(tenant, leaves)
    ends_on = london_day(tenant.now) + timedelta(days=10)
    for person in (keeps, leaves, never_wrote):
        await left_by(tenant, person, ends_on)
    async with tenant.db.begin() as session:
        await take_out(session, student(tenant, keeps), tenant.now, shared_only=False)

    async def pass_days(days: int) -> set[object]:
        tenant.clock.move(timedelta(days=days))
        await sweep_reflections(tenant.db, tenant.clock, at_once=2)
        await sweep_reflections(tenant.db, tenant.clock, at_once=2)
        return {row.id for row in await rows_of(tenant, Reflection)}

    assert await pass_days(69) == {kept.id, gone.id}
    assert await events(tenant, "message.sent") == []
    assert await pass_days(1) == {kept.id, gone.id}
    told = {data["person_id"] for _, data in await events(tenant, "message.sent")}
    assert told == {str(keeps), str(leaves), str(never_wrote)}
    assert {row.delete_on for row in await rows_of(tenant, RetentionNotice)} == {ends_on + timedelta(days=90)}
    assert await pass_days(29) == {kept.id, gone.id}
    assert await pass_days(1) == {kept.id}
    assert {row.student_id for row in await rows_of(tenant, StudentKey)} == {keeps}
    assert len(await events(tenant, "message.sent")) == 3
    assert PLANTED not in str(await events(tenant))


async def test_who_goes_on_with_another_placement_keeps_what_they_wrote(hubs_tenant: Tenant):
    tenant, person = hubs_tenant, new_id()
    reflection = await written(tenant, person)
    await left_by(tenant, person, london_day(tenant.now))
    tenant.clock.move(timedelta(days=61))
    await sweep_reflections(tenant.db, tenant.clock)
    await a_candidate(tenant, student_id=person)
    tenant.clock.move(timedelta(days=100))
    await sweep_reflections(tenant.db, tenant.clock)
    assert [row.id for row in await rows_of(tenant, Reflection)] == [reflection.id]


async def test_what_others_could_read_stays_a_version_even_when_it_was_taken_back_just_before(tenant: Tenant):
    reflection = await written(tenant)
    async with tenant.db.begin() as session:
        held = await session.get_one(Reflection, reflection.id)
        await share(session, held, Visibility.FACILITATOR, tenant.now, anonymised_confirmed=True)
        await share(session, held, Visibility.PRIVATE, tenant.now, anonymised_confirmed=False)
        await revise(session, KEYS, held, {"text": "Another."}, tenant.now)
        await revise(session, KEYS, held, {"text": "And another."}, tenant.now)
    assert [version.number for version in await rows_of(tenant, ReflectionVersion)] == [3]
