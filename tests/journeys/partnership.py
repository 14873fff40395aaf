"""A small partnership that arrives by files, and the way of its students to confirmed placements."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.journeys.world import World

ORGANISATIONS = """external_id,name,org_type
north,University of the North,hei
south,University of the South,hei
council,Harbour Council,local_authority
"""
SETTINGS = """external_id,organisation,name,directorate,service_area,is_frontline,is_statutory,latitude,longitude
team-1,council,Children in Care,childrens,children_in_care,true,true,50.91,-1.40
team-2,council,Hospital Team,adults,hospital,true,true,50.93,-1.43
"""
EDUCATORS = """external_id,social_work_england_number,full_name,organisation,mode,employment,peps_stage,max_concurrent
opal,SW101,Opal Current,council,off_site,independent,stage_2,8
lars,SW102,Lars Lapsed,council,on_site,employed,stage_2,1
cleo,SW103,Cleo Busy,council,on_site,employed,stage_2,1
"""
EPISODES = """educator_number,learner_kind,placement_level,started_on,ended_on,days,role
SW101,student,final,2024-09-02,2025-01-31,100,educator_of_record
SW102,student,final,2024-01-08,2024-06-28,100,educator_of_record
SW103,student,final,2025-09-01,2026-01-30,100,educator_of_record
"""
CPD = """educator_number,on,title,hours,peer_reflection
SW101,2026-05-12,Practice education update,5,true
SW102,2026-05-12,Practice education update,5,true
SW103,2025-03-04,Practice education update,5,true
"""
"""Opal is current, Lars's last student was over two years ago, Cleo has had no CPD for over a year."""

OFFERS = """external_id,round,setting,places,placement_levels,educator_number
with-opal,final,team-1,8,final,SW101
with-lars,final,team-2,1,final,SW102
with-cleo,final,team-2,1,final,SW103
"""
ROUND = {
    "name": "Final placements, autumn 2026",
    "placement_level": "final",
    "academic_year": "2026-27",
    "starts_on": "2026-09-14",
    "ends_on": "2027-03-05",
    "days_required": 100,
    "preference_deadline_on": "2026-08-14",
    "rules": {"statutory_required": True, "travel_cap_minutes": 90, "lottery_seed": "autumn"},
}
STAFF = {
    "coordinator": "north",
    "programme_manager": None,
    "practice_education_lead": "council",
    "tutor": "north",
    "facilitator": "north",
}
"""Who works where, by role; nowhere is the partnership's office."""


@dataclass
class Partnership:
    """What came, by the names it has in the files."""

    organisations: dict[str, str]
    students: dict[str, str]
    educators: dict[str, str]
    people: dict[str, str] = field(default_factory=dict)
    round_id: str = ""


def students(count: int) -> str:
    rows = [
        f"s-{n},{'north' if n % 2 else 'south'},MA Social Work,Student Number {n},student.{n}@example.org,2025"
        for n in range(1, count + 1)
    ]
    return "\n".join(["external_id,organisation,programme,full_name,email,intake_year", *rows, ""])


def requests(count: int, only_with: dict[int, str]) -> str:
    """Everybody wants team 1. Those in `only_with` can be with nobody but the educator named."""
    head = "round,student,latitude,longitude,can_drive,max_travel_minutes,conflicts,preference_1"
    others = {"lars": "educator:SW101|educator:SW103", "cleo": "educator:SW101|educator:SW102"}
    rows = [
        f"final,s-{n},50.90,-1.39,true,60,{others.get(only_with.get(n, ''), '')},"
        + (f"offer:with-{only_with[n]}" if n in only_with else "setting:team-1")
        for n in range(1, count + 1)
    ]
    return "\n".join([head, *rows, ""])


