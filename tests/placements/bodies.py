"""A good body for each kept resource."""

from dataclasses import dataclass
from typing import Any

from shared.ids import new_id
from tests.placements.factories import Partnership


@dataclass(frozen=True)
class Kind:
    """One resource: where it lives, a good body, a change, and whether its news travels."""

    path: str
    body: dict[str, Any]
    change: dict[str, Any]
    message: str | None = None


NAMES = [
    "organisations",
    "settings",
    "programmes",
    "students",
    "people",
    "rounds",
    "capacity-statements",
    "offers",
    "requests",
]


def kind_of(name: str, p: Partnership) -> Kind:
    """A good body of each resource, different from what the partnership has."""
    bodies: dict[str, Kind] = {
        "organisations": Kind(
            name,
            {"name": "Hill Trust", "org_type": "nhs_trust"},
            {"name": "Hill and Dale Trust"},
            "organisation.changed",
        ),
        "settings": Kind(
            name,
            {
                "organisation_id": str(p.council.id),
                "name": "Hospital Team",
                "directorate": "adults",
                "service_area": "hospital_discharge",
                "is_frontline": True,
                "is_statutory": True,
                "location": {"latitude": 51.0, "longitude": -1.3, "postcode_district": "SO16"},
                "accessibility": ["step_free"],
                "pcf_domains": ["professionalism"],
            },
            {"location": {"latitude": 51.5, "longitude": -1.3}},
            "setting.changed",
        ),
        "programmes": Kind(
            name,
            {"organisation_id": str(p.university.id), "name": "BA Social Work", "route": "undergraduate"},
            {"route": "other"},
        ),
        "students": Kind(
            name,
            {
                "organisation_id": str(p.university.id),
                "programme_id": str(p.programme.id),
                "full_name": "Bo Example",
                "email": "bo@example.org",
                "intake_year": 2026,
            },
            {"programme_id": None},
            "student.changed",
        ),
        "people": Kind(
            name,
            {
                "organisation_id": str(p.council.id),
                "full_name": "Cy Example",
                "email": "cy@example.org",
                "roles": ["coordinator"],
                "deputy_person_id": str(p.supervisor.id),
            },
            {"roles": ["coordinator", "panel_chair"]},
        ),
        "rounds": Kind(
            name,
            {
                "name": "First placements, spring",
                "placement_level": "first",
                "academic_year": "2026-27",
                "starts_on": "2027-01-11",
                "ends_on": "2027-05-28",
                "days_required": 70,
                "preference_deadline_on": "2026-11-13",
                "rules": {"statutory_required": True, "contrast": ["directorate"]},
            },
            {"days_required": 71},
        ),
        "capacity-statements": Kind(
            name,
            {
                "setting_id": str(p.setting.id),
                "academic_year": "2027-28",
                "appetite": "not_offering",
                "reasons": ["no_educator"],
            },
            {"appetite": "may_offer", "reasons": []},
        ),
        "offers": Kind(
            name,
            {
                "round_id": str(p.round.id),
                "setting_id": str(p.setting.id),
                "places": 2,
                "placement_levels": ["first", "final"],
                "educator_id": str(new_id()),
                "clearances": ["dbs_enhanced"],
            },
            {"places": 0},
            "offer.changed",
        ),
        "requests": Kind(
            name,
            {
                "round_id": str(p.round.id),
                "student_id": str(p.student.id),
                "preferences": [{"rank": 1, "kind": "setting", "value": str(p.setting.id)}],
                "home": {"latitude": 50.95, "longitude": -1.35},
                "can_drive": False,
                "conflicts": [{"kind": "organisation", "id": str(p.council.id)}],
            },
            {"can_drive": True},
            "request.changed",
        ),
    }
    return bodies[name]
