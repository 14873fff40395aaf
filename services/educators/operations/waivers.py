"""Waivers: asked for, decided by a second person, and taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import RuleCode, WaiverState
from services.educators.domain.waivers import (
    WaiverStep,
    after,
    expect_second_person,
    expect_still_of_use,
    faults_of_request,
)
from services.educators.messages import WaiverChanged
from services.educators.models.educators import Educator
from services.educators.models.waivers import Waiver
from services.educators.operations.authors import Author
from services.educators.queries.educators import hold_educator
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.errors import Forbidden, Invalid, NotFound
from shared.events.outbox import publish
from shared.http.writing import expect
from shared.ids import new_id


class WaiverName(NamedTuple):
    """Which waiver, and of whom."""

    educator_id: UUID
    waiver_id: UUID


async def request_waiver(
    session: AsyncSession, principal: Principal, educator_id: UUID, values: Mapping[str, Any], now: datetime
) -> Waiver:
    """Ask to set a rule aside for an educator. It counts for nothing until somebody else approves it."""
    author = Author.of(principal)
    faults = list(faults_of_request(RuleCode(values["rule_code"]), values["expires_on"], london_day(now)))
    if faults:
        raise Invalid(faults)
    educator = await hold_educator(session, author.tenant, educator_id)
    author.expect_may_write(educator, own_word=True)
    waiver = Waiver(
        id=new_id(),
        partnership_id=author.tenant,
        educator_id=educator_id,
        state=WaiverState.REQUESTED.value,
        requested_by=principal.subject,
        version=1,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(waiver)
    await session.flush()
    await _tell(session, waiver, educator, now)
    return waiver


async def decide_waiver(
    session: AsyncSession,
    principal: Principal,
    name: WaiverName,
    step: WaiverStep,
    *,
    seen: int | None,
    now: datetime,
) -> Waiver:
    """Approve, refuse or revoke a waiver. A person decides, who is neither the educator nor who asked for it."""
    author = Author.of(principal)
    educator = await hold_educator(session, author.tenant, name.educator_id)
    author.expect_may_write(educator)
    if not principal.is_person or principal.person_id == educator.id:
        raise Forbidden(
            "person_needed", "A waiver is decided by a person, and not by the educator it is for."
        )
    waiver = await _hold_waiver(session, author.tenant, name)
    expect(waiver.version, seen)
    state = after(step, WaiverState(waiver.state))
    if step is WaiverStep.REVOCATION:
        waiver.revoked_by, waiver.revoked_at = principal.subject, now
    else:
        expect_second_person(waiver.requested_by, principal.subject)
        waiver.decided_by, waiver.decided_at = principal.subject, now
    if step is WaiverStep.APPROVAL:
        expect_still_of_use(waiver.expires_on, london_day(now))
    waiver.state = state.value
    waiver.version += 1
    waiver.updated_at = now
    await session.flush()
    await _tell(session, waiver, educator, now)
    return waiver


async def _hold_waiver(session: AsyncSession, partnership_id: UUID, name: WaiverName) -> Waiver:
    statement = select(Waiver).where(
        Waiver.partnership_id == partnership_id,
        Waiver.educator_id == name.educator_id,
        Waiver.id == name.waiver_id,
    )
    waiver = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if waiver is None:
        raise NotFound("waiver")
    return waiver


async def _tell(session: AsyncSession, waiver: Waiver, educator: Educator, now: datetime) -> None:
    await publish(
        session,
        WaiverChanged(
            waiver_id=waiver.id,
            educator_id=waiver.educator_id,
            placement_id=waiver.placement_id,
            rule_code=RuleCode(waiver.rule_code),
            state=WaiverState(waiver.state),
            expires_on=waiver.expires_on,
        ),
        partnership_id=waiver.partnership_id,
        subject=waiver.id,
        audience=[educator.organisation_id],
        now=now,
    )
