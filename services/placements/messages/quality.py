"""What the service tells about the quality of placements and settings."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.placements.domain.audits import AuditStatus
from services.placements.domain.review_templates import Section
from shared.events.outbox import Message


class QualityIssueStep(Message):
    """A quality issue took a step. `due_on` is the working day by which it is to be put right."""

    placement_id: UUID
    setting_id: UUID
    section: Section
    due_on: date


class QualityIssueRaised(QualityIssueStep):
    """Something about a placement is to be put right."""

    type: ClassVar[str] = "quality_issue.raised"


class QualityIssueOverdue(QualityIssueStep):
    """The agreed day has passed, and it is not put right."""

    type: ClassVar[str] = "quality_issue.overdue"


class QualityIssueResolved(QualityIssueStep):
    """It was put right."""

    type: ClassVar[str] = "quality_issue.resolved"


class AuditStep(Message):
    """A placement audit took a step. `allows` says whether students can be matched into the setting now."""

    setting_id: UUID
    status: AuditStatus
    allows: bool
    expires_on: date


class AuditFilled(AuditStep):
    """The agency has filled in an audit; a university is to verify it."""

    type: ClassVar[str] = "audit.filled"


class AuditVerified(AuditStep):
    """A university has verified an audit: from now on it is the setting's."""

    type: ClassVar[str] = "audit.verified"


class AuditStatusChanged(AuditStep):
    """The audit's status changed: by a person, because a plan is done, or because something asks for another look."""

    type: ClassVar[str] = "audit.status_changed"


class AuditExpired(AuditStep):
    """The audit has reached the end of its life: no more matches into the setting until there is another."""

    type: ClassVar[str] = "audit.expired"
