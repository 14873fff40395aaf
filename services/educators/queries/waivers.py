"""Waivers, for those who may see the educator whole: of one educator, and of the whole register."""

from datetime import date

from sqlalchemy import Date, Text, and_, bindparam, case, cast, literal, select

from services.educators.domain.codes import WaiverState
from services.educators.models.educators import Educator
from services.educators.models.waivers import Waiver
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.http.lists import Filtered, equal

_TODAY = bindparam("today", type_=Date())
_over = and_(Waiver.state == WaiverState.APPROVED.value, Waiver.expires_on < _TODAY)

_SHOWN = (
    select(
        Waiver.id,
        Waiver.educator_id,
        Waiver.placement_id,
        Waiver.rule_code,
        Waiver.reason,
        Waiver.conditions,
        Waiver.expires_on,
        case((_over, literal(WaiverState.EXPIRED.value)), else_=cast(Waiver.state, Text())).label("state"),
        Waiver.requested_by,
        Waiver.created_at.label("requested_at"),
        Waiver.decided_by,
        Waiver.decided_at,
        Waiver.revoked_by,
        Waiver.revoked_at,
        Waiver.version,
    )
    .join(Educator, Educator.id == Waiver.educator_id)
    .where(EDUCATORS, WHOLE)
)

ONE = _SHOWN.where(Waiver.educator_id == bindparam("p_educator"), Waiver.id == bindparam("p_id"))
"""One waiver of one educator."""

LIST = Filtered(
    _SHOWN,
    Waiver.id,
    **equal(Waiver.educator_id, Waiver.placement_id),
    state=and_(
        Waiver.state == bindparam("stored", type_=Text()),
        case((_over, literal(WaiverState.EXPIRED.value)), else_=cast(Waiver.state, Text()))
        == bindparam("state", type_=Text()),
    ),
)
"""The waivers, the oldest first."""


def state_binds(state: WaiverState, today: date) -> dict[str, object]:
    """What the filter by state compares with: an expired waiver is stored as approved."""
    stored = WaiverState.APPROVED if state is WaiverState.EXPIRED else state
    return {"stored": stored.value, "state": state.value, "today": today}
