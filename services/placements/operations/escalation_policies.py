"""Escalation policies: the default, made known to the database like any other, and a partnership's own, by two people."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import PolicyStatus
from services.placements.domain.escalation.drafts import faults_of_draft
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.reading import read_policy
from services.placements.messages.concerns import EscalationPolicyPublished, PolicyGapsFound
from services.placements.models.escalation_policies import EscalationPolicy, PolicyLint
from services.placements.queries.escalation_policies import (
    data_in_force,
    hold_policy,
    policy_from,
    shipped_data,
)
from services.placements.queries.policy_previews import gaps_of
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.events.outbox import publish as tell_the_world
from shared.http.writing import hold
from shared.ids import new_id

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""The default holds from before any placement."""


async def ship_default(session: AsyncSession, now: datetime) -> None:
    """Store the policy shipped with this version of the service, if it is not there yet. Raises `Invalid` if it is faulty."""
    data = shipped_data()
    policy = policy_from(data)
    statement = insert(EscalationPolicy).values(
        id=new_id(),
        partnership_id=None,
        name=policy.name,
        version=policy.version,
        policy=data,
        effective_from=ALWAYS,
        created_at=now,
    )
    await session.execute(statement.on_conflict_do_nothing(constraint="escalation_policy_version_once"))


def read_draft(data: dict[str, Any], number: int) -> tuple[dict[str, Any], Policy]:
    """The data of a draft as version `number`, and what it says. Raises `Invalid` with every fault and where it is."""
    numbered = {**data, "version": number}
    try:
        unwritable = b"\\u0000" in to_json(numbered)
    except PydanticSerializationError:
        unwritable = True
    if unwritable:
        raise Invalid([Fault("/policy", "unwritable", "It holds a character that cannot be kept.")])
    policy, faults = None, []
    try:
        policy = read_policy(numbered)
        faults = faults_of_draft(policy)
    except Invalid as wrong:
        faults = list(wrong.faults)
    if faults or policy is None:
        there = [Fault(f"/policy{each.pointer}", each.code, each.detail) for each in faults]
        raise Invalid(there, code="invalid_policy")
    return numbered, policy


def faults_in(data: dict[str, Any]) -> list[Fault]:
    """Every fault of the data of a draft, and where it is."""
    try:
        read_draft(data, 1)
    except Invalid as wrong:
        return list(wrong.faults)
    return []


async def draft(
    session: AsyncSession,
    partnership_id: UUID,
    data: dict[str, Any],
    *,
    effective_from: datetime | None,
    by_person_id: UUID,
    now: datetime,
) -> EscalationPolicy:
    """Keep a draft as the partnership's next version. Nothing follows from it until a second person publishes it."""
    await hold(session, "escalation_policies", partnership_id)
    mine_or_default = (EscalationPolicy.partnership_id == partnership_id) | (
        EscalationPolicy.partnership_id.is_(None)
    )
    last = await session.scalar(select(func.max(EscalationPolicy.version)).where(mine_or_default))
    data, policy = read_draft(data, max(last or 0, int(shipped_data()["version"])) + 1)
    row = EscalationPolicy(
        id=new_id(),
        partnership_id=partnership_id,
        name=policy.name,
        version=policy.version,
        policy=data,
        effective_from=effective_from or now,
        status=PolicyStatus.DRAFT.value,
        drafted_by_person_id=by_person_id,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def publish(
    session: AsyncSession, partnership_id: UUID, policy_id: UUID, *, by_person_id: UUID, now: datetime
) -> EscalationPolicy:
    """A second person puts a draft in force, from its day on or at once. Open concerns keep what they were opened with."""
    row = await hold_policy(session, partnership_id, policy_id)
    if row.status != PolicyStatus.DRAFT:
        raise InvalidState("escalation policy", row.status, ())
    if row.drafted_by_person_id == by_person_id:
        raise Conflict("second_person_needed", "Somebody else than who drafted it publishes it.")
    row.status, row.published_at = PolicyStatus.PUBLISHED.value, now
    row.published_by_person_id = by_person_id
    row.effective_from = max(row.effective_from, now)
    message = EscalationPolicyPublished(number=row.version, effective_from=row.effective_from)
    await session.flush()
    await tell_the_world(session, message, partnership_id=partnership_id, subject=row.id, now=now)
    return row


async def lint(session: AsyncSession, partnership_id: UUID, *, now: datetime) -> bool:
    """Keep which roles of the policy in force reach nobody, once a day, and publish them if there are any."""
    policy = policy_from(await data_in_force(session, partnership_id, now))
    gaps = await gaps_of(session, partnership_id, policy, london_day(now))
    row = insert(PolicyLint).values(
        partnership_id=partnership_id, checked_on=london_day(now), gaps=[asdict(gap) for gap in gaps]
    )
    kept = await session.execute(row.on_conflict_do_nothing().returning(PolicyLint.checked_on))
    if kept.one_or_none() is None or not gaps:
        return False
    message = PolicyGapsFound(
        roles=[gap.role.value for gap in gaps],
        placements=max(gap.nobody + gap.no_address for gap in gaps),
    )
    await tell_the_world(session, message, partnership_id=partnership_id, subject=partnership_id, now=now)
    return True
