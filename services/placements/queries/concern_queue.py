"""The queue of open concerns, the most urgent first."""

from sqlalchemy import BigInteger, Text, Uuid, case, cast, extract, func, literal, select
from sqlalchemy.sql import ColumnElement

from services.placements.domain.escalation.codes import ENGINES_OWN, LEVELS
from services.placements.models.concerns import Concern, ConcernStep
from services.placements.models.placements import Placement
from services.placements.queries.concerns import visible
from shared.http.reading import listing

_FAR = 9_999_999_999
"""Seconds since 1970 for what has no due step: after everything that has."""

_UNDONE = (
    select(ConcernStep.due_at, ConcernStep.step)
    .where(
        ConcernStep.concern_id == Concern.id,
        ConcernStep.cycle == Concern.cycle,
        ConcernStep.level == Concern.level,
        ConcernStep.done_at.is_(None),
        ConcernStep.step.not_in(sorted(ENGINES_OWN)),
    )
    .order_by(ConcernStep.due_at)
    .limit(1)
    .correlate(Concern)
    .lateral("undone")
)
"""The step of the present level that nobody did yet and that was due first, chased or not."""


def _hex(number: ColumnElement[int], digits: int) -> ColumnElement[str]:
    return func.lpad(func.to_hex(cast(number, BigInteger)), digits, "0")


_DUE = func.greatest(_UNDONE.c.due_at, Concern.held_until)
_SECONDS = func.coalesce(cast(extract("epoch", _DUE), BigInteger), literal(_FAR))
_HEIGHT = case(*((Concern.level == level.value, len(LEVELS) - at) for at, level in enumerate(LEVELS)))
URGENCY = cast(
    case((Concern.immediate_at.is_not(None), "1"), else_="2")
    + _hex(_SECONDS, 10)
    + _hex(_HEIGHT, 1)
    + func.right(func.replace(cast(Concern.id, Text), "-", ""), 20),
    Uuid(),
)
"""Where a concern stands in the queue, as one value that sorts: matters of safety first, then by what was due first (one
that somebody has in hand waits until that ends), then the higher level, then its id."""

QUEUE = listing(
    visible(
        Concern.id,
        Concern.case_number,
        Concern.placement_id,
        Placement.student_id,
        Placement.setting_id,
        Concern.about,
        Concern.level,
        Concern.status,
        Concern.immediate_at,
        Concern.opened_at,
        Concern.acknowledged_by_person_id,
        Concern.held_until,
        _UNDONE.c.step,
        _UNDONE.c.due_at,
        URGENCY.label("urgency"),
    )
    .outerjoin(_UNDONE, literal(value=True))
    .where(Concern.closed_at.is_(None)),
    URGENCY,
)
"""The open concerns the caller sees, the most urgent first."""
