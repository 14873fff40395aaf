"""Reading group agreements, and who accepted them."""

from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Uuid, and_, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.hubs.models.agreements import Agreement, AgreementAcceptance
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.queries.visibility import AGREEMENTS, PERSON
from shared.http.lists import Filtered, equal

_Newer = aliased(Agreement)

_acceptance = and_(
    AgreementAcceptance.agreement_id == Agreement.id, AgreementAcceptance.membership_id == Membership.id
)
_accepted = exists().where(_acceptance).correlate(Agreement, Membership)
_members = and_(
    Membership.partnership_id == Agreement.partnership_id,
    Membership.hub_id == Agreement.hub_id,
    Membership.ended_on.is_(None),
)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Membership).where(_members, *conditions).scalar_subquery()


_mine = (
    select(
        select(AgreementAcceptance.accepted_at)
        .where(_acceptance)
        .correlate(Agreement, Membership)
        .scalar_subquery()
    )
    .where(_members, Membership.student_id == PERSON)
    .correlate(Agreement)
    .limit(1)
    .scalar_subquery()
)
_stands = and_(
    Agreement.facilitator_assesses == Hub.facilitator_assesses_members,
    ~exists().where(_Newer.hub_id == Agreement.hub_id, _Newer.number > Agreement.number),
)

_VISIBLE = (
    select(
        Agreement.id,
        Agreement.hub_id,
        Agreement.number,
        Agreement.points,
        Agreement.limits_of_confidentiality,
        Agreement.facilitator_assesses,
        _stands.label("stands"),
        _count().label("members"),
        _count(_accepted).label("accepted"),
        _mine.label("accepted_by_me_at"),
        Agreement.created_at,
    )
    .join(Hub, and_(Hub.partnership_id == Agreement.partnership_id, Hub.id == Agreement.hub_id))
    .where(AGREEMENTS)
)

SINGLE = _VISIBLE.where(Agreement.id == bindparam("id", type_=Uuid()))
"""One version of an agreement the caller sees."""

LIST = Filtered(_VISIBLE, Agreement.id, **equal(Agreement.hub_id))
"""The agreements the caller sees."""


async def last_number(session: AsyncSession, tenant: UUID, hub_id: UUID) -> int:
    """The number of the hub's newest agreement; 0 when it has none. Hold the hub for as long as it must stay true."""
    statement = select(func.coalesce(func.max(Agreement.number), 0)).where(
        Agreement.partnership_id == tenant, Agreement.hub_id == hub_id
    )
    return int((await session.execute(statement)).scalar_one())


async def agreement_of(
    session: AsyncSession, binds: dict[str, object], agreement_id: UUID
) -> Agreement | None:
    """An agreement the caller sees."""
    statement = select(Agreement).where(AGREEMENTS, Agreement.id == agreement_id)
    return (await session.execute(statement, binds)).scalar_one_or_none()
