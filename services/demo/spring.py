"""What goes on when the season is over: a student who had no place in autumn begins one, with everybody around it known."""

from datetime import date
from typing import Any, Protocol

from services.demo.caller import Caller, CallFailed
from services.demo.matching import Matched, match
from services.demo.partnership import SYSTEM, Partnership
from services.demo.personas import ACTS, Persona

BEGINS = date(2027, 3, 1)
NAME = "SPRING-2027"
ROUND: dict[str, Any] = {
    "name": "First placements, spring 2027",
    "placement_level": "first",
    "academic_year": "2026-27",
    "starts_on": BEGINS.isoformat(),
    "ends_on": "2027-07-16",
    "days_required": 70,
    "preference_deadline_on": "2027-02-19",
    "rules": {"travel_cap_minutes": 120},
}
HOST, UNIVERSITY = "LA-W", "UNI-W"
OFFICE_ROLES = ("coordinator", "programme_manager")
"""Those who act for the whole partnership, and draft and publish policies."""

MORNING = 9


class Ended(Protocol):
    """What is needed of the season here."""

    office: Caller
    made: Partnership
    placements: dict[str, dict[str, Any]]

    async def move_to(self, day: date, hour: int = 16) -> None:
        """Move the sandbox's clock forward to an hour of a day in London."""


async def begin_one_more(season: Ended) -> dict[str, Any]:
    """A placement of 70 days that is under way when the season is over; returns it."""
    office, made = season.office, season.made
    round_id = (await office.put("placements", f"/v1/rounds/external/{SYSTEM}/{NAME}", ROUND))["id"]
    setting_id, educator_id = await _somewhere(season)
    offer = {
        "round_id": round_id,
        "setting_id": setting_id,
        "places": 1,
        "placement_levels": ["first"],
        "educator_id": educator_id,
        "on_site_supervisor_person_id": made.people[f"on_site_supervisor-{HOST}"],
    }
    await office.post("placements", "/v1/offers", offer)
    request = {
        "round_id": round_id,
        "student_id": await _without_place(season),
        "preferences": [{"rank": 1, "kind": "setting", "value": setting_id}],
        "home": {"latitude": 52.95, "longitude": -1.15},
        "can_drive": True,
    }
    await office.post("placements", "/v1/requests", request)
    placement_id = _the_one(await match(office, Partnership(rounds={NAME: round_id})))
    tutor = {"tutor_person_id": made.people[f"tutor-{UNIVERSITY}"]}
    path = f"/v1/placements/{placement_id}"
    await office.ask("PATCH", "placements", path, tutor, headers={"If-Match": "*"})
    await season.move_to(BEGINS, MORNING)
    placement: dict[str, Any] = await office.post("placements", f"{path}/start", version="*")
    return placement


async def _somewhere(season: Ended) -> tuple[str, str]:
    """A team of the host and its practice educator, who is current."""
    host = season.made.organisations[HOST]
    for placement in season.placements.values():
        if placement["organisation_id"] == host and placement["educator_id"]:
            path = f"/v1/educators/{placement['educator_id']}/currency"
            if (await season.office.get("educators", path))["status"] == "current":
                return placement["setting_id"], placement["educator_id"]
    raise CallFailed(f"No practice educator of {HOST} is current.")


async def _without_place(season: Ended) -> str:
    placed = {placement["student_id"] for placement in season.placements.values()}
    university = season.made.organisations[UNIVERSITY]
    students = await season.office.every("placements", "/v1/students", organisation_id=university)
    return next(str(student["id"]) for student in students if student["id"] not in placed)


def _the_one(matched: Matched) -> str:
    if not matched.placements:
        raise CallFailed(f"The placement in spring did not come about: {matched.refused}")
    return matched.placements[0]


def cast(made: Partnership, placement: dict[str, Any]) -> dict[str, Persona]:
    """Everybody who has a part when this placement struggles, as clients of the issuer."""
    student, educator = placement["student_id"], placement["educator_id"]
    office = ("coordinator", "programme_manager", "panel_chair", "discrimination_lead", "safety_lead")
    staff = {role: f"{role}-office" for role in office}
    staff |= {role: f"{role}-{HOST}" for role in ("on_site_supervisor", "practice_education_lead")}
    return {
        "spring-student": Persona("The student of the placement in spring", ("student",), ACTS, student),
        "spring-educator": Persona("Their practice educator", ("practice_educator",), ACTS, educator),
        **{
            role.replace("_", "-"): Persona(
                f"The {role.replace('_', ' ')}",
                (role, "partnership") if role in OFFICE_ROLES else (role,),
                (*ACTS, "policies:write") if role in OFFICE_ROLES else ACTS,
                made.people[person],
                made.organisations[HOST] if person.endswith(HOST) else None,
            )
            for role, person in staff.items()
        },
    }
