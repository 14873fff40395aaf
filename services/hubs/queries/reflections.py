"""Reading reflections, sealed, and the keys that open them."""

from uuid import UUID

from sqlalchemy import Integer, Select, Uuid, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.memberships import Membership
from services.hubs.models.reflections import Reflection, ReflectionVersion, StudentKey
from services.hubs.models.sessions import HubSession
from services.hubs.queries.visibility import OWN_REFLECTIONS, PARTNERSHIP, PERSON, REFLECTIONS
from shared.http.lists import Filtered, equal

_envelope = (
    Reflection.id,
    Reflection.student_id,
    Reflection.session_id,
    Reflection.visibility,
    Reflection.anonymised_confirmed,
    Reflection.shared_at,
    Reflection.exported_at,
    Reflection.created_at,
    Reflection.updated_at,
    Reflection.version,
)

LIST = Filtered(
    select(*_envelope).where(REFLECTIONS),
    Reflection.id,
    **equal(Reflection.session_id),
    **equal(Reflection.student_id),
    **equal(Reflection.visibility),
)
"""The reflections the caller may read, without what is in them: a list opens nothing."""

SEALED = (
    select(
        *_envelope,
        Reflection.partnership_id,
        Reflection.sealed,
        StudentKey.master_key_id,
        StudentKey.sealed.label("sealed_key"),
    )
    .join(
        StudentKey,
        and_(StudentKey.partnership_id == Reflection.partnership_id, StudentKey.id == Reflection.key_id),
    )
    .where(REFLECTIONS, Reflection.id == bindparam("id", type_=Uuid()))
)
"""One reflection the caller may read, with the wrapped key that opens it."""

_of_key = and_(
    StudentKey.partnership_id == ReflectionVersion.partnership_id,
    StudentKey.student_id == ReflectionVersion.student_id,
)
_own_version = (
    ReflectionVersion.partnership_id == PARTNERSHIP,
    ReflectionVersion.student_id == PERSON,
    ReflectionVersion.reflection_id == bindparam("reflection_id", type_=Uuid()),
)
_version = (ReflectionVersion.reflection_id, ReflectionVersion.number, ReflectionVersion.written_at)

VERSIONS = Filtered(select(ReflectionVersion.id, *_version).where(*_own_version), ReflectionVersion.id)
"""The versions of one of the caller's own reflections, unopened. Whom it was shared with, the versions were not."""

SEALED_VERSION = (
    select(
        *_version,
        ReflectionVersion.partnership_id,
        ReflectionVersion.student_id,
        ReflectionVersion.sealed,
        StudentKey.master_key_id,
        StudentKey.sealed.label("sealed_key"),
    )
    .join(StudentKey, _of_key)
    .where(*_own_version, ReflectionVersion.number == bindparam("number", type_=Integer()))
)
"""One version of one of the caller's own reflections, with the wrapped key that opens it."""


async def forget_versions(session: AsyncSession, reflection_id: UUID) -> None:
    """Delete all versions of a reflection."""
    await session.execute(delete(ReflectionVersion).where(ReflectionVersion.reflection_id == reflection_id))


async def hold_own(session: AsyncSession, binds: dict[str, object], reflection_id: UUID) -> Reflection | None:
    """The caller's own reflection, locked until the transaction ends; None when they wrote no such one."""
    statement = select(Reflection).where(OWN_REFLECTIONS, Reflection.id == reflection_id).with_for_update()
    return (await session.execute(statement, binds)).scalar_one_or_none()


async def belongs_to(session: AsyncSession, tenant: UUID, student_id: UUID, session_id: UUID) -> bool:
    """Whether the session is one of a hub to which the student belongs or belonged."""
    statement = (
        select(HubSession.id)
        .join(
            Membership,
            and_(
                Membership.partnership_id == HubSession.partnership_id,
                Membership.hub_id == HubSession.hub_id,
            ),
        )
        .where(
            HubSession.partnership_id == tenant,
            HubSession.id == session_id,
            Membership.student_id == student_id,
        )
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def key_of(session: AsyncSession, tenant: UUID, student_id: UUID) -> StudentKey | None:
    """The student's wrapped data key, which is not deleted before the transaction ends; None until they first write."""
    return (await session.execute(_key(tenant, student_id))).scalar_one_or_none()


async def key_made(session: AsyncSession, tenant: UUID, student_id: UUID) -> StudentKey:
    """The student's wrapped data key, which was just made: by this transaction or by one that was quicker."""
    return (await session.execute(_key(tenant, student_id))).scalar_one()


def _key(tenant: UUID, student_id: UUID) -> Select[StudentKey]:
    mine = and_(StudentKey.partnership_id == tenant, StudentKey.student_id == student_id)
    return select(StudentKey).where(mine).with_for_update(read=True, key_share=True)
