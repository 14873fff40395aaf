"""Everything on record about one concern, in the order it happened, for somebody who judges the case from outside."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.models.action_plans import ActionPlan, Statement
from services.placements.models.concern_meetings import ConcernMeeting, ConcernPanel
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement, PlacementTransition
from services.placements.models.signals import Signal
from services.placements.models.suspensions import PlacementSearch, SearchEntry, SuspensionReview
from services.placements.queries.concerns import CONCERNS, refuse_invisible_concern
from services.placements.queries.visibility import ORGANISATION, PERSON, WIDE
from services.placements.queries.waiting import ENTRIES_MEANT, REVIEWS_MEANT, SEARCHES_MEANT, STEPS_MEANT
from shared.errors import Forbidden

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

_ITS_SIGNALS = select(Signal.id).where(Signal.concern_id == _CONCERN_ID)
_TOLD = or_(
    Notification.concern_id == _CONCERN_ID,
    and_(Notification.concern_id.is_(None), Notification.occasion_id.in_(_ITS_SIGNALS)),
)
_REVIEW_AT = func.coalesce(SuspensionReview.reviewed_at, SuspensionReview.due_at)


def _part(kind: str, row: Any, at: Any, meant: Any = None) -> Any:
    """One kind of record: those of the concern, unless it is said which are meant."""
    return select(
        literal(kind).label("kind"),
        at.label("at"),
        row.id.label("id"),
        func.to_jsonb(row.__table__.table_valued()).op("-")(_OURS).label("data"),
    ).where(row.concern_id == _CONCERN_ID if meant is None else meant)


_EVERYTHING = union_all(
    _part("signal", Signal, Signal.occurred_at),
    _part("transition", ConcernTransition, ConcernTransition.at),
    _part("act", ConcernAct, ConcernAct.at),
    _part("step", ConcernStep, ConcernStep.planned_at),
    _part("meeting", ConcernMeeting, ConcernMeeting.created_at),
    _part("action_plan", ActionPlan, ActionPlan.agreed_at),
    _part("statement", Statement, Statement.made_at),
    _part("panel", ConcernPanel, ConcernPanel.convened_at),
    _part("placement_step", PlacementTransition, PlacementTransition.at, STEPS_MEANT),
    _part("suspension_review", SuspensionReview, _REVIEW_AT, REVIEWS_MEANT),
    _part("search", PlacementSearch, PlacementSearch.began_at, SEARCHES_MEANT),
    _part("search_entry", SearchEntry, SearchEntry.at, ENTRIES_MEANT),
    _part("told", Notification, Notification.created_at, _TOLD),
).order_by("at", "id", "kind")


async def read_history(
    connection: AsyncConnection, binds: dict[str, object], concern_id: UUID
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The concern with the policy it was opened under, and everything that belongs to it. Instants are texts in UTC."""
    asked = {**binds, "id": concern_id}
    await refuse_invisible_concern(connection, binds, concern_id)
    head = (await connection.execute(_HEAD, asked)).mappings().one_or_none()
    if head is None:
        words = "The student, their university and the partnership's office can take it; ask one of them."
        raise Forbidden("not_yours_to_export", words)
    spanned = {name: head[name] for name in ("placement_id", "opened_at", "closed_at")}
    rows = await connection.execute(_EVERYTHING, {"id": concern_id, **spanned})
    entries = [{"kind": row.kind, "at": _text(row.at), "id": str(row.id), "data": row.data} for row in rows]
    return {name: _plain(value) for name, value in head.items()}, entries


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _text(value)
    return str(value) if isinstance(value, UUID) else value


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
