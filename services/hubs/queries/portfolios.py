"""Reading portfolios and what is in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.reflections import Portfolio, Reflection, StudentKey
from services.hubs.models.sessions import HubSession
from services.hubs.queries.visibility import PARTNERSHIP, PERSON
from shared.http.lists import Filtered

_own = and_(Portfolio.partnership_id == PARTNERSHIP, Portfolio.student_id == PERSON)

_VISIBLE = select(Portfolio.id, Portfolio.student_id, Portfolio.reflection_ids, Portfolio.created_at).where(
    _own
)

SINGLE = _VISIBLE.where(Portfolio.id == bindparam("id", type_=Uuid()))
"""One of the caller's own portfolios."""

LIST = Filtered(_VISIBLE, Portfolio.id)
"""The caller's own portfolios."""

CONTENT = (
    select(
        Reflection.id,
        Reflection.partnership_id,
        Reflection.student_id,
        Reflection.sealed,
        Reflection.created_at,
        Reflection.updated_at,
        HubSession.held_on,
        HubSession.kind,
        StudentKey.master_key_id,
        StudentKey.sealed.label("sealed_key"),
    )
    .select_from(Portfolio)
    .join(
        Reflection,
        and_(
            Reflection.partnership_id == Portfolio.partnership_id,
            Reflection.student_id == Portfolio.student_id,
            Portfolio.reflection_ids.has_key(cast(Reflection.id, Text)),
        ),
    )
    .join(
        StudentKey,
        and_(StudentKey.partnership_id == Reflection.partnership_id, StudentKey.id == Reflection.key_id),
    )
    .outerjoin(
        HubSession,
        and_(HubSession.partnership_id == Reflection.partnership_id, HubSession.id == Reflection.session_id),
    )
    .where(_own, Portfolio.id == bindparam("id", type_=Uuid()))
    .order_by(Reflection.id)
)
"""The reflections of one of the caller's own portfolios, sealed, oldest first; those deleted since are not among them."""


async def hold_reflections(
    session: AsyncSession, tenant: UUID, student_id: UUID, at_most: int
) -> Sequence[Reflection]:
    """The student's reflections, the newest where there are more, locked."""
    newest = (
        select(Reflection.id)
        .where(Reflection.partnership_id == tenant, Reflection.student_id == student_id)
        .order_by(Reflection.id.desc())
        .limit(at_most)
    )
    statement = select(Reflection).where(Reflection.id.in_(newest)).order_by(Reflection.id).with_for_update()
    return (await session.execute(statement)).scalars().all()
