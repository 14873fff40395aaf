"""What students say before a session: that they cannot come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.domain.attendance import AbsenceReason
from services.hubs.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class AbsenceNotice(Tenanted):
    """A member told before a session that they will not come. The reason is a code: nobody has to tell a story."""

    __tablename__ = "absence_notices"

    session_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    student_id: Mapped[UUID]
    reason: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("session_id", "membership_id", name="one_notice_per_member"),
        within_tenant("session_id", "sessions"),
        within_tenant("membership_id", "memberships"),
        one_of("reason", AbsenceReason),
    )
