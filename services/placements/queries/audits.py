"""Reading placement audits, and the profile of a setting that comes from them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Uuid, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.audits import STOPS_MATCHING
from services.placements.domain.vocabulary import OrgType
from services.placements.models.audits import AuditStep, PlacementAudit
from services.placements.models.organisations import Organisation
from services.placements.models.settings import Setting
from services.placements.queries.visibility import AUDITS, SETTINGS
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

_OTHER = aliased(PlacementAudit)


def _is_current(audit: Any) -> ColumnElement[bool]:
    return and_(audit.verified_at.is_not(None), audit.superseded_at.is_(None))


def _stops(audit: Any) -> ColumnElement[bool]:
    stopping = sorted(status.value for status in STOPS_MATCHING)
    return or_(audit.expired_at.is_not(None), audit.status.in_(stopping))


IS_CURRENT = _is_current(PlacementAudit)
"""The audit of a setting that counts."""


def audit_allows(setting_id: Any) -> ColumnElement[bool]:
    """Whether students can be matched into a setting as far as its audit goes; one without an audit has none against it."""
    return ~exists().where(_OTHER.setting_id == setting_id, _is_current(_OTHER), _stops(_OTHER))


_VISIBLE = select(
    PlacementAudit.id,
    PlacementAudit.setting_id,
    PlacementAudit.organisation_id,
    PlacementAudit.audited_on,
    PlacementAudit.expires_on,
    PlacementAudit.status,
    IS_CURRENT.label("is_current"),
    and_(IS_CURRENT, ~_stops(PlacementAudit)).label("allows"),
    PlacementAudit.standards,
    PlacementAudit.profile,
    PlacementAudit.filled_at,
    PlacementAudit.verified_at,
    PlacementAudit.verified_by_organisation_id,
    PlacementAudit.reviewed_at,
    PlacementAudit.expired_at,
    PlacementAudit.superseded_at,
    PlacementAudit.updated_at,
    PlacementAudit.version,
).where(AUDITS)

SINGLE = _VISIBLE.where(PlacementAudit.id == bindparam("id", type_=Uuid()))
"""One audit the caller sees."""

LIST = Filtered(
    _VISIBLE,
    PlacementAudit.id,
    **equal(PlacementAudit.setting_id, PlacementAudit.organisation_id, PlacementAudit.status),
    expires_before=and_(IS_CURRENT, PlacementAudit.expires_on < bindparam("expires_before", type_=Date())),
)
"""The audits the caller sees."""

STEPS = (
    select(
        AuditStep.from_status,
        AuditStep.to_status,
        AuditStep.reason,
        AuditStep.note,
        AuditStep.by_subject.label("by"),
        AuditStep.at,
    )
    .join(PlacementAudit, PlacementAudit.id == AuditStep.audit_id)
    .where(AUDITS, PlacementAudit.id == bindparam("id", type_=Uuid()))
    .order_by(AuditStep.id)
    .limit(200)
)
"""The steps of one audit, in order."""

PROFILE = (
    select(
        Setting.id.label("setting_id"),
        Setting.organisation_id,
        Setting.name,
        Setting.directorate,
        Setting.service_area,
        Setting.locality,
        Setting.is_statutory,
        Setting.is_frontline,
        Setting.accessibility,
        Setting.pcf_domains,
        PlacementAudit.profile,
        PlacementAudit.audited_on,
        PlacementAudit.expires_on,
        audit_allows(Setting.id).label("takes_students"),
    )
    .outerjoin(PlacementAudit, and_(PlacementAudit.setting_id == Setting.id, IS_CURRENT))
    .where(SETTINGS, Setting.id == bindparam("id", type_=Uuid()))
)
"""What students are shown of a setting: never ratings, actions or the reasons of a status."""


async def hold_visible_audit(
    session: AsyncSession, binds: dict[str, object], audit_id: UUID, *, seen: int | None
) -> PlacementAudit:
    """The audit, held, if the caller sees it and it is at the version they saw."""
    statement = select(PlacementAudit).where(AUDITS, PlacementAudit.id == audit_id).with_for_update()
    audit = (await session.execute(statement, binds)).scalar_one_or_none()
    if audit is None:
        raise NotFound("audit")
    if seen is not None and seen != audit.version:
        raise StaleVersion
    return audit


async def setting_of(session: AsyncSession, partnership_id: UUID, setting_id: UUID) -> Setting:
    """A setting of the partnership."""
    statement = select(Setting).where(Setting.partnership_id == partnership_id, Setting.id == setting_id)
    setting = (await session.execute(statement)).scalar_one_or_none()
    if setting is None:
        raise NotFound("setting")
    return setting


async def hold_current(session: AsyncSession, setting_id: UUID) -> PlacementAudit | None:
    """The setting's audit that counts, held."""
    statement = select(PlacementAudit).where(PlacementAudit.setting_id == setting_id, IS_CURRENT)
    return (await session.execute(statement.with_for_update())).scalar_one_or_none()


async def universities_of(session: AsyncSession, partnership_id: UUID) -> list[UUID]:
    """All universities of the partnership."""
    statement = select(Organisation.id).where(
        Organisation.partnership_id == partnership_id, Organisation.org_type == OrgType.HEI.value
    )
    return list((await session.execute(statement)).scalars())


async def is_university(session: AsyncSession, organisation_id: UUID | None) -> bool:
    """Whether an organisation is a university."""
    statement = select(func.count()).where(
        Organisation.id == organisation_id, Organisation.org_type == OrgType.HEI.value
    )
    return bool((await session.execute(statement)).scalar_one())
