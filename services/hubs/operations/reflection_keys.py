"""Keys of students: wrapped anew by a new master key, and deleted, with which everything they sealed is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.sealing import MasterKeys, WrappedKey, new_data_key
from services.hubs.models.reflections import StudentKey
from services.hubs.operations.sealed import about_key
from services.hubs.queries.reflection_keys import delete_all_of, hold_wrapped_otherwise
from services.hubs.queries.reflections import key_made, key_of
from shared.ids import new_id


async def rewrap(session: AsyncSession, keys: MasterKeys, at_most: int) -> int:
    """Wrap some students' keys by the current master key; returns how many. What they sealed is not touched.

    Begun again after a crash it goes on where it was, and any number may do it at once. `CannotUnseal` when the master key
    that wrapped one of them is not configured any more.
    """
    held = await hold_wrapped_otherwise(session, keys.current_id, at_most)
    for key in held:
        about = about_key(key.partnership_id, key.student_id)
        fresh = keys.wrap(keys.unwrap(WrappedKey(key.master_key_id, key.sealed), about), about)
        key.master_key_id, key.sealed = fresh.master_key_id, fresh.sealed
        key.version += 1
    await session.flush()
    return len(held)


async def erase(session: AsyncSession, key: StudentKey) -> None:
    """Delete a held key, and with it everything its student wrote. Nobody can bring it back; nobody is told."""
    await delete_all_of(session, key)


async def key_for(
    session: AsyncSession, keys: MasterKeys, tenant: UUID, student_id: UUID, now: datetime
) -> StudentKey:
    """The student's key, made with the first thing they write. Two at once make one key: the second finds the first one's."""
    known = await key_of(session, tenant, student_id)
    if known is None:
        wrapped = keys.wrap(new_data_key(), about_key(tenant, student_id))
        row = {
            "id": new_id(),
            "partnership_id": tenant,
            "student_id": student_id,
            "master_key_id": wrapped.master_key_id,
            "sealed": wrapped.sealed,
            "created_at": now,
        }
        await session.execute(insert(StudentKey).values(row).on_conflict_do_nothing())
        return await key_made(session, tenant, student_id)
    return known
