"""The board pack of a season of 600 placements, after five seasons like it."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.placements.api.board_page import board_page
from services.placements.api.board_shapes import board_pack
from services.placements.domain.review_templates import Section
from services.placements.domain.surveys import SurveyQuestion, SurveyRating
from services.placements.domain.vocabulary import Checkpoint
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.concerns import Concern, ConcernAct
from services.placements.models.destinations import StudentDestination
from services.placements.models.organisations import Organisation
from services.placements.models.placements import Placement
from services.placements.models.requests import Request
from services.placements.models.reviews import Review
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.models.surveys import SurveyResponse
from services.placements.queries.board_pack import board_facts
from shared.db import Database
from shared.ids import new_id

PLACEMENTS = 600
"""In each of the six years."""

LOCAL, CONCERNED = 0.7, 0.08
"""Shares of students who stay local, and of placements with a concern."""

YEARS = tuple(range(2020, 2026))
COUNCILS, TEAMS = 12, 240
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
_KEPT = {"version": 1, "created_at": NOW, "updated_at": NOW}
_RATINGS = list(SurveyRating)
Rows = dict[type, list[dict[str, Any]]]


class Seasons:
    """Six synthetic seasons, drawn from a fixed seed; `tenant` is their partnership."""

    def __init__(self) -> None:
        self.draw = random.Random(600)  # noqa: S311 - a seeded draw of synthetic data, no secret
        self.tenant = new_id()
        self.rows: Rows = {}
        self.universities = [self._organisation(f"University {n + 1}", "hei") for n in range(6)]
        councils = [self._organisation(f"Council {n + 1}", "local_authority") for n in range(COUNCILS)]
        self.teams = [self._team(n, councils[n % COUNCILS]) for n in range(TEAMS)]
        for year in YEARS:
            self._season(year)

    def _add(self, model: type, **values: Any) -> UUID:
        id_ = new_id()
        self.rows.setdefault(model, []).append({"id": id_, "partnership_id": self.tenant, **values})
        return id_

    def _organisation(self, name: str, kind: str) -> UUID:
        return self._add(Organisation, name=name, org_type=kind, **_KEPT)

    def _team(self, number: int, council: UUID) -> tuple[UUID, UUID]:
        directorate = "adults" if number % 2 else "childrens"
        values = {"service_area": "general", "is_frontline": True, "is_statutory": True, "locality": None}
        place = {"latitude": 51.0, "longitude": -1.0, "postcode_district": None}
        lists: dict[str, Any] = {"accessibility": [], "pcf_domains": []}
        name = f"Team {number + 1}"
        team = self._add(
            Setting,
            organisation_id=council,
            name=name,
            directorate=directorate,
            **values,
            **place,
            **lists,
            **_KEPT,
        )
        return team, council

    def _season(self, year: int) -> None:
        starts, academic_year = date(year, 9, 14), f"{year}-{(year + 1) % 100}"
        round_ = self._add(
            Round,
            name=f"Final {year}",
            placement_level="final",
            academic_year=academic_year,
            starts_on=starts,
            ends_on=starts + timedelta(days=190),
            days_required=100,
            preference_deadline_on=starts - timedelta(days=70),
            rules={},
            **_KEPT,
        )
        for number, (team, _) in enumerate(self.teams):
            appetite = "actively_offering" if number % 5 else "not_offering"
            reasons = [] if number % 5 else ["no_educator"]
            self._add(
                CapacityStatement,
                setting_id=team,
                academic_year=academic_year,
                appetite=appetite,
                reasons=reasons,
                places=2,
                **_KEPT,
            )
        for number in range(PLACEMENTS):
            self._stay(year, round_, starts, number)

    def _stay(self, year: int, round_: UUID, starts: date, number: int) -> None:
        university = self.universities[number % 6]
        place = self.draw.randrange(int(TEAMS * 0.85))
        team, council = self.teams[place]
        worse = place % 40 == 0 and year >= YEARS[3]
        student = self._add(
            Student,
            organisation_id=university,
            programme_id=None,
            full_name="Ada Example",
            email="ada@example.org",
            intake_year=year,
            **_KEPT,
        )
        lists: dict[str, Any] = {
            name: [] for name in ("preferences", "adjustments", "clearances", "conflicts", "previous")
        }
        common = {"round_id": round_, "student_id": student, "placement_level": "final"}
        home = {"latitude": 51.0, "longitude": -1.0, "can_drive": True, "max_travel_minutes": None}
        request = self._add(Request, **common, **home, **lists, **_KEPT)
        broke = self.draw.random() < (0.4 if worse else 0.04)
        placement = self._add(
            Placement,
            **common,
            request_id=request,
            university_id=university,
            organisation_id=council,
            setting_id=team,
            is_statutory=True,
            status="ended_early" if broke else "completed",
            starts_on=starts,
            ends_on=starts + timedelta(days=190),
            days_required=100,
            weekdays=[1, 2, 3, 4, 5],
            half_days=[],
            **_KEPT,
        )
        self._said(placement, student, starts, worse=worse)
        self._went(student, f"{year}-{(year + 1) % 100}", council)

    def _said(self, placement: UUID, student: UUID, starts: date, *, worse: bool) -> None:
        weights = (3, 4, 4, 3, 1) if worse else (1, 1, 4, 30, 40)
        answers = self.draw.choices(_RATINGS, weights, k=len(SurveyQuestion))
        self._add(
            SurveyResponse,
            placement_id=placement,
            student_id=student,
            would_apply_here=not worse,
            would_recommend=not worse,
            submitted_at=NOW,
            **{q.value: a.value for q, a in zip(SurveyQuestion, answers, strict=True)},
        )
        for checkpoint in Checkpoint:
            lights = {
                section.value: self.draw.choices(("green", "amber", "red"), (80, 15, 25 if worse else 3))[0]
                for section in Section
            }
            overall = next((each for each in ("red", "amber") if each in lights.values()), "green")
            self._add(
                Review,
                placement_id=placement,
                checkpoint=checkpoint.value,
                template_version=1,
                due_on=starts,
                opened_at=NOW,
                rag=lights,
                overall=overall,
                moderated_at=NOW,
                **_KEPT,
            )
        if self.draw.random() < CONCERNED:
            self._concern(placement)

    def _concern(self, placement: UUID) -> None:
        id_ = self._add(
            Concern,
            placement_id=placement,
            case_number=f"C-{len(self.rows.get(Concern, ())) + 1}",
            about="wellbeing",
            route="general",
            level="early_conversation",
            status="closed",
            cycle=1,
            policy={},
            opened_at=NOW,
            level_since=NOW,
            outcome="resolved",
            closed_at=NOW,
            **_KEPT,
        )
        self.rows.setdefault(ConcernAct, []).append(
            {
                "id": new_id(),
                "concern_id": id_,
                "cycle": 1,
                "level": "early_conversation",
                "act": "acknowledged",
                "at": NOW + timedelta(hours=self.draw.uniform(0.5, 60)),
                "by_person_id": new_id(),
                "facts": {},
            }
        )

    def _went(self, student: UUID, academic_year: str, council: UUID) -> None:
        stays_here = self.draw.random() < LOCAL
        self._add(
            StudentDestination,
            student_id=student,
            academic_year=academic_year,
            destination="social_work",
            employer_organisation_id=council if stays_here else None,
            is_local=stays_here,
            interview=self.draw.choice(("not_offered", "offered", "taken", "appointed")),
            **_KEPT,
        )


async def fill(db: Database) -> UUID:
    """Write the seasons; returns their partnership."""
    seasons = Seasons()
    async with db.begin() as session:
        for model, rows in seasons.rows.items():
            await session.execute(insert(model), rows)
    return seasons.tenant


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds for a board's page: the statements, what is counted from their rows, and the page itself."""

    read: float
    counted: float
    drawn: float

    @property
    def whole(self) -> float:
        """From the first statement to the last letter."""
        return self.read + self.counted + self.drawn


async def page_of(db: Database, tenant: UUID) -> tuple[str, Took]:
    """The printed page of the last year, and how long each part of it took."""
    binds = {"p_partnership": tenant, "p_organisation": None, "p_person": None, "p_wide": True}
    year = f"{YEARS[-1]}-{(YEARS[-1] + 1) % 100}"
    begun = perf_counter()
    async with db.read() as connection:
        facts = await board_facts(connection, {**binds, "academic_year": year})
    read = perf_counter()
    pack = board_pack(year, facts, NOW)
    counted = perf_counter()
    page = board_page(pack, facts.organisations)
    return page, Took(read - begun, counted - read, perf_counter() - counted)


def measure(url: str, rounds: int) -> tuple[Took, Took]:
    """A board's page of 600 placements with five such years before it: the first ever asked for, and a usual one.

    As in a database just filled, PostgreSQL knows nothing of its tables yet.
    """

    async def measured() -> tuple[Took, Took]:
        db = Database(url)
        try:
            tenant = await fill(db)
            pages = [(await page_of(db, tenant))[1] for _ in range(rounds + 1)]
            return pages[0], sorted(pages[1:], key=lambda took: took.whole)[rounds // 2]
        finally:
            await db.close()

    return asyncio.run(measured())
