"""Reading quality issues, and holding one for a change."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.placements import Placement
from services.placements.models.quality_issues import QualityIssue
from services.placements.queries.visibility import QUALITY_ISSUES
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

_COLUMNS = (
    QualityIssue.id,
    QualityIssue.placement_id,
    QualityIssue.review_id,
    QualityIssue.setting_id,
    QualityIssue.section,
    QualityIssue.what,
    QualityIssue.owner_person_id,
    QualityIssue.status,
    QualityIssue.due_on,
    QualityIssue.raised_at,
    QualityIssue.escalated_at,
    QualityIssue.resolved_at,
    QualityIssue.resolution,
    QualityIssue.updated_at,
    QualityIssue.version,
)
_VISIBLE = select(*_COLUMNS).where(QUALITY_ISSUES)

SINGLE = _VISIBLE.where(QualityIssue.id == bindparam("id", type_=Uuid()))
"""One quality issue the caller sees."""

LIST = Filtered(
    _VISIBLE,
    QualityIssue.id,
    **equal(QualityIssue.setting_id, QualityIssue.status, QualityIssue.placement_id),
    owner=QualityIssue.owner_person_id == bindparam("owner", type_=Uuid()),
)
"""The quality issues the caller sees."""

OF_PLACEMENT = (
    select(*_COLUMNS)
    .where(QualityIssue.placement_id == bindparam("placement_id", type_=Uuid()))
    .order_by(QualityIssue.id)
)
"""All quality issues of one placement, whoever asks."""


class HeldIssue(NamedTuple):
    """A quality issue that is held until the transaction ends, with its placement."""

    issue: QualityIssue
    placement: Placement


async def hold_visible_issue(
    session: AsyncSession, binds: dict[str, object], issue_id: UUID, *, seen: int | None
) -> HeldIssue:
    """The issue, held, if the caller sees it and it is at the version they saw."""
    statement = (
        select(QualityIssue, Placement)
        .join(Placement, Placement.id == QualityIssue.placement_id)
        .where(QUALITY_ISSUES, QualityIssue.id == issue_id)
        .with_for_update(of=QualityIssue, key_share=True)
    )
    row = (await session.execute(statement, binds)).one_or_none()
    if row is None:
        raise NotFound("quality issue")
    if seen is not None and seen != row[0].version:
        raise StaleVersion
    return HeldIssue(row[0], row[1])


async def issues_of(session: AsyncSession, placement_id: UUID) -> list[QualityIssue]:
    """All quality issues of a placement, oldest first."""
    statement = select(QualityIssue).where(QualityIssue.placement_id == placement_id)
    return list((await session.execute(statement.order_by(QualityIssue.id))).scalars())
