"""Survey responses: what a student says of a placement at its end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.surveys import SurveyQuestion, SurveyRating
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class SurveyResponse(Tenanted):
    """One student's answers about one placement, given once. Only the student reads them; others see many together."""

    __tablename__ = "survey_responses"

    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    overall: Mapped[str]
    support: Mapped[str]
    supervision: Mapped[str]
    learning_opportunities: Mapped[str]
    induction: Mapped[str]
    inclusion: Mapped[str]
    would_apply_here: Mapped[bool]
    would_recommend: Mapped[bool]
    submitted_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        within_tenant("student_id", "students"),
        UniqueConstraint("placement_id", name="survey_answered_once"),
        *(one_of(question.value, SurveyRating) for question in SurveyQuestion),
    )
