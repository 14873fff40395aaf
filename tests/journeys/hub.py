"""A hub for the students of a small partnership, and its registers."""

from datetime import datetime
from typing import Any

from shared.calendar import LONDON
from tests.journeys.callers import Caller
from tests.journeys.partnership import Partnership
from tests.journeys.world import World


async def a_hub(world: World, came: Partnership) -> dict[str, Any]:
    """A hub that meets on Tuesdays, led by the facilitator."""
    body = {
        "name": "Harbour Tuesday",
        "locality": "Harbour",
        "latitude": 50.91,
        "longitude": -1.40,
        "cadence": "weekly",
        "weekday": 2,
        "starts_at": "09:30",
        "minutes": 90,
        "capacity": {"min": 4, "target": 8, "hard": 9},
        "facilitator_person_id": came.people["facilitator"],
        "starts_on": "2026-09-21",
        "ends_on": "2027-03-05",
    }
    hub: dict[str, Any] = await world.office.put("hubs", "/v1/hubs/external/records/harbour", body)
    return hub


async def planned(world: World, hub: dict[str, Any], count: int = 6) -> list[dict[str, Any]]:
    """The hub's first sessions, planned."""
    plan = {"starts_on": "2026-09-21", "count": count}
    made = await world.office.post("hubs", f"/v1/hubs/{hub['id']}/session-plans", plan)
    return list(made["items"])


def facilitator(world: World, came: Partnership) -> Caller:
    return world.person("facilitator", came.people["facilitator"], came.organisations["north"])


async def register(
    world: World, came: Partnership, session: dict[str, Any], *, unnotified: str | None = None
) -> Any:
    """On the day of the session, in the afternoon, the facilitator records everybody in one call."""
    world.clock.at = datetime.fromisoformat(f"{session['held_on']}T16:00").replace(tzinfo=LONDON)
    path = f"/v1/sessions/{session['id']}/attendance"
    who = facilitator(world, came)
    expected = (await who.get("hubs", path))["records"]
    records = [
        {
            "student_id": each["student_id"],
            "status": "absent_unnotified" if each["student_id"] == unnotified else "present",
        }
        for each in expected
    ]
    return await who.put("hubs", path, {"records": records})
