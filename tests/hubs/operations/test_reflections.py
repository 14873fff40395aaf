"""At rest there is nothing to read: not in any table, not for another student, not with another key."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.hubs.domain.reflections import NotAnonymised, Visibility
from services.hubs.domain.sealing import CannotUnseal, MasterKeys, new_data_key
from services.hubs.models.reflections import Reflection, StudentKey
from services.hubs.operations.authors import Author
from services.hubs.operations.reflections import Content, opened, revise, sealed_row, share, write
from shared.errors import Forbidden, Invalid
from shared.ids import new_id
from tests.hubs.factories import Tenant, a_hub, a_member, events, rows_of, sessions_of

KEYS = MasterKeys(new_data_key())
PLANTED = "The heron at the window watched me fail to listen."
CONTENT = Content("About the heron", PLANTED, ("critical_reflection_and_analysis",))


def student(tenant: Tenant, person_id: UUID) -> Author:
    return Author(tenant.id, "student", person_id=person_id, roles=frozenset({"student"}))


async def written(tenant: Tenant, person_id: UUID | None = None, content: Content = CONTENT) -> Reflection:
    author = student(tenant, person_id or new_id())
    async with tenant.db.begin() as session:
        return await write(session, KEYS, author, content, session_id=None, now=tenant.now)


async def row_of(tenant: Tenant, reflection: Reflection) -> Any:
    async with tenant.db.begin() as session:
        fresh = await session.get_one(Reflection, reflection.id)
        return sealed_row(fresh, await session.get_one(StudentKey, fresh.key_id))


async def everything_in(tenant: Tenant) -> str:
    """All rows of all tables of the database, as text."""
    async with tenant.db.read() as connection:
        listed = "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        tables = (await connection.execute(text(listed))).scalars().all()
        rows = [
            (await connection.execute(text(f"select t::text from {name} as t"))).scalars() for name in tables
        ]
        return "\n".join(row for some in rows for row in some)


async def test_what_is_written_can_be_read_again(tenant: Tenant):
    assert opened(KEYS, await row_of(tenant, await written(tenant))) == CONTENT


async def test_a_dump_of_every_table_shows_nothing_of_what_was_written(tenant: Tenant):
    reflection = await written(tenant)
    async with tenant.db.begin() as session:
        held = await session.get_one(Reflection, reflection.id)
        await revise(session, KEYS, held, {"text": PLANTED + " Twice."}, tenant.now)
    dump = await everything_in(tenant)
    assert str(reflection.id) in dump
    for planted in ("heron", "Twice", "critical_reflection_and_analysis"):
        assert planted not in dump
        assert planted.encode().hex() not in dump
    assert await events(tenant) == []


async def test_a_row_moved_to_another_student_does_not_open(tenant: Tenant):
    one, other = await written(tenant), await written(tenant)
    mine, theirs = await row_of(tenant, one), await row_of(tenant, other)
    for moved in (
        replace(mine, student_id=theirs.student_id),
        replace(mine, id=theirs.id),
        replace(mine, partnership_id=new_id()),
        replace(mine, key=theirs.key),
        replace(mine, sealed=theirs.sealed),
    ):
        with pytest.raises(CannotUnseal):
            opened(KEYS, moved)


async def test_without_the_master_key_nothing_opens(tenant: Tenant):
    row = await row_of(tenant, await written(tenant))
    with pytest.raises(CannotUnseal):
        opened(MasterKeys(new_data_key()), row)


async def test_a_student_has_one_key_however_many_first_reflections_there_are_at_once(tenant: Tenant):
    person = new_id()
    made = await asyncio.gather(*(written(tenant, person) for _ in range(4)))
    assert len({reflection.key_id for reflection in made}) == 1
    for reflection in made:
        assert opened(KEYS, await row_of(tenant, reflection)) == CONTENT


async def test_two_students_have_two_keys(tenant: Tenant):
    one, other = await written(tenant), await written(tenant)
    assert one.key_id != other.key_id


async def test_a_change_that_changes_nothing_keeps_the_version(tenant: Tenant):
    reflection = await written(tenant)
    async with tenant.db.begin() as session:
        held = await session.get_one(Reflection, reflection.id)
        assert not await revise(session, KEYS, held, {"text": PLANTED}, tenant.now)
        assert await revise(session, KEYS, held, {"title": None}, tenant.now)
        assert held.version == 2


async def test_sharing_needs_the_word_that_it_is_anonymised_and_a_change_takes_it_back(tenant: Tenant):
    reflection = await written(tenant)
    async with tenant.db.begin() as session:
        held = await session.get_one(Reflection, reflection.id)
        with pytest.raises(NotAnonymised):
            await share(session, held, Visibility.FACILITATOR, tenant.now, anonymised_confirmed=False)
        assert await share(session, held, Visibility.FACILITATOR, tenant.now, anonymised_confirmed=True)
        assert not await share(session, held, Visibility.FACILITATOR, tenant.now, anonymised_confirmed=True)
        await revise(session, KEYS, held, {"text": "Another text."}, tenant.now)
        assert (held.visibility, held.shared_at, held.anonymised_confirmed) == ("private", None, False)


async def test_only_students_write_reflections(tenant: Tenant):
    for roles in (frozenset({"facilitator"}), frozenset[str]()):
        author = Author(tenant.id, "x", person_id=new_id(), roles=roles)
        with pytest.raises(Forbidden):
            async with tenant.db.begin() as session:
                await write(session, KEYS, author, CONTENT, session_id=None, now=tenant.now)


async def test_a_reflection_is_about_a_session_of_the_students_own_hub(tenant: Tenant):
    hub = await a_hub(tenant)
    member = await a_member(tenant, hub)
    (held,) = await sessions_of(tenant, hub, count=1)
    async with tenant.db.begin() as session:
        mine = student(tenant, member.student_id)
        made = await write(session, KEYS, mine, CONTENT, session_id=held.id, now=tenant.now)
        assert made.session_id == held.id
    stranger = student(tenant, new_id())
    async with tenant.db.begin() as session:
        with pytest.raises(Invalid):
            await write(session, KEYS, stranger, CONTENT, session_id=held.id, now=tenant.now)


async def test_content_does_not_show_itself():
    assert "heron" not in repr(CONTENT)
    assert "heron" not in f"{[CONTENT]}"


async def test_deleting_the_key_erases_all_the_student_wrote(tenant: Tenant):
    reflection = await written(tenant)
    row = await row_of(tenant, reflection)
    async with tenant.db.begin() as session:
        await session.delete(await session.get_one(Reflection, reflection.id))
        await session.flush()
        await session.delete(await session.get_one(StudentKey, reflection.key_id))
    again = await row_of(tenant, await written(tenant, row.student_id))
    with pytest.raises(CannotUnseal):
        opened(KEYS, replace(row, key=again.key))
    assert len(await rows_of(tenant, StudentKey)) == 1
