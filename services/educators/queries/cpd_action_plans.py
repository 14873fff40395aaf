"""Action plans: whole to the educator who made them; that they are there, and how they stand, to their organisation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.cpd import PlanStatus
from services.educators.models.cpd import CpdActionPlan
from services.educators.models.educators import Educator
from services.educators.queries.visibility import OWN_PLAN, PLANS
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.http.reading import one

_SHOWN = (
    select(
        CpdActionPlan.id,
        CpdActionPlan.educator_id,
        CpdActionPlan.activity_id,
        case((OWN_PLAN, CpdActionPlan.what)).label("what"),
        case((OWN_PLAN, CpdActionPlan.by_on)).label("by_on"),
        CpdActionPlan.follow_up_on,
        CpdActionPlan.status,
        CpdActionPlan.reviewed_at,
        CpdActionPlan.version,
    )
    .join(Educator, Educator.id == CpdActionPlan.educator_id)
    .where(PLANS)
)

ONE = _SHOWN.where(CpdActionPlan.id == bindparam("p_plan", type_=Uuid()))
"""One action plan."""

LIST = Filtered(
    _SHOWN,
    CpdActionPlan.id,
    **equal(CpdActionPlan.educator_id),
    **equal(CpdActionPlan.activity_id),
    **equal(CpdActionPlan.status),
    due_by=and_(
        CpdActionPlan.status == PlanStatus.OPEN.value,
        CpdActionPlan.follow_up_on <= bindparam("due_by", type_=Date()),
    ),
)
"""The plans the caller knows of; those that are to be followed up by a day."""


async def shown(session: AsyncSession, binds: Mapping[str, object], plan_id: UUID) -> dict[str, Any]:
    """One plan as the caller sees it, inside the transaction that changed it."""
    return await one(await session.connection(), ONE, {**binds, "p_plan": plan_id}, "action plan")


async def hold_plan(session: AsyncSession, binds: Mapping[str, object], plan_id: UUID) -> CpdActionPlan:
    """The plan, if the caller knows of it, locked until the transaction ends."""
    statement = (
        select(CpdActionPlan)
        .join(Educator, Educator.id == CpdActionPlan.educator_id)
        .where(PLANS, CpdActionPlan.id == plan_id)
        .with_for_update(of=CpdActionPlan, key_share=True)
    )
    plan = (await session.execute(statement, dict(binds))).scalar_one_or_none()
    if plan is None:
        raise NotFound("action plan")
    return plan
