"""What educators and tutors put on record in a week of the season: learning agreements, supervisions, observations."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.demo.caller import Caller
from services.demo.matching import in_parallel

WEEK = timedelta(days=7)
OBSERVED_IN = (4, 8, 13)
"""Weeks of a placement, from 0, in which its educator observes the student directly."""

_DAYS_A_WEEK = 5
_TOUCHED = ("professionalism", "values_and_ethics", "knowledge", "skills_and_interventions")


async def close_for_christmas(office: Caller, days: list[date]) -> None:
    """Let the services know on which days nobody in the partnership is on placement."""
    body = {"name": "Christmas", "starts_on": days[0].isoformat(), "ends_on": days[-1].isoformat()}
    await office.post("placements", "/v1/closures", body)


async def keep_records(
    office: Caller, placements: Mapping[str, dict[str, Any]], starts: Mapping[str, date], friday: date
) -> None:
    """The named steps of one week, of every placement that has begun and is not over yet."""
    begun = [
        (placement, (friday - starts[placement["placement_level"]]) // WEEK)
        for placement in placements.values()
        if starts[placement["placement_level"]] <= friday
    ]
    await in_parallel(
        _keep(office, placement, week, friday)
        for placement, week in begun
        if week * _DAYS_A_WEEK <= placement["days_required"]
    )


async def _keep(office: Caller, placement: dict[str, Any], week: int, friday: date) -> None:
    path = f"/v1/placements/{placement['id']}"
    on = friday.isoformat()
    if week == 0:
        body = {"held_on": on, "signed_by": ["student", "practice_educator", "tutor"]}
        await office.put("placements", f"{path}/learning-agreement", body, version="*")
    touched = [_TOUCHED[week % len(_TOUCHED)]]
    supervision = {"on": on, "minutes": 60, "pcf_domains": touched}
    await office.post("placements", f"{path}/supervisions", supervision)
    if week in OBSERVED_IN:
        await office.post("placements", f"{path}/observations", {"on": on, "pcf_domains": touched})
