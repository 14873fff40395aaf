"""Struggling placements in the season: one is left alone until it rises by itself, the others are taken in hand at once.

Everything here is what people would do: acknowledge, meet, close. Opening and rising is Practicum's.
"""

from datetime import date, timedelta
from typing import Any, Protocol

from services.demo.caller import Caller

WEEK = timedelta(days=7)
MEETINGS = ("held", "meeting", "panel")
REVIEWS = ("review", "plan_review")
THE_ENGINES = ("acknowledgement_ends", "snooze_ends", "nobody_reached")
LEFT_ALONE = "early_conversation"
"""The level at which nobody takes the first concern in hand."""


class Playing(Protocol):
    """What is needed of the season here."""

    office: Caller
    absent: dict[str, Any]


async def attend(season: Playing, friday: date) -> None:
    """What people do about the open concerns in one week: whatever their timelines say is due by the next Friday."""
    for concern in await season.office.every("placements", "/v1/concerns"):
        if concern["status"] != "closed" and not _nobody_looks(season, concern):
            timeline = await season.office.get("placements", f"/v1/concerns/{concern['id']}/timeline")
            for coming in timeline["next"]:
                if date.fromisoformat(coming["due_at"][:10]) <= friday + WEEK:
                    await _do(season, concern, coming["step"], friday)


async def settle(season: Playing) -> None:
    """At the end of the season everything still open is closed by a person."""
    for concern in await season.office.every("placements", "/v1/concerns"):
        if concern["status"] != "closed":
            await _close(season, concern)


def _nobody_looks(season: Playing, concern: dict[str, Any]) -> bool:
    is_first = bool(concern["placement_id"] == season.absent.get("placement_id"))
    return is_first and bool(concern["level"] == LEFT_ALONE)


async def _do(season: Playing, concern: dict[str, Any], step: str, friday: date) -> None:
    path = f"/v1/concerns/{concern['id']}"
    who = {"by_person_id": await _tutor(season, concern)}
    if step == "acknowledge":
        await season.office.post("placements", f"{path}/acknowledgement", {"level": concern["level"], **who})
    elif step in MEETINGS:
        meeting = {
            "held_on": friday.isoformat(),
            "attended": ["student", "practice_educator", "tutor"],
            **who,
        }
        await season.office.post("placements", f"{path}/meetings", meeting)
    elif step in REVIEWS:
        await _close(season, concern)
    elif step not in THE_ENGINES:
        await season.office.post("placements", f"{path}/steps/{step}/completion", who)


async def _close(season: Playing, concern: dict[str, Any]) -> None:
    body = {"outcome": "resolved", "by_person_id": await _tutor(season, concern)}
    await season.office.post("placements", f"/v1/concerns/{concern['id']}/closure", body, version="*")


async def _tutor(season: Playing, concern: dict[str, Any]) -> str:
    placement = await season.office.get("placements", f"/v1/placements/{concern['placement_id']}")
    tutors = await season.office.every(
        "placements", "/v1/people", organisation_id=placement["university_id"], role="tutor"
    )
    return str(tutors[0]["id"])
