"""Everything on record about one concern, in the order it happened, for somebody who judges the case from outside."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from services.placements.models.action_plans import ActionPlan, Statement
from services.placements.models.concern_meetings import ConcernMeeting, ConcernPanel
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.queries.concerns import CONCERNS
from services.placements.queries.visibility import ORGANISATION, PERSON, WIDE
from shared.http.reading import one

_CONCERN_ID = bindparam("id", type_=Uuid())

_HEAD = (
    select(
        Concern.id,
        Concern.case_number,
        Concern.placement_id,
        Concern.about,
        Concern.route,
        Concern.level,
        Concern.status,
        Concern.opened_at,
        Concern.closed_at,
        Concern.outcome,
        Concern.policy,
    )
    .join(Placement, Placement.id == Concern.placement_id)
    .where(
        Concern.id == _CONCERN_ID,
        CONCERNS,
        or_(WIDE, Placement.student_id == PERSON, Placement.university_id == ORGANISATION),
    )
)
"""The concern, for the student, their university and the office, as far as they see it."""

_OURS = cast(
    literal(
        ["partnership_id", "dedupe_key", "next_attempt_at", "leased_until", "failures", "retry_at"],
        ARRAY(Text),
    ),
    ARRAY(Text),
)
"""What is about the machinery and not about the case."""

_PARTS: tuple[tuple[str, Any, InstrumentedAttribute[Any]], ...] = (
    ("signal", Signal, Signal.occurred_at),
    ("transition", ConcernTransition, ConcernTransition.at),
    ("act", ConcernAct, ConcernAct.at),
    ("step", ConcernStep, ConcernStep.planned_at),
    ("meeting", ConcernMeeting, ConcernMeeting.created_at),
    ("action_plan", ActionPlan, ActionPlan.agreed_at),
    ("statement", Statement, Statement.made_at),
    ("panel", ConcernPanel, ConcernPanel.convened_at),
    ("told", Notification, Notification.created_at),
)

_EVERYTHING = union_all(
    *(
        select(
            literal(kind).label("kind"),
            at.label("at"),
            row.id.label("id"),
            func.to_jsonb(row.__table__.table_valued()).op("-")(_OURS).label("data"),
        ).where(and_(row.concern_id == _CONCERN_ID))
        for kind, row, at in _PARTS
    )
).order_by("at", "kind", "id")


async def read_history(
    connection: AsyncConnection, binds: dict[str, object], concern_id: UUID
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The concern with the policy it was opened under, and everything that belongs to it. Instants are texts in UTC."""
    asked = {**binds, "id": concern_id}
    head = await one(connection, _HEAD, asked, "concern")
    rows = await connection.execute(_EVERYTHING, {"id": concern_id})
    entries = [{"kind": row.kind, "at": _text(row.at), "id": str(row.id), "data": row.data} for row in rows]
    return {name: _plain(value) for name, value in head.items()}, entries


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _text(value)
    return str(value) if isinstance(value, UUID) else value


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
