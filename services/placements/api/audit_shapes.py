"""What travels about placement audits and the profiles of settings."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.placements.api.quality_issue_shapes import ShortText
from services.placements.api.shapes import SAMPLE_ID, Codes, Domains
from services.placements.domain.audits import AuditRating, AuditReason, AuditStatus, Rated, Standard
from services.placements.domain.vocabulary import Directorate, PcfDomain
from services.placements.operations.audits import Filled
from shared.http.wire import Code, Day, Instant, LongText, Name, Wire, like, up_to

_STANDARD = {"standard": "induction_and_safety", "rating": "excellent"}
_RATED = [{"standard": standard.value, "rating": "satisfactory"} for standard in Standard]
_WANTING = {
    "standard": "cover_for_absence",
    "rating": "requires_improvement",
    "action": "Name a deputy for each educator.",
    "action_due_on": "2026-11-30",
}
_PROFILE = {
    "summary": "A team that works with children in care, and with their families.",
    "opportunities": [
        {"pcf_domains": ["knowledge", "skills_and_interventions"], "what": "Life story work with a child."}
    ],
    "client_groups": ["children_in_care"],
    "working_arrangements": "Three days in the office, two at home.",
}


class Opportunity(Wire):
    """Something a student can do here, and the PCF domains it covers."""

    pcf_domains: Annotated[Domains, Field(min_length=1)]
    what: ShortText


class ProfileIn(Wire):
    """What students are to know of the setting before they choose it."""

    model_config = like(**_PROFILE)

    summary: LongText
    opportunities: Annotated[list[Opportunity], Field(max_length=40)] = Field(default_factory=list)
    client_groups: Codes = Field(default_factory=list)
    working_arrangements: ShortText | None = None


class StandardIn(Wire):
    """One standard and its rating; what requires improvement has an action with a date."""

    model_config = like(**_WANTING)

    standard: Standard
    rating: AuditRating
    action: ShortText | None = None
    action_due_on: Day | None = None


class AuditIn(Wire):
    """An audit as the agency hands it in: every standard rated once."""

    model_config = like(audited_on="2026-09-07", standards=_RATED, profile=_PROFILE)

    audited_on: Day
    standards: Annotated[list[StandardIn], Field(min_length=1, max_length=20)]
    profile: ProfileIn

    def filled(self) -> Filled:
        """The audit as the operation takes it."""
        rated = [Rated(e.standard, e.rating, e.action, e.action_due_on) for e in self.standards]
        return Filled(self.audited_on, rated, self.profile.model_dump(mode="json"))


class VerificationIn(Wire):
    """A university verifies the audit."""

    model_config = like(note="Visited on 3 September; spoke with two students.")

    note: ShortText | None = None


class StatusIn(Wire):
    """The status the setting is to have, and why. `open` opens it again, with the status its action plan gives it."""

    model_config = like(status="on_hold", reason="staffing", note="Two educators leave in October.")

    status: AuditStatus
    reason: AuditReason
    note: ShortText | None = None


class ActionDone(Wire):
    """The day on which an action was done; null when it turns out that it was not."""

    model_config = like(done_on="2026-11-20")

    done_on: Day | None


class RatedView(Wire):
    """One standard of an audit."""

    standard: Standard
    rating: AuditRating
    action: str | None = None
    action_due_on: date | None = None
    action_done_on: date | None = None


class AuditView(Wire):
    """A placement audit."""

    model_config = like(
        id=SAMPLE_ID,
        setting_id=SAMPLE_ID,
        organisation_id=SAMPLE_ID,
        audited_on="2026-09-07",
        expires_on="2028-09-07",
        status="open",
        is_current=True,
        allows=True,
        standards=[_STANDARD],
        profile=_PROFILE,
        filled_at="2026-09-07T09:00:00Z",
        verified_at="2026-09-08T09:00:00Z",
        verified_by_organisation_id=SAMPLE_ID,
        reviewed_at="2026-09-08T09:00:00Z",
        expired_at=None,
        superseded_at=None,
        updated_at="2026-09-08T09:00:00Z",
    )

    id: UUID
    setting_id: UUID
    organisation_id: UUID
    audited_on: date
    expires_on: date
    """The first day on which it is out of date: 24 months after it was made."""
    status: AuditStatus
    is_current: bool
    """Verified, and not followed by another: the one that counts."""
    allows: bool
    """Whether it lets students be matched into the setting."""
    standards: Annotated[list[RatedView], up_to(20)]
    profile: dict[str, Any]
    filled_at: Instant
    verified_at: Instant | None
    verified_by_organisation_id: UUID | None
    """The university; null when the partnership's office verified it."""
    reviewed_at: Instant | None
    """When a person last decided about its status."""
    expired_at: Instant | None
    superseded_at: Instant | None
    updated_at: Instant


class AuditStepView(Wire):
    """One change of an audit's status."""

    from_status: AuditStatus
    to_status: AuditStatus
    reason: AuditReason
    note: str | None
    by: str
    at: Instant


class AuditSteps(Wire):
    """What has become of an audit, in order."""

    model_config = like(
        items=[
            {
                "from_status": "open",
                "to_status": "to_be_reviewed_before_use",
                "reason": "recheck",
                "note": None,
                "by": "practicum",
                "at": "2026-11-02T09:00:00Z",
            }
        ]
    )

    items: Annotated[list[AuditStepView], up_to(200)]


class Covered(Wire):
    """One PCF domain, and what the setting offers for it."""

    pcf_domain: PcfDomain
    is_covered: bool
    opportunities: Annotated[list[str], up_to(40)]


class ProfileView(Wire):
    """What students are shown of a setting."""

    model_config = like(
        setting_id=SAMPLE_ID,
        organisation_id=SAMPLE_ID,
        name="Children in Care Team",
        directorate="childrens",
        service_area="children_in_care",
        locality="Harbour",
        is_statutory=True,
        is_frontline=True,
        accessibility=["step_free"],
        summary=_PROFILE["summary"],
        client_groups=["children_in_care"],
        working_arrangements=_PROFILE["working_arrangements"],
        pcf_coverage=[
            {
                "pcf_domain": "knowledge",
                "is_covered": True,
                "opportunities": ["Life story work with a child."],
            }
        ],
        audited_on="2026-09-07",
        audit_expires_on="2028-09-07",
        takes_students=True,
    )

    setting_id: UUID
    organisation_id: UUID
    name: Name
    directorate: Directorate
    service_area: Code
    locality: Name | None
    is_statutory: bool
    is_frontline: bool
    accessibility: Codes
    summary: str | None
    """Null until a university has verified an audit."""
    client_groups: Codes
    working_arrangements: str | None
    pcf_coverage: Annotated[list[Covered], up_to(9)]
    """All nine domains. Without an audit, those the setting itself has named, without words."""
    audited_on: date | None
    audit_expires_on: date | None
    takes_students: bool
    """Whether its audit, if it has one, lets students be matched into it."""
