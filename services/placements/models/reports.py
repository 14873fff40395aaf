"""The two written reports of a placement: that they were made, what they recommend and cover; never their text."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import Recommendation, ReportKind
from services.placements.models.declarative import Tenanted
from shared.declarative import a_list, one_of


class Report(Tenanted):
    """A midway or final report: at most one of each for a placement."""

    __tablename__ = "reports"

    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placements.id"))
    kind: Mapped[str]
    recommendation: Mapped[str]
    pcf_domains: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    __table_args__ = (
        UniqueConstraint("placement_id", "kind", name="report_already_made"),
        one_of("kind", ReportKind),
        one_of("recommendation", Recommendation),
        a_list("pcf_domains"),
    )
