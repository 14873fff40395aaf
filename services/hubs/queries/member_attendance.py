"""Reading one member's attendance: what was recorded, what is still to come, and the share that counts."""

from sqlalchemy import Integer, Uuid, and_, bindparam, case, cast, func, select

from services.hubs.domain.attendance import CAME, Status
from services.hubs.models.attendance import Attendance
from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.queries.memberships import OF_CANDIDATE
from services.hubs.queries.visibility import ENTRIES

_sessions = (
    select(func.count())
    .where(
        HubSession.partnership_id == Membership.partnership_id,
        HubSession.hub_id == Membership.hub_id,
        HubSession.cancelled_at.is_(None),
        HubSession.held_on.between(
            Membership.joined_on, func.coalesce(Membership.ended_on, Candidate.ends_on)
        ),
    )
    .correlate(Membership, Candidate)
)
_of_each = {
    status.value: func.count(Attendance.id).filter(Attendance.status == status.value) for status in Status
}
_recorded = func.count(Attendance.id)
_counted = _recorded - _of_each[Status.EXCUSED.value]
_came = sum((_of_each[status.value] for status in sorted(CAME)), start=cast(0, Integer))

SINGLE = (
    select(
        Membership.id.label("membership_id"),
        Membership.student_id,
        Membership.hub_id,
        _sessions.scalar_subquery().label("expected_in_all"),
        _sessions.where(HubSession.recorded_at.is_(None)).scalar_subquery().label("to_come"),
        _recorded.label("n"),
        *(count.label(status) for status, count in _of_each.items()),
        case((_counted > 0, func.round(100.0 * _came / _counted, 1)), else_=None).label("rate"),
    )
    .join(Candidate, OF_CANDIDATE)
    .outerjoin(
        Attendance,
        and_(
            Attendance.partnership_id == Membership.partnership_id,
            Attendance.placement_id == Membership.placement_id,
            Attendance.membership_id == Membership.id,
        ),
    )
    .where(ENTRIES, Membership.id == bindparam("id", type_=Uuid()))
    .group_by(Membership.id, Candidate.id)
)
"""A member's attendance in one hub, as those see it who may see registers' entries about the member."""
