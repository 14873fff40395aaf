"""Placement audits: filled by the agency, verified by a university, held or opened again by people, all on record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.audits import (
    OF_THE_SYSTEM,
    STOPS_MATCHING,
    AuditRating,
    AuditReason,
    AuditStatus,
    Rated,
    Standard,
    expires_on,
    faults_of,
    status_by_plan,
    steps_from,
)
from services.placements.messages import quality as messages
from services.placements.models.audits import AuditStep, PlacementAudit
from services.placements.models.settings import Setting
from services.placements.operations.audit_signals import signal_lapse
from services.placements.operations.authors import Author
from services.placements.operations.resources import NOT_YOURS
from services.placements.queries.audits import hold_current, is_university, universities_of
from shared.calendar import Calendar, london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Filled:
    """What an agency says about its setting: when it was looked at, every standard, and what students are shown."""

    audited_on: date
    standards: Sequence[Rated]
    profile: Mapping[str, Any]


async def fill(
    session: AsyncSession, author: Author, setting: Setting, filled: Filled, *, by: str, now: datetime
) -> PlacementAudit:
    """The agency hands in an audit of its setting. It counts once a university has verified it."""
    if not author.may_write(setting.organisation_id):
        raise Forbidden(*NOT_YOURS)
    _refuse_faults(filled, london_day(now))
    audit = PlacementAudit(
        id=new_id(),
        partnership_id=setting.partnership_id,
        setting_id=setting.id,
        organisation_id=setting.organisation_id,
        filled_by=by,
        filled_at=now,
        version=0,
        created_at=now,
    )
    _write(audit, filled)
    session.add(audit)
    await _touch(session, audit, now)
    await tell(session, audit, messages.AuditFilled, now)
    return audit


async def correct(
    session: AsyncSession, author: Author, audit: PlacementAudit, filled: Filled, *, now: datetime
) -> None:
    """The agency changes what it has handed in, as long as nobody has verified it."""
    if not author.may_write(audit.organisation_id):
        raise Forbidden(*NOT_YOURS)
    if audit.verified_at is not None:
        raise Conflict("audit_verified", "This audit is verified; hand in another.")
    _refuse_faults(filled, london_day(now))
    _write(audit, filled)
    await _touch(session, audit, now)


async def verify(
    session: AsyncSession,
    author: Author,
    audit: PlacementAudit,
    *,
    note: str | None,
    by: str,
    calendar: Calendar,
    now: datetime,
) -> None:
    """A university has looked for itself: from now on this is the setting's audit, and the one before it is history."""
    await expect_university(session, author, audit)
    if audit.verified_at is not None:
        raise InvalidState("audit", "verified", ())
    if audit.expires_on <= london_day(now):
        raise Conflict("audit_expired", "This audit is out of date; the agency hands in another.")
    before = await hold_current(session, audit.setting_id)
    if before is not None:
        before.superseded_at = now
        await _touch(session, before, now)
    audit.verified_at, audit.verified_by, audit.reviewed_at = now, by, now
    audit.verified_by_organisation_id = author.organisation_id
    await enter(session, audit, AuditStatus(audit.status), AuditReason.VERIFIED, note=note, by=by, now=now)
    await tell(session, audit, messages.AuditVerified, now)
    if before is not None and before.expired_at is not None:
        await signal_lapse(session, audit, calendar=calendar, now=now)


async def expect_university(session: AsyncSession, author: Author, audit: PlacementAudit) -> None:
    """Refuse whoever is neither a university, other than the agency itself, nor the partnership's office."""
    is_own = author.organisation_id == audit.organisation_id
    if author.wide or (not is_own and await is_university(session, author.organisation_id)):
        return
    raise Forbidden("universities_only", "A university does this, or the partnership's office.")


async def note_action(
    session: AsyncSession,
    author: Author,
    audit: PlacementAudit,
    standard: Standard,
    done_on: date | None,
    *,
    by: str,
    now: datetime,
) -> None:
    """An action of the plan is done, or (None) not after all; when all are, the plan is completed."""
    if not author.may_write(audit.organisation_id):
        raise Forbidden(*NOT_YOURS)
    _expect_counting(audit)
    rated = rated_in(audit)
    if not any(each.standard is standard and each.action is not None for each in rated):
        raise Conflict("no_action", "No action is planned for this standard.")
    if done_on is not None and not audit.audited_on <= done_on <= london_day(now):
        words = "The day is on or after the audit, and not in the future."
        raise Invalid([Fault("/done_on", "out_of_range", words)])
    rated = [replace(e, action_done_on=done_on) if e.standard is standard else e for e in rated]
    audit.standards = [_plain(each) for each in rated]
    planned = status_by_plan(rated)
    if AuditStatus(audit.status) in STOPS_MATCHING or planned == audit.status:
        await _touch(session, audit, now)
        return
    await enter(session, audit, planned, AuditReason.ACTIONS_DONE, by=by, now=now)
    await tell(session, audit, messages.AuditStatusChanged, now)


