"""Where the students of the season go after their final placement: most into social work, many to who had hosted them."""

from collections.abc import Iterable
from typing import Any

from services.demo.caller import Caller
from services.demo.matching import in_parallel

IN_TEN = (*["host"] * 5, *["social_work"] * 3, "other_work", "further_study")
"""What becomes of ten students; `host`: a job in social work with the organisation of their placement."""

STAYS = {"host": True, "social_work": False}
"""Who works in the area and who does not; of the others it is not known."""

INTERVIEWS = ("appointed", "taken", "appointed", "offered")
"""What becomes of the interview that every student is guaranteed, of four in turn."""


async def find_work(office: Caller, finals: Iterable[dict[str, Any]]) -> int:
    """Record where every student went; returns how many."""
    going = [
        _go(office, placement, IN_TEN[n % len(IN_TEN)], INTERVIEWS[n % len(INTERVIEWS)])
        for n, placement in enumerate(finals)
    ]
    return len(await in_parallel(going))


async def _go(office: Caller, placement: dict[str, Any], where: str, interview: str) -> None:
    body: dict[str, Any] = {
        "academic_year": "2026-27",
        "destination": where,
        "interview": interview,
        "is_local": STAYS.get(where),
    }
    if where == "host":
        employer = {"employer_organisation_id": placement["organisation_id"]}
        body |= {"destination": "social_work", **employer, "employed_as": "newly_qualified_social_worker"}
    path = f"/v1/students/{placement['student_id']}/destination"
    await office.put("placements", path, body, version="*")
