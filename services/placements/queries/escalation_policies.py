"""Which escalation policy is in force: the partnership's own newest, else the one shipped with the service."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Boolean, Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.escalation.codes import PolicyStatus
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.reading import read_policy
from services.placements.models.escalation_policies import EscalationPolicy
from shared.errors import NotFound
from shared.http.reading import listing

_SHIPPED = "struggling_placement_policy.v3.json"
_MOST_KEPT = 200
_read: dict[bytes, Policy] = {}


@cache
def shipped_data() -> dict[str, Any]:
    """The default policy as it is shipped with this version of the service."""
    text = (files("services.placements") / "policies" / _SHIPPED).read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def policy_from(data: dict[str, Any]) -> Policy:
    """The policy that stored data says. Every concern holds a copy, so equal ones are read only once."""
    key = to_json(data)
    policy = _read.get(key)
    if policy is None:
        if len(_read) >= _MOST_KEPT:
            _read.clear()
        policy = _read[key] = read_policy(data)
    return policy


async def data_in_force(
    session: AsyncSession | AsyncConnection, partnership_id: UUID, at: datetime
) -> dict[str, Any]:
    """The data of the policy that holds for a partnership at an instant."""
    own = EscalationPolicy.partnership_id
    statement = (
        select(EscalationPolicy.policy)
        .where(
            or_(own == partnership_id, own.is_(None)),
            EscalationPolicy.effective_from <= at,
            EscalationPolicy.status == PolicyStatus.PUBLISHED.value,
        )
        .order_by(own.is_(None), EscalationPolicy.effective_from.desc(), EscalationPolicy.version.desc())
        .limit(1)
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    return shipped_data() if found is None else found


def _visible() -> Select[Any]:
    row = EscalationPolicy
    columns = (
        row.id,
        row.name,
        row.version.label("number"),
        row.policy,
        row.effective_from,
        row.partnership_id.is_(None).label("is_default"),
        row.status,
        row.drafted_by_person_id,
        row.published_by_person_id,
        row.published_at,
    )
    tenant = bindparam("p_partnership", type_=row.partnership_id.type)
    published = or_(row.status == PolicyStatus.PUBLISHED.value, bindparam("p_wide", type_=Boolean()))
    return select(*columns).where(or_(row.partnership_id == tenant, row.partnership_id.is_(None)), published)


ESCALATION_POLICIES = listing(_visible(), EscalationPolicy.id)
"""The policies a partnership has or had, and the default; drafts for its office only."""

ESCALATION_POLICY = _visible().where(EscalationPolicy.id == bindparam("id"))
"""One of them."""


async def hold_policy(session: AsyncSession, partnership_id: UUID, policy_id: UUID) -> EscalationPolicy:
    """A partnership's own policy, held."""
    statement = select(EscalationPolicy).where(
        EscalationPolicy.id == policy_id, EscalationPolicy.partnership_id == partnership_id
    )
    row = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if row is None:
        raise NotFound("escalation policy")
    return row
