"""Reflections: written, changed, shared and deleted by their student only. Nothing about them is ever published."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.reflections import Visibility, keeps_version, require_shareable
from services.hubs.domain.sealing import MasterKeys, WrappedKey, seal, unseal
from services.hubs.models.reflections import Reflection, ReflectionVersion, StudentKey
from services.hubs.operations.authors import Author
from services.hubs.operations.reflection_keys import key_for
from services.hubs.operations.sealed import about_key, about_reflection, about_version
from services.hubs.operations.versions import overwrite
from services.hubs.queries.reflections import belongs_to, forget_versions
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
    key = await key_for(session, keys, author.tenant, student_id, now)
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
    about = about_reflection(author.tenant, student_id, reflection.id)
    reflection.sealed = _sealed(keys, key, about, content)
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

    What it said before stays with its student as a version, once a sitting has passed or when others may have read it.
    Returns whether anything really changed.
    """
    key = await key_for(session, keys, reflection.partnership_id, reflection.student_id, now)
    before = opened(keys, sealed_row(reflection, key))
    about = about_reflection(reflection.partnership_id, reflection.student_id, reflection.id)
    after = Content(**{**asdict(before), **changes})
    if after == before:
        return False
    if keeps_version(reflection.updated_at, now, was_shared=reflection.was_shared):
        session.add(_version(keys, key, reflection, before))
    values = {
        "sealed": _sealed(keys, key, about, after),
        "exported_at": None,
        "was_shared": False,
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
        "was_shared": reflection.was_shared or shared,
    }
    overwrite(reflection, values, now)
    await session.flush()
    return True


async def delete(session: AsyncSession, reflection: Reflection) -> None:
    """Delete a held reflection for good, with its versions."""
    await forget_versions(session, reflection.id)
    await session.delete(reflection)
    await session.flush()


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A reflection as it lies in the database: whose it is, what it is, and the wrapped key that opens it.

    `number` is that of one of its versions; None for what it says now.
    """

    partnership_id: UUID
    student_id: UUID
    id: UUID
    sealed: bytes
    key: WrappedKey
    number: int | None = None


def sealed_row(reflection: Reflection, key: StudentKey) -> SealedRow:
    """The row of a reflection and its key."""
    wrapped = WrappedKey(key.master_key_id, key.sealed)
    return SealedRow(
        reflection.partnership_id, reflection.student_id, reflection.id, reflection.sealed, wrapped
    )


def opened(keys: MasterKeys, row: SealedRow) -> Content:
    """What a sealed reflection says. For its student, and for whom the student shared it with."""
    data_key = keys.unwrap(row.key, about_key(row.partnership_id, row.student_id))
    whose = (row.partnership_id, row.student_id, row.id)
    about = about_reflection(*whose) if row.number is None else about_version(*whose, row.number)
    members = json.loads(unseal(data_key, row.sealed, about))
    return Content(members["title"], members["text"], tuple(members["pcf_domains"]))


def _version(
    keys: MasterKeys, key: StudentKey, reflection: Reflection, content: Content
) -> ReflectionVersion:
    tenant, student_id, number = reflection.partnership_id, reflection.student_id, reflection.version
    return ReflectionVersion(
        id=new_id(),
        partnership_id=tenant,
        student_id=student_id,
        reflection_id=reflection.id,
        number=number,
        sealed=_sealed(keys, key, about_version(tenant, student_id, reflection.id, number), content),
        written_at=reflection.updated_at,
    )


def _sealed(keys: MasterKeys, key: StudentKey, about: bytes, content: Content) -> bytes:
    wrapped = WrappedKey(key.master_key_id, key.sealed)
    data_key = keys.unwrap(wrapped, about_key(key.partnership_id, key.student_id))
    text = json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":")).encode()
    return seal(data_key, text, about)
