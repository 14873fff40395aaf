"""Seasons that are over, with what students and moderators said of them; for tests of quality over the years."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.placements.domain.surveys import SurveyQuestion
from services.placements.models.placements import Placement
from services.placements.models.reviews import Review
from services.placements.models.surveys import SurveyResponse
from shared.db import Database
from shared.ids import new_id
from tests.placements.factories import ADDED_AT, Partnership, a_placement, a_round, a_student, kept

OVER_AT = datetime(2026, 8, 1, tzinfo=UTC)


async def a_season(db: Database, p: Partnership, year: int, name: str = "Autumn") -> UUID:
    """A round of the academic year that begins in this year."""
    row = await a_round(
        db,
        p.id,
        name=name,
        academic_year=f"{year}-{(year + 1) % 100:02}",
        starts_on=date(year, 9, 14),
        ends_on=date(year + 1, 3, 26),
        preference_deadline_on=date(year, 7, 3),
    )
    return row.id


async def stays(
    db: Database, p: Partnership, round_id: UUID, setting: Any, statuses: Sequence[str], **values: Any
) -> list[Placement]:
    """Placements of fresh students in a setting, one for each status."""
    made = []
    for status in statuses:
        student = await a_student(db, p.id, organisation_id=p.university.id, programme_id=p.programme.id)
        facts = {
            "round_id": round_id,
            "request_id": None,
            "offer_id": None,
            "student_id": student.id,
            "setting_id": setting.id,
            "organisation_id": setting.organisation_id,
            "status": status,
        }
        made.append(await a_placement(db, p, **(facts | values)))
    return made


async def rated(db: Database, placements: Sequence[Placement], rating: str, *, apply: bool = True) -> None:
    """Each student answers the survey with the same rating throughout."""
    async with db.begin() as session:
        session.add_all(
            SurveyResponse(
                id=new_id(),
                partnership_id=placement.partnership_id,
                placement_id=placement.id,
                student_id=placement.student_id,
                would_apply_here=apply,
                would_recommend=apply,
                submitted_at=OVER_AT,
                **{question.value: rating for question in SurveyQuestion},
            )
            for placement in placements
        )


async def reviewed(db: Database, placements: Sequence[Placement], overall: str) -> None:
    """Each placement's midway review is moderated with this light."""
    for placement in placements:
        await kept(
            db,
            Review(
                id=new_id(),
                partnership_id=placement.partnership_id,
                placement_id=placement.id,
                checkpoint="midway",
                template_version=1,
                due_on=placement.starts_on,
                opened_at=ADDED_AT,
                rag={"support": overall},
                overall=overall,
                moderated_at=OVER_AT,
            ),
        )
