"""Between the partnership and its match: dated stages of both rounds, what was promised, what teams say they can offer."""

from collections import Counter
from typing import Any

from services.demo.caller import Caller
from services.demo.matching import in_parallel
from services.demo.partnership import SYSTEM, Partnership

STAGES = {
    "capacity_on": "2026-05-29",
    "matching_on": "2026-07-10",
    "answers_on": "2026-07-24",
    "confirmed_on": "2026-08-14",
}
TARGETS = {
    "FINAL-2026": {"LA-W": 20, "LA-A": 20},
    "FIRST-2026": {"LA-W": 12, "LA-A": 12, "PVI-H": 4},
}
"""Places that each host promised to find for a round."""

SILENT = 3
"""So many teams have not said anything for the year."""

UNSURE = 7
"""Every seventh team only "may offer", because of its workload."""


async def plan(office: Caller, made: Partnership) -> None:
    """Set the days and targets of both rounds, and state the capacity of nearly every team for the year."""
    for name, round_id in made.rounds.items():
        targets = [
            {"organisation_id": made.organisations[host], "places": places}
            for host, places in TARGETS[name].items()
        ]
        body = {"stages": STAGES, "targets": targets}
        headers = {"If-Match": "*"}
        await office.ask("PATCH", "placements", f"/v1/rounds/{round_id}", body, headers=headers)
    places: Counter[str] = Counter()
    for offer in await office.every("placements", "/v1/offers"):
        places[offer["setting_id"]] += offer["places"]
    answering = sorted(places.items())[SILENT:]
    said = {team: _capacity(number, count) for number, (team, count) in enumerate(answering)}
    await in_parallel(_state(office, team, capacity) for team, capacity in said.items())


def _capacity(number: int, places: int) -> dict[str, Any]:
    if number % UNSURE:
        return {"appetite": "actively_offering", "places": places}
    return {"appetite": "may_offer", "places": places, "reasons": ["workload"]}


async def _state(office: Caller, team: str, capacity: dict[str, Any]) -> None:
    body = {"setting_id": team, "academic_year": "2026-27", **capacity}
    await office.put("placements", f"/v1/capacity-statements/external/{SYSTEM}/{team}", body)
