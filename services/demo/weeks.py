"""The third chapter: the season itself, week by week on the simulated calendar.

Placements start, hubs meet, days are worked and approved, reviews are answered. Three placements struggle: one is left
unacknowledged until it rises by itself, two are taken in hand at once. What happens is seeded; the same season each time.
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from services.demo.caller import Caller
from services.demo.hub_life import Group, gather_round
from services.demo.keeping import close_for_christmas, keep_records
from services.demo.matching import Matched, in_parallel
from services.demo.partnership import Partnership, bring_in
from services.demo.struggling import attend
from shared.calendar import LONDON, england

WEEK = timedelta(days=7)
CHRISTMAS = [date(2026, 12, 21) + timedelta(days=n) for n in range(12)]
CALENDAR = england(CHRISTMAS)
STARTS = {"final": date(2026, 9, 14), "first": date(2026, 9, 28)}
LAST_WEEK = date(2027, 2, 26)
WEEKS = (LAST_WEEK - STARTS["final"]) // WEEK + 1
HUBS = (
    ("Westmere Tuesday", "Westmere Centre", 2, 52.954, -1.150),
    ("Westmere Wednesday", "Westmere North", 3, 53.020, -1.160),
    ("Aldbrook Tuesday", "Aldbrook", 2, 52.910, -1.480),
    ("Millford Thursday", "Millford", 4, 52.900, -1.270),
)
"""Name, locality, weekday and place of the hubs. Carrow has no facilitator this year, so that not everybody has a hub."""

CAPACITY = {"min": 4, "target": 7, "hard": 7}

SEED = 2026
STUDY_DAY_WEEK = 9
SESSIONS = 16

Show = Callable[[str, float], None]
"""Told what is going on, and which share of the season (0 to 1) is over."""


@dataclass
class Season:
    """What the season knows while it is played."""

    office: Caller
    made: Partnership = field(default_factory=Partnership)
    show: Show = lambda _, __: None
    placements: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    absent: dict[str, Any] = field(default_factory=dict)
    """The register entry of the student who twice does not come, without a word."""
    group: Group | None = None
    """The hub of that student, whose life around its sessions the season shows."""
    next_review: dict[str, date] = field(default_factory=dict)
    """When the next review of a placement is due, once it has started."""
    recorded_until: date = date.min
    """The Friday until which days are recorded and approved."""
    troubles: dict[str, str] = field(default_factory=dict)
    """Placements whose student says at four weeks that something is not there yet, and what."""
    matched: Matched = field(default_factory=Matched)
    hubs: int = 0
    audited: int = 0
    """Teams with a verified audit."""
    completed: int = 0
    personas: dict[str, str] = field(default_factory=dict)
    """Secrets of the personas, by client id."""
    reflection_read_by: dict[str, bool] = field(default_factory=dict)
    """Who can read the student's private reflection."""

    async def move_to(self, day: date, hour: int = 16) -> None:
        """Move the sandbox's clock forward to an hour of a day in London."""
        instant = datetime.combine(day, time(hour), LONDON)
        await self.office.put("identity", "/sandbox/clock", {"now": instant.isoformat()})

    def of_level(self, level: str) -> list[dict[str, Any]]:
        """The season's placements of one level."""
        return [p for p in self.placements.values() if p["placement_level"] == level]


async def open_hubs(season: Season, confirmed: Iterable[str]) -> int:
    """Set up the hubs, wait until they know every confirmed final statutory placement, allocate and plan."""
    known = await season.office.every("placements", "/v1/placements")
    wanted = set(confirmed)
    season.placements = {p["id"]: p for p in known if p["id"] in wanted}
    expected = sum(p["placement_level"] == "final" and p["is_statutory"] for p in season.placements.values())
    hubs = await in_parallel(_hub(season, facts) for facts in HUBS)
    while len(await season.office.every("hubs", "/v1/candidates")) < expected:
        await asyncio.sleep(0.1)
    allocation = await season.office.post("hubs", "/v1/allocations", {})
    used = {item["hub_id"] for item in allocation["items"] if item["hub_id"]}
    for hub in hubs:
        if hub["id"] in used:
            plan = {"starts_on": "2026-09-21", "count": SESSIONS}
            season.sessions += (
                await season.office.post("hubs", f"/v1/hubs/{hub['id']}/session-plans", plan)
            )["items"]
    return len(used)


async def _hub(season: Season, facts: tuple[str, str, int, float, float]) -> dict[str, Any]:
    name, locality, weekday, latitude, longitude = facts
    facilitator = season.made.people["facilitator-UNI-A" if locality == "Aldbrook" else "facilitator-UNI-W"]
    body = {
        "name": name,
        "locality": locality,
        "latitude": latitude,
        "longitude": longitude,
        "cadence": "weekly",
        "weekday": weekday,
        "starts_at": "09:30",
        "minutes": 90,
        "capacity": CAPACITY,
        "facilitator_person_id": facilitator,
        "starts_on": "2026-09-21",
        "ends_on": LAST_WEEK.isoformat(),
    }
    external_id = name.replace(" ", "-")
    hub: dict[str, Any] = await season.office.put("hubs", f"/v1/hubs/external/import/{external_id}", body)
    return hub


