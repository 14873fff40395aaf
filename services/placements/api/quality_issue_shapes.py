"""What travels about quality issues."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.quality_issues import IssueStatus
from services.placements.domain.review_templates import Section
from services.placements.operations.quality_issues import Raising
from shared.http.wire import Day, Instant, LongText, Wire, absent, like

_EXAMPLE = {
    "section": "support",
    "what": "Supervision is moved too often.",
    "owner_person_id": SAMPLE_ID,
    "due_on": "2026-10-26",
}
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
"""A sentence or two."""


class IssueIn(Wire):
    """What is to be put right, by whom, and by which day; without a day, within ten working days."""

    model_config = like(**_EXAMPLE)

    section: Section
    what: ShortText
    owner_person_id: UUID
    """One of the partnership's people."""
    due_on: Day | None = None
    """A closed day is moved to the next open one; at most sixty working days ahead."""


class IssuePatch(Wire):
    """Who sees to it now, or another day while the agreed one has not passed."""

    model_config = like(due_on="2026-10-28")

    owner_person_id: UUID = absent()
    due_on: Day = absent()


class ResolutionIn(Wire):
    """How it was put right."""

    model_config = like(resolution="A fixed hour each week, and a deputy when the educator is away.")

    resolution: LongText


class IssueView(Wire):
    """A quality issue."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=SAMPLE_ID,
        review_id=SAMPLE_ID,
        setting_id=SAMPLE_ID,
        **_EXAMPLE,
        status="open",
        raised_at="2026-10-12T15:00:00Z",
        escalated_at=None,
        resolved_at=None,
        resolution=None,
        updated_at="2026-10-12T15:00:00Z",
    )

    id: UUID
    placement_id: UUID
    review_id: UUID | None
    """The review at which it was raised."""
    setting_id: UUID
    section: Section
    what: str
    owner_person_id: UUID
    status: IssueStatus
    due_on: date
    raised_at: Instant
    escalated_at: Instant | None
    """When it was told that the day had passed."""
    resolved_at: Instant | None
    resolution: str | None
    updated_at: Instant


def raising(body: IssueIn) -> Raising:
    """The issue as it is raised."""
    return Raising(body.section, body.what, body.owner_person_id, body.due_on)