async def decide(
    session: AsyncSession,
    author: Author,
    audit: PlacementAudit,
    target: AuditStatus,
    reason: AuditReason,
    *,
    note: str | None,
    by: str,
    now: datetime,
) -> None:
    """A person holds or closes a setting, asks for another look, or (a university) opens it again as its plan says.

    The agency stops its own setting by itself; only a university or the office opens it again.
    """
    _expect_counting(audit)
    allowed = steps_from(AuditStatus(audit.status))
    if target not in allowed:
        raise InvalidState("audit", audit.status, allowed)
    if reason in OF_THE_SYSTEM:
        raise Invalid([Fault("/reason", "not_for_people", "Give a reason of your own.")])
    if target not in STOPS_MATCHING:
        target = status_by_plan(rated_in(audit))
        await expect_university(session, author, audit)
    elif not author.may_write(audit.organisation_id):
        await expect_university(session, author, audit)
    audit.reviewed_at = now
    await enter(session, audit, target, reason, note=note, by=by, now=now)
    await tell(session, audit, messages.AuditStatusChanged, now)


async def enter(
    session: AsyncSession,
    audit: PlacementAudit,
    target: AuditStatus,
    reason: AuditReason,
    *,
    note: str | None = None,
    by: str,
    now: datetime,
) -> None:
    """Give the audit a status and put on record why."""
    step = AuditStep(
        id=new_id(),
        audit_id=audit.id,
        from_status=audit.status,
        to_status=target.value,
        reason=reason.value,
        note=note,
        by_subject=by,
        at=now,
    )
    audit.status = target.value
    session.add(step)
    await _touch(session, audit, now)


async def tell(
    session: AsyncSession, audit: PlacementAudit, news: type[messages.AuditStep], now: datetime
) -> None:
    """Publish the audit as it stands to the agency, and to all universities, which share it."""
    stopped = AuditStatus(audit.status) in STOPS_MATCHING or audit.expired_at is not None
    message = news(
        setting_id=audit.setting_id,
        status=AuditStatus(audit.status),
        allows=audit.verified_at is not None and audit.superseded_at is None and not stopped,
        expires_on=audit.expires_on,
    )
    await publish(
        session,
        message,
        partnership_id=audit.partnership_id,
        subject=audit.id,
        audience={audit.organisation_id, *await universities_of(session, audit.partnership_id)},
        now=now,
    )


def rated_in(audit: PlacementAudit) -> list[Rated]:
    """The standards of an audit as values."""
    return [
        Rated(
            Standard(each["standard"]),
            AuditRating(each["rating"]),
            each.get("action"),
            _day(each.get("action_due_on")),
            _day(each.get("action_done_on")),
        )
        for each in audit.standards
    ]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _plain(rated: Rated) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(rated).items()
        if value is not None
    }


def _write(audit: PlacementAudit, filled: Filled) -> None:
    audit.audited_on, audit.expires_on = filled.audited_on, expires_on(filled.audited_on)
    audit.standards = [_plain(each) for each in filled.standards]
    audit.profile = dict(filled.profile)
    audit.status = status_by_plan(filled.standards).value


def _refuse_faults(filled: Filled, today: date) -> None:
    faults = [
        Fault(pointer, *fault) for pointer, fault in faults_of(filled.standards, filled.audited_on).items()
    ]
    if not filled.audited_on <= today < expires_on(filled.audited_on):
        words = "An audit was made today or before, within the last 24 months."
        faults.append(Fault("/audited_on", "out_of_range", words))
    if faults:
        raise Invalid(faults)


def _expect_counting(audit: PlacementAudit) -> None:
    if audit.verified_at is None:
        raise Conflict("audit_not_verified", "A university verifies this audit first.")
    if audit.superseded_at is not None:
        raise Conflict("audit_superseded", "Another audit of the setting counts now.")
    if audit.expired_at is not None:
        raise Conflict("audit_expired", "This audit is out of date; the agency hands in another.")


async def _touch(session: AsyncSession, audit: PlacementAudit, now: datetime) -> None:
    audit.version += 1
    audit.updated_at = now
    await session.flush()
