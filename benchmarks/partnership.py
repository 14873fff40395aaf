"""A partnership to read from: students of a university, and their placements with days worked and approved.

A second partnership of the same size lies beside it, so that finding one's own rows is part of what is measured.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, create_engine, insert, text

from services.placements.models.organisations import Organisation
from services.placements.models.placements import Placement, PlacementDay
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from shared.ids import new_id
from shared.imports.tables import external_ids

ADDED_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
STARTS_ON, ENDS_ON = date(2026, 9, 14), date(2027, 3, 5)
STUDENTS = 400
DAYS = 30
"""Days worked in each placement so far."""


def fill(url: str) -> UUID:
    """Write two partnerships into an empty placements database; returns the one to read from."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            partnerships = [_partnership(connection) for _ in range(2)]
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    finally:
        engine.dispose()
    return partnerships[0]


def _partnership(connection: Connection) -> UUID:
    tenant = {"partnership_id": new_id()}
    kept: dict[str, Any] = {**tenant, "version": 1, "created_at": ADDED_AT, "updated_at": ADDED_AT}
    university, host = ({"id": new_id(), "org_type": kind, "name": kind, **kept} for kind in ("hei", "pvi"))
    connection.execute(insert(Organisation), [university, host])
    setting = _setting(host["id"]) | kept
    connection.execute(insert(Setting), [setting])
    round_ = _round() | kept
    connection.execute(insert(Round), [round_])
    students = [_student(number, university["id"]) | kept for number in range(STUDENTS)]
    connection.execute(insert(Student), students)
    connection.execute(insert(external_ids), [_name(student) | tenant for student in students])
    common = {
        "round_id": round_["id"],
        "university_id": university["id"],
        "organisation_id": host["id"],
        "setting_id": setting["id"],
        **kept,
    }
    placements = [_placement(student["id"]) | common for student in students]
    connection.execute(insert(Placement), placements)
    connection.execute(insert(PlacementDay), [day for each in placements for day in _days(each["id"])])
    return tenant["partnership_id"]


def _setting(host: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": host,
        "name": "Hospital Discharge",
        "directorate": "adults",
        "service_area": "hospital",
        "locality": "Westmere",
        "is_frontline": True,
        "is_statutory": True,
        "latitude": 52.95,
        "longitude": -1.15,
        "postcode_district": "NG1",
        "accessibility": [],
        "pcf_domains": ["knowledge"],
    }


def _round() -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": "Final placements",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "days_required": 100,
        "preference_deadline_on": date(2026, 6, 19),
        "rules": {},
    }


def _student(number: int, university: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": university,
        "full_name": f"Student {number}",
        "email": f"student.{number}@students.example.org",
        "intake_year": 2025,
    }


def _name(student: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "resource": "student",
        "system": "records",
        "value": student["email"],
        "resource_id": student["id"],
    }


def _placement(student_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "student_id": student_id,
        "educator_id": new_id(),
        "placement_level": "final",
        "is_statutory": True,
        "status": "active",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "days_required": 100,
        "weekdays": [1, 2, 3, 4, 5],
    }


def _days(placement_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "placement_id": placement_id,
            "on": STARTS_ON + timedelta(days=n),
            "part": "day",
            "kind": "attended",
            "submitted_at": ADDED_AT,
            "approved_at": ADDED_AT if n % 2 else None,
            "approved_by": "office" if n % 2 else None,
        }
        for n in range(DAYS)
    ]
