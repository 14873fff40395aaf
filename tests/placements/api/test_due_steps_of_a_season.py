"""A season played through the API: each placement is started, and what is due is asked for and held against the reference."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from services.placements.models.closures import Closure
from services.placements.models.declarative import Base
from services.placements.models.leave import Leave
from services.placements.models.organisations import Organisation
from services.placements.models.placements import Placement
from services.placements.models.students import Student
from shared.ids import new_id
from tests.placements import factories
from tests.placements.callers import office
from tests.placements.domain.seasons import Made, due_by_reference, made
from tests.placements.under_way import SCOPES

PLAYED = 600
"""Placements that are played: as many as a partnership of two large universities has in a year."""


class Season:
    """Placements as they were made up, by the ids the service knows them by."""

    def __init__(self, around: factories.Partnership, count: int) -> None:
        self.around = around
        self.placements = {new_id(): of for of in made(count)}
        self.hosts = {of.closed: new_id() for of in self.placements.values()}

    def rows(self) -> dict[type[Base], list[dict[str, Any]]]:
        """All of it as rows: a host for each set of closures, a student, a placement and leave."""
        rows: dict[type[Base], list[dict[str, Any]]] = {
            Organisation: [],
            Closure: [],
            Student: [],
            Placement: [],
        }
        rows[Leave] = []
        for closed, host in self.hosts.items():
            rows[Organisation].append({"id": host, "name": "A host", "org_type": "pvi"})
            rows[Closure] += [self._days(day, day) | {"organisation_id": host, "name": "x"} for day in closed]
        for id_, of in self.placements.items():
            student = {c: getattr(self.around.student, c) for c in ("organisation_id", "full_name", "email")}
            rows[Student].append({"id": id_, "programme_id": None, "intake_year": 2025, **student})
            rows[Placement].append(self._placement(id_, of))
            if of.leave:
                rows[Leave].append(
                    self._days(min(of.leave), max(of.leave))
                    | {"placement_id": id_, "reason": "holiday", "agreed_by": "office"}
                )
        return rows

    def _days(self, first: date, last: date) -> dict[str, Any]:
        return {"id": new_id(), "starts_on": first, "ends_on": last}

    def _placement(self, id_: UUID, of: Made) -> dict[str, Any]:
        around = self.around
        return {
            "id": id_,
            "student_id": id_,
            "round_id": around.round.id,
            "university_id": around.university.id,
            "organisation_id": self.hosts[of.closed],
            "setting_id": around.setting.id,
            "educator_id": around.educator_id,
            "tutor_person_id": around.tutor.id if of.tutor else None,
            "on_site_supervisor_person_id": around.supervisor.id if of.supervisor else None,
            "placement_level": "final" if of.days == 100 else "first",
            "is_statutory": True,
            "status": "confirmed",
            "starts_on": of.starts_on,
            "ends_on": of.starts_on,
            "days_required": of.days,
            "weekdays": list(of.weekdays),
            "half_days": list(of.half),
        }


@pytest.fixture
async def season(partnerships_db) -> Season:
    season = Season(await factories.a_partnership(partnerships_db), PLAYED)
    async with partnerships_db.begin() as session:
        for model, rows in season.rows().items():
            kept = {"version": 1, "created_at": factories.ADDED_AT, "updated_at": factories.ADDED_AT}
            common = {"partnership_id": season.around.id, **kept}
            there = [
                {name: value for name, value in (common | row).items() if name in model.__table__.columns}
                for row in rows
            ]
            await session.execute(insert(model), there)
    return season


async def test_every_step_is_due_on_the_right_working_day(season, partnerships_client, stopped_clock):
    headers = office(season.around.id, SCOPES)
    tutors = []
    for id_, of in season.placements.items():
        stopped_clock.at = datetime.combine(of.starts_on, time(9), UTC)
        path = f"/v1/placements/{id_}"
        acting = headers | {"Idempotency-Key": str(id_), "If-Match": "*"}
        started = await partnerships_client.post(f"{path}/start", json={}, headers=acting)
        assert started.status_code == 200, started.text
        steps = (await partnerships_client.get(f"{path}/next-steps", headers=headers)).json()["items"]
        due = {(s["code"], s["by"], s["about"], date.fromisoformat(s["due_on"])) for s in steps}
        assert due == due_by_reference(of), of
        tutors += [
            (str(day), str(id_), code, about or "")
            for code, by, about, day in due
            if by == "tutor" and of.tutor
        ]
    tutors.sort()
    shown, url = [], f"/v1/tasks?assignee={season.around.tutor.id}&limit=200"
    while url:
        page = await partnerships_client.get(url, headers=headers)
        shown += page.json()["items"]
        url = page.links["next"]["url"] if page.json()["next_cursor"] else ""
    assert [(t["due_on"], t["placement_id"], t["code"], t["about"] or "") for t in shown] == tutors
