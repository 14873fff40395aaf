"""What a placement's life is read from: its row, and each kind of its records gathered as JSON."""

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.placements.models.closures import Closure
from services.placements.models.leave import Leave
from services.placements.models.named_steps import LearningAgreement, Observation, Supervision
from services.placements.models.placements import Placement, PlacementDay, PlacementTransition
from services.placements.models.reports import Report
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.models.surveys import SurveyResponse


def _gathered(*columns: Any, where: ColumnElement[bool], order: Any, name: str) -> Any:
    """A list of lists: one for each row that belongs to the placement."""
    row = aggregate_order_by(func.jsonb_build_array(*columns), order)
    return (
        select(func.coalesce(func.jsonb_agg(row), func.jsonb_build_array()))
        .where(where)
        .correlate(Placement)
        .scalar_subquery()
        .label(name)
    )


def _london(column: Any) -> Any:
    return cast(func.timezone("Europe/London", column), Date)


_CONCERNED = or_(
    Closure.organisation_id.is_(None),
    Closure.organisation_id == Placement.university_id,
    Closure.organisation_id == Placement.organisation_id,
    Closure.organisation_id == Placement.second_organisation_id,
)
_ANSWERED = (
    select(func.coalesce(func.jsonb_agg(ReviewResponse.respondent), func.jsonb_build_array()))
    .where(ReviewResponse.review_id == Review.id)
    .correlate(Review)
    .scalar_subquery()
)
SURVEYED = exists().where(SurveyResponse.placement_id == Placement.id).correlate(Placement)
"""Whether the student has said how it was."""

LIFE = (
    Placement.id,
    Placement.status,
    Placement.placement_level,
    Placement.starts_on,
    Placement.ends_on,
    Placement.days_required,
    Placement.supervision_minutes,
    Placement.observations_required,
    Placement.weekdays,
    Placement.half_days,
    Placement.student_id,
    Placement.educator_id,
    Placement.on_site_supervisor_person_id,
    Placement.tutor_person_id,
    Placement.university_id,
    Placement.organisation_id,
    Placement.second_organisation_id,
    Placement.second_weekdays,
    Placement.second_starts_on,
    Placement.second_ends_on,
    SURVEYED.label("surveyed"),
    _gathered(
        Closure.organisation_id,
        Closure.starts_on,
        Closure.ends_on,
        where=and_(
            Closure.partnership_id == Placement.partnership_id,
            _CONCERNED,
            Closure.ends_on >= Placement.starts_on,
        ),
        order=Closure.id,
        name="closures",
    ),
    _gathered(
        Leave.starts_on, Leave.ends_on, where=Leave.placement_id == Placement.id, order=Leave.id, name="leave"
    ),
    _gathered(
        PlacementTransition.to_status,
        func.coalesce(PlacementTransition.effective_on, _london(PlacementTransition.at)),
        where=PlacementTransition.placement_id == Placement.id,
        order=PlacementTransition.id,
        name="transitions",
    ),
    _gathered(
        PlacementDay.on,
        PlacementDay.part,
        PlacementDay.kind,
        PlacementDay.approved_at.is_not(None),
        _london(PlacementDay.submitted_at),
        where=PlacementDay.placement_id == Placement.id,
        order=PlacementDay.on,
        name="days",
    ),
    _gathered(
        LearningAgreement.held_on,
        LearningAgreement.signed_by,
        where=LearningAgreement.placement_id == Placement.id,
        order=LearningAgreement.id,
        name="agreements",
    ),
    _gathered(
        Supervision.on,
        Supervision.minutes,
        Supervision.kind,
        Supervision.pcf_domains,
        where=Supervision.placement_id == Placement.id,
        order=Supervision.on,
        name="supervisions",
    ),
    _gathered(
        Observation.on,
        Observation.pcf_domains,
        where=Observation.placement_id == Placement.id,
        order=Observation.on,
        name="observations",
    ),
    _gathered(
        Review.id,
        Review.checkpoint,
        Review.due_on,
        Review.moderated_at.is_not(None),
        _ANSWERED,
        where=Review.placement_id == Placement.id,
        order=Review.due_on,
        name="reviews",
    ),
    _gathered(
        Report.kind,
        Report.recommendation,
        Report.pcf_domains,
        where=Report.placement_id == Placement.id,
        order=Report.id,
        name="reports",
    ),
)
"""Columns of a placement and of all that belongs to it. Whoever reads them selects from placements alone."""

NOTHING_TO_A_TUTOR = frozenset({"days", "supervisions", "observations", "reports"})
"""Records that nothing due from a tutor follows from: most of what there is of a placement."""
