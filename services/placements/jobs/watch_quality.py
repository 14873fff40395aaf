"""As days pass: quality issues whose day has gone by are told of, audits run out, and some are to be looked at again."""

from services.placements.operations import audit_sweeps, quality_issues
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database


async def escalate_issues(db: Database, clock: Clock) -> bool:
    """Tell of one batch of overdue quality issues; True when there may be more."""
    async with db.begin() as session:
        return await quality_issues.escalate_overdue(session, now=clock.now()) == quality_issues.AT_ONCE


async def expire_audits(db: Database, clock: Clock) -> bool:
    """Let one batch of audits run out, each once; True when there may be more."""
    async with db.begin() as session:
        told = await audit_sweeps.expire(session, calendar=ENGLAND, now=clock.now())
    return told == audit_sweeps.AT_ONCE


async def ask_for_another_look(db: Database, clock: Clock) -> bool:
    """Mark one batch of audits that something speaks against since a person last looked; True when there may be more."""
    async with db.begin() as session:
        return await audit_sweeps.recheck(session, now=clock.now()) == audit_sweeps.AT_ONCE