async def arrive(world: World, count: int = 8, only_with: dict[int, str] | None = None) -> Partnership:
    """The partnership's files go in, as a partner's system sends them; every row of every file is new and taken."""
    await brought_in(world, "placements", "organisations", ORGANISATIONS)
    await brought_in(world, "placements", "settings", SETTINGS)
    await brought_in(world, "placements", "students", students(count))
    await brought_in(world, "educators", "educators", EDUCATORS)
    await brought_in(world, "educators", "support-episodes", EPISODES)
    await brought_in(world, "educators", "cpd-records", CPD)
    came = Partnership(
        organisations=await _named(world, "placements", "organisations"),
        students=await _named(world, "placements", "students"),
        educators=await _named(world, "educators", "educators"),
    )
    made = await world.office.put("placements", "/v1/rounds/external/records/final", ROUND)
    came.round_id = made["id"]
    await _people(world, came)
    await brought_in(world, "placements", "offers", OFFERS)
    await brought_in(world, "placements", "requests", requests(count, only_with or {}))
    return came


async def brought_in(world: World, service: str, kind: str, rows: str) -> dict[str, Any]:
    """Send a file and let the worker carry it out: every row is created."""
    where = await world.office.send(service, kind, rows)
    await world.work(service)
    outcome: dict[str, Any] = await world.office.get(service, where)
    assert outcome["status"] == "completed", await world.office.get(service, f"{where}/rows")
    assert outcome["counts"] == {"created": rows.count("\n") - 1}
    return outcome


async def _named(world: World, service: str, resource: str) -> dict[str, str]:
    items = await world.office.every(service, f"/v1/{resource}")
    return {item["external_ids"][0]["value"]: item["id"] for item in items}


async def _people(world: World, came: Partnership) -> None:
    known = {role: (place, None) for role, place in STAFF.items()}
    opal: dict[str, tuple[str | None, str | None]] = {
        "practice_educator": ("council", came.educators["opal"])
    }
    for role, (place, educator_id) in (known | opal).items():
        body = {
            "organisation_id": came.organisations[place] if place else None,
            "full_name": f"The {role.replace('_', ' ')}",
            "email": f"{role}@staff.example.org",
            "roles": [role],
            "educator_id": educator_id,
        }
        person = await world.office.put("placements", f"/v1/people/external/records/{role}", body)
        came.people[role] = person["id"]


async def matched(world: World, came: Partnership) -> dict[str, Any]:
    """A completed run of the round."""
    path = f"/v1/rounds/{came.round_id}/match-runs"
    run = await world.office.post("placements", path, {})
    await world.work("placements")
    done: dict[str, Any] = await world.office.get("placements", f"/v1/match-runs/{run['id']}")
    assert done["status"] == "completed", done
    return done


async def accepted(world: World, came: Partnership, run: dict[str, Any]) -> list[str]:
    """The run is published, host and universities accept all of it; the proposed placements."""
    path = f"/v1/match-runs/{run['id']}"
    await world.office.post("placements", f"{path}/publication", If_Match="*")
    proposals = await world.office.every("placements", f"{path}/proposals")
    return [await _answered(world, proposal) for proposal in proposals]


async def _answered(world: World, proposal: dict[str, Any]) -> str:
    path = f"/v1/proposals/{proposal['id']}/acceptance"
    for party, whose in (("host", "organisation_id"), ("university", "university_id")):
        side = world.system(proposal[whose])
        answer = await side.post("placements", path, {"party": party}, If_Match="*")
    return str(answer["placement_id"])


async def confirm(world: World, placement_id: str, **headers: str) -> httpx.Response:
    """The office confirms one placement; the answer, whatever it is."""
    path = f"/v1/placements/{placement_id}/confirmation"
    return await world.office.ask("POST", "placements", path, **{"If_Match": "*", **headers})


async def confirmed(world: World, came: Partnership) -> list[str]:
    """Everybody's placement, confirmed and known to all services."""
    placements = await accepted(world, came, await matched(world, came))
    for placement_id in placements:
        answer = await confirm(world, placement_id)
        assert answer.status_code == 200, answer.text
    await world.settle()
    return placements