async def play(season: Season, weeks: int = WEEKS) -> None:
    """The first weeks, one after the other; all of them unless told otherwise."""
    monday = STARTS["final"]
    await close_for_christmas(season.office, CHRISTMAS)
    for number in range(weeks):
        friday = monday + number * WEEK + timedelta(days=4)
        season.show(f"week of {monday + number * WEEK:%-d %B %Y}", number / weeks)
        await _start_those_due(season, friday)
        await season.move_to(friday)
        if CALENDAR.is_working_day(friday):
            await keep_records(season.office, season.placements, STARTS, friday)
        await _registers(season, friday)
        await gather_round(season, number)
        await _reviews(season, friday)
        await attend(season, friday)
        if number % 4 == 3 or number == weeks - 1:
            await _days(season, friday)
        if number == STUDY_DAY_WEEK:
            await bring_in(season.office, "cpd-records", "educators", "cpd-records-autumn")
            await _reports(season, "midway-report", "on_course")


async def _start_those_due(season: Season, friday: date) -> None:
    for level, starts_on in STARTS.items():
        if friday - WEEK < starts_on <= friday:
            await season.move_to(starts_on, 9)
            ids = [p["id"] for p in season.of_level(level)]
            await in_parallel(
                season.office.post("placements", f"/v1/placements/{i}/start", version="*") for i in ids
            )


async def _registers(season: Season, friday: date) -> None:
    due = [s for s in season.sessions if friday - WEEK < date.fromisoformat(s["held_on"]) <= friday]
    await in_parallel(_register(season, session) for session in due)


async def _register(season: Season, session: dict[str, Any]) -> None:
    path = f"/v1/sessions/{session['id']}/attendance"
    expected = (await season.office.get("hubs", path))["records"]
    if not season.absent:
        season.absent = expected[0]
        others = [i for i in season.placements if i != season.absent["placement_id"]]
        season.troubles = {
            season.absent["placement_id"]: "supervision_as_agreed",
            others[0]: "level_and_amount_of_work",
            others[-1]: "on_course_for_pcf_level",
        }
    records = [
        {"student_id": r["student_id"], "status": _status(season, session, n, r["student_id"])}
        for n, r in enumerate(expected)
    ]
    await season.office.put("hubs", path, {"records": records})


def _status(season: Season, session: dict[str, Any], place: int, student_id: str) -> str:
    if student_id == season.absent["student_id"] and session["number"] in (2, 3):
        return "absent_unnotified"
    draw = random.Random(f"{SEED}/{session['held_on']}/{place}")  # noqa: S311 - a seeded draw, so that each run plays the same; no secret
    return draw.choices(["present", "late", "absent_notified"], [88, 6, 6])[0]


async def _reviews(season: Season, friday: date) -> None:
    ids = [p["id"] for p in season.placements.values()]
    await in_parallel(_review(season, placement_id, friday) for placement_id in ids)


async def _review(season: Season, placement_id: str, friday: date) -> None:
    if season.next_review.get(placement_id, friday) > friday:
        return
    reviews = (await season.office.get("placements", f"/v1/placements/{placement_id}/reviews"))["items"]
    waiting = [review for review in reviews if review["moderated_at"] is None]
    for review in waiting:
        if date.fromisoformat(review["due_on"]) <= friday:
            await _answer(season, placement_id, review)
    if reviews:
        later = (date.fromisoformat(review["due_on"]) for review in waiting)
        season.next_review[placement_id] = min((due for due in later if due > friday), default=date.max)


async def _answer(season: Season, placement_id: str, review: dict[str, Any]) -> None:
    path = f"/v1/placements/{placement_id}/reviews/{review['checkpoint']}"
    for respondent in ("student", "practice_educator"):
        asked = [q["code"] for q in review["questions"] if respondent in q["respondents"]]
        body: dict[str, Any] = {"answers": dict.fromkeys(asked, "meets"), "energy": 7}
        trouble = season.troubles.get(placement_id)
        if respondent == "student" and review["checkpoint"] == "four_week" and trouble:
            body["answers"][trouble] = "not_yet"
            body["comments"] = {trouble: "Not so far."}
        await season.office.put("placements", f"{path}/responses/{respondent}", body)
    await season.office.post("placements", f"{path}/moderation", {})


async def _days(season: Season, friday: date) -> None:
    await in_parallel(_work(season, p, friday) for p in season.placements.values())
    season.recorded_until = friday


async def _work(season: Season, placement: dict[str, Any], friday: date) -> None:
    starts_on = STARTS[placement["placement_level"]]
    open_days = [d for d in _span(starts_on, friday) if CALENDAR.is_working_day(d)][
        : placement["days_required"]
    ]
    new = [day for day in open_days if day > season.recorded_until]
    body = {"days": [{"on": day.isoformat(), "kind": "attended"} for day in new]}
    path = f"/v1/placements/{placement['id']}/days"
    if new:
        await season.office.put("placements", path, body)
        stretch = {"from": starts_on.isoformat(), "to": friday.isoformat()}
        await season.office.post("placements", f"{path}/approval", stretch)


def _span(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


async def _reports(season: Season, kind: str, recommendation: str) -> None:
    body = {"recommendation": recommendation}
    ids = list(season.placements)
    await in_parallel(season.office.post("placements", f"/v1/placements/{i}/{kind}", body) for i in ids)


async def complete(season: Season) -> int:
    """Final reports and the end of every placement; returns how many were completed."""
    await _reports(season, "final-report", "pass")
    ids = list(season.placements)
    done = await in_parallel(
        season.office.post("placements", f"/v1/placements/{i}/completion", version="*") for i in ids
    )
    return len(done)
