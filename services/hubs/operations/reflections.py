"""Reflections: written, changed, shared and deleted by their student only. Nothing about them is ever published."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.reflections import Visibility, require_shareable
from services.hubs.domain.sealing import MasterKeys, WrappedKey, new_data_key, seal, unseal
from services.hubs.models.reflections import Reflection, StudentKey
from services.hubs.operations.authors import Author
from services.hubs.operations.versions import overwrite
from services.hubs.queries.reflections import belongs_to, key_made, key_of
from shared.errors import Fault, Invalid
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Content:
    """What a student wrote: the only form in which it is readable, and never stored or logged in this form."""

    title: str | None
    text: str
    pcf_domains: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Nothing: a stray representation must not show a diary."""
        return "Content(...)"


async def write(
    session: AsyncSession,
    keys: MasterKeys,
    author: Author,
    content: Content,
    *,
    session_id: UUID | None,
    now: datetime,
) -> Reflection:
    """Write a new private reflection. The student's data key is made with the first one."""
    student_id = author.must_be_student()
    if session_id is not None and not await belongs_to(session, author.tenant, student_id, session_id):
        words = "There is no such session of a hub you belong to."
        raise Invalid([Fault("/session_id", "unknown_reference", words)])
    key = await _key(session, keys, author.tenant, student_id, now)
    reflection = Reflection(
        id=new_id(),
        partnership_id=author.tenant,
        student_id=student_id,
        session_id=session_id,
        key_id=key.id,
        visibility=Visibility.PRIVATE.value,
        anonymised_confirmed=False,
        version=1,
        created_at=now,
        updated_at=now,
    )
    reflection.sealed = _sealed(keys, key, reflection, content)
    session.add(reflection)
    await session.flush()
    return reflection


async def revise(
    session: AsyncSession,
    keys: MasterKeys,
    reflection: Reflection,
    changes: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Change the content of a held reflection. One that was shared is private again: the student confirmed the text that was.

    Returns whether anything really changed.
    """
    key = await _key(session, keys, reflection.partnership_id, reflection.student_id, now)
    before = opened(keys, sealed_row(reflection, key))
    after = Content(**{**asdict(before), **changes})
    if after == before:
        return False
    values = {
        "sealed": _sealed(keys, key, reflection, after),
        "visibility": Visibility.PRIVATE.value,
        "anonymised_confirmed": False,
        "shared_at": None,
    }
    overwrite(reflection, values, now)
    await session.flush()
    return True


async def share(
    session: AsyncSession,
    reflection: Reflection,
    visibility: Visibility,
    now: datetime,
    *,
    anonymised_confirmed: bool,
) -> bool:
    """Say who else may read a held reflection; `private` takes it back, from that instant. Returns whether that changed."""
    require_shareable(visibility, anonymised_confirmed=anonymised_confirmed)
    shared = visibility is not Visibility.PRIVATE
    if reflection.visibility == visibility.value:
        return False
    values = {
        "visibility": visibility.value,
        "anonymised_confirmed": shared,
        "shared_at": now if shared else None,
    }
    overwrite(reflection, values, now)
    await session.flush()
    return True


async def delete(session: AsyncSession, reflection: Reflection) -> None:
    """Delete a held reflection for good."""
    await session.delete(reflection)
    await session.flush()


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A reflection as it lies in the database: whose it is, what it is, and the wrapped key that opens it."""

    partnership_id: UUID
    student_id: UUID
    id: UUID
    sealed: bytes
    key: WrappedKey


def sealed_row(reflection: Reflection, key: StudentKey) -> SealedRow:
    """The row of a reflection and its key."""
    wrapped = WrappedKey(key.master_key_id, key.sealed)
    return SealedRow(
        reflection.partnership_id, reflection.student_id, reflection.id, reflection.sealed, wrapped
    )


def opened(keys: MasterKeys, row: SealedRow) -> Content:
    """What a sealed reflection says. For its student, and for whom the student shared it with."""
    data_key = keys.unwrap(row.key, _about_key(row.partnership_id, row.student_id))
    members = json.loads(unseal(data_key, row.sealed, _about(row.partnership_id, row.student_id, row.id)))
    return Content(members["title"], members["text"], tuple(members["pcf_domains"]))


def _sealed(keys: MasterKeys, key: StudentKey, reflection: Reflection, content: Content) -> bytes:
    tenant, student_id = reflection.partnership_id, reflection.student_id
    data_key = keys.unwrap(WrappedKey(key.master_key_id, key.sealed), _about_key(tenant, student_id))
    text = json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":")).encode()
    return seal(data_key, text, _about(tenant, student_id, reflection.id))


async def _key(
    session: AsyncSession, keys: MasterKeys, tenant: UUID, student_id: UUID, now: datetime
) -> StudentKey:
    """The student's key. Two first reflections at once make one key: the second finds the first one's."""
    known = await key_of(session, tenant, student_id)
    if known is None:
        wrapped = keys.wrap(new_data_key(), _about_key(tenant, student_id))
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


def _about_key(tenant: UUID, student_id: UUID) -> bytes:
    return f"practicum/hubs/student-key/{tenant}/{student_id}".encode()


def _about(tenant: UUID, student_id: UUID, reflection_id: UUID) -> bytes:
    return f"practicum/hubs/reflection/{tenant}/{student_id}/{reflection_id}".encode()
