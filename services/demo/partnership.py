"""The first chapter of the season: the partnership's data go in, through the import API, as a partner would send them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from services.demo.caller import Caller, CallFailed
from services.demo.generate import DATA

SYSTEM = "import"
MENTOR = "E50"
"""A current Stage 2 educator, who mentors those of Stage 1."""

ROUNDS: dict[str, dict[str, Any]] = {
    "FINAL-2026": {
        "name": "Final placements, autumn 2026",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": "2026-09-14",
        "ends_on": "2027-03-05",
        "days_required": 100,
        "preference_deadline_on": "2026-06-19",
        "rules": {"statutory_required": True, "travel_cap_minutes": 90, "lottery_seed": "autumn-2026"},
    },
    "FIRST-2026": {
        "name": "First placements, autumn 2026",
        "placement_level": "first",
        "academic_year": "2026-27",
        "starts_on": "2026-09-28",
        "ends_on": "2027-02-12",
        "days_required": 70,
        "preference_deadline_on": "2026-06-19",
        "rules": {"travel_cap_minutes": 90, "lottery_seed": "autumn-2026"},
    },
}
"""The two rounds of the season, by their external ids."""

STAFF = (
    ("coordinator", "Coordinator", None),
    ("programme_manager", "Programme Manager", None),
    ("practice_education_lead", "Practice Education Lead", "LA-W"),
    ("practice_education_lead", "Practice Education Lead", "LA-A"),
    ("tutor", "Tutor", "UNI-W"),
    ("tutor", "Tutor", "UNI-A"),
    ("facilitator", "Facilitator", "UNI-W"),
    ("facilitator", "Facilitator", "UNI-A"),
    ("on_site_supervisor", "On-site Supervisor", "LA-W"),
    ("panel_chair", "Panel Chair", None),
    ("discrimination_lead", "Discrimination Lead", None),
    ("safety_lead", "Safety Lead", None),
)
"""Role, name and organisation of the people whom the season needs beside students and educators."""


@dataclass
class Partnership:
    """Ids of what the season refers to, by external id."""

    organisations: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    educators: dict[str, str] = field(default_factory=dict)
    rows: int = 0


async def bring_in(office: Caller, kind: str, service: str, file: str | None = None) -> int:
    """Send one file and wait until every row of it is accounted for; returns how many rows it has."""
    content = (DATA / f"{file or kind}.csv").read_bytes()
    sent = await office.ask(
        "POST",
        service,
        "/v1/imports",
        content=content,
        params={"kind": kind, "mode": "all_or_nothing", "system": SYSTEM},
        headers={"Content-Type": "text/csv"},
    )
    url = sent.headers["location"]
    while (done := await office.get(service, url))["status"] in ("queued", "running"):
        await asyncio.sleep(0.05)
    if done["status"] != "completed":
        first = (await office.get(service, f"{url}/rows", result="invalid", limit=1))["items"]
        raise CallFailed(f"The file {file or kind}.csv was not accepted: {done['faults'] or first}")
    return int(sum(done["counts"].values()))


async def prepare(office: Caller) -> Partnership:
    """Everything the season needs before matching: organisations, teams, people, educators with evidence, rounds."""
    made = Partnership()
    for kind in ("organisations", "settings"):
        made.rows += await bring_in(office, kind, "placements")
    made.organisations = await _by_external_id(office, "placements", "/v1/organisations")
    made.rows += await bring_in(office, "students", "placements")
    for kind in ("educators", "support-episodes", "cpd-records"):
        made.rows += await bring_in(office, kind, "educators")
    made.educators = await _by_external_id(office, "educators", "/v1/educators")
    await _mentors(office, made.educators[MENTOR])
    for name, facts in ROUNDS.items():
        made.rounds[name] = (await office.put("placements", f"/v1/rounds/external/{SYSTEM}/{name}", facts))[
            "id"
        ]
    await _people(office, made)
    for kind in ("offers", "requests"):
        made.rows += await bring_in(office, kind, "placements")
    return made


async def _mentors(office: Caller, mentor_id: str) -> None:
    """A Stage 1 educator assesses a final placement only with a named Stage 2 educator who ratifies."""
    for educator in await office.every("educators", "/v1/educators", peps_stage="stage_1"):
        path, version = f"/v1/educators/{educator['id']}", {"If-Match": "*"}
        await office.ask("PATCH", "educators", path, {"mentor_educator_id": mentor_id}, headers=version)


async def _people(office: Caller, made: Partnership) -> None:
    for number, (role, name, organisation) in enumerate(STAFF, start=1):
        body = {
            "organisation_id": made.organisations[organisation] if organisation else None,
            "full_name": f"{name} {number}",
            "email": f"{role}.{number}@staff.example.org",
            "roles": [role],
        }
        external_id = f"{role}-{organisation or 'office'}"
        person = await office.put("placements", f"/v1/people/external/{SYSTEM}/{external_id}", body)
        made.people[external_id] = person["id"]
    educators = await office.every("educators", "/v1/educators")
    await asyncio.gather(*(_educator_as_person(office, each) for each in educators))


async def _educator_as_person(office: Caller, educator: dict[str, Any]) -> None:
    body = {
        "organisation_id": educator["organisation_id"],
        "full_name": educator["full_name"],
        "email": f"educator.{educator['social_work_england_number'].lower()}@staff.example.org",
        "roles": ["practice_educator"],
        "educator_id": educator["id"],
    }
    name = educator["social_work_england_number"]
    await office.put("placements", f"/v1/people/external/{SYSTEM}/{name}", body)


async def _by_external_id(office: Caller, service: str, path: str) -> dict[str, str]:
    items = await office.every(service, path)
    return {
        name["value"]: item["id"]
        for item in items
        for name in item["external_ids"]
        if name["system"] == SYSTEM
    }
