"""Concerns about a setting reach further than one placement: to whom they are linked, and who of the others sees them.

Whoever sees a placement in the setting reads that there is such a concern, since when and at which level, and nothing of the
other student's placement; the case itself opens only for those who see it anyway. Students read of their own placement alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DateTime, and_, bindparam, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from services.placements.domain.escalation.policy import GENERAL
from services.placements.domain.lifecycle import ENDED
from services.placements.domain.vocabulary import ConcernAbout, PlacementStatus
from services.placements.models.concerns import Concern
from services.placements.models.placements import Placement
from services.placements.queries.visibility import PARTNERSHIP, PERSON, PLACEMENTS
from shared.http.reading import listing

_HERE = aliased(Placement)
_ABOUT_SETTING = and_(
    Concern.partnership_id == PARTNERSHIP,
    Concern.about == ConcernAbout.SETTING.value,
    Concern.route == GENERAL,
)
_SHARED = and_(
    _HERE.partnership_id == Placement.partnership_id,
    _HERE.id != Placement.id,
    or_(
        Placement.setting_id == _HERE.setting_id,
        Placement.setting_id == _HERE.second_setting_id,
        Placement.second_setting_id == _HERE.setting_id,
        Placement.second_setting_id == _HERE.second_setting_id,
    ),
)
_SETTING = case(
    (Placement.setting_id.in_([_HERE.setting_id, _HERE.second_setting_id]), Placement.setting_id),
    else_=Placement.second_setting_id,
).label("setting_id")

_OPEN = aliased(Concern)
_NOT_UNDER_WAY = [status.value for status in (*sorted(ENDED), PlacementStatus.PROPOSED)]

LINKED = listing(
    select(
        Placement.id.label("placement_id"),
        _SETTING,
        Placement.status,
        _OPEN.id.label("concern_id"),
        _OPEN.case_number,
        _OPEN.level,
    )
    .join(_HERE, _SHARED)
    .join(Concern, and_(Concern.placement_id == _HERE.id, _ABOUT_SETTING))
    .outerjoin(
        _OPEN, and_(_OPEN.placement_id == Placement.id, _OPEN.route == GENERAL, _OPEN.closed_at.is_(None))
    )
    .where(Concern.id == bindparam("concern_id"), PLACEMENTS, Placement.status.not_in(_NOT_UNDER_WAY)),
    Placement.id,
)
"""The other placements under way in the setting that a concern is about, as far as the caller sees them."""

_FELT = (
    select(
        Concern.id.label("concern_id"),
        case((PLACEMENTS, Concern.case_number), else_=None).label("case_number"),
        _SETTING,
        Concern.level,
        Concern.opened_at,
    )
    .join(Placement, Placement.id == Concern.placement_id)
    .join(_HERE, _SHARED)
    .where(_ABOUT_SETTING, _HERE.id == bindparam("placement_id"), _HERE.student_id.is_distinct_from(PERSON))
)

AROUND = listing(_FELT.where(Concern.closed_at.is_(None)), Concern.id)
"""The open concerns about a placement's settings that were opened at other placements there."""

_FIRST = bindparam("first", type_=DateTime(timezone=True))
_LAST = bindparam("last", type_=DateTime(timezone=True))
_DURING = _FELT.where(
    or_(Concern.closed_at.is_(None), Concern.closed_at >= _FIRST),
    or_(_LAST.is_(None), Concern.opened_at <= _LAST),
).order_by(Concern.opened_at)


async def opened_around(connection: AsyncConnection, binds: Mapping[str, Any], concern: Any) -> Sequence[Any]:
    """The concerns about its setting that stood at other placements while a concern did; none for one on a way of its own."""
    if concern.route != GENERAL:
        return ()
    stood = {"placement_id": concern.placement_id, "first": concern.opened_at, "last": concern.closed_at}
    return (await connection.execute(_DURING, {**binds, **stood})).all()
