"""What goes on around the sessions of one hub: its agreement, ratings, summaries, the pulse, what members want changed.

Everybody acts for themselves, as a client of the development issuer: nobody can answer for a student.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.demo.caller import Caller
from services.demo.matching import in_parallel
from services.demo.personas import Persona, as_persona, register

BEGINS, MEETS_ONE, SAYS, LISTENS = 1, 3, 8, 9
"""Weeks of the season, from 0: the group agrees; week four of the placement; members are asked; what they said is read."""

SCALES = ("confidence", "reflective_thinking", "practice_skills", "peer_support", "wellbeing")
AGREED = {
    "points": ["We start on time.", "Everybody presents once.", "Everybody may pass."],
    "limits_of_confidentiality": "What is said here stays here, unless somebody may come to harm. Then we say so first.",
}
SUMMARY = {
    "themes": ["relationships_with_families", "critical_reflection"],
    "pcf_domains": ["critical_reflection_and_analysis", "values_and_ethics"],
    "affirmation": "You listened well to each other.",
    "next_session": "Bring a case in which you changed your mind.",
}
RESOURCE = {
    "title": "Drawing a genogram together",
    "tags": ["families", "tools"],
    "pcf_domains": ["knowledge"],
}
WANTED = ({"start": ["guest_speakers"]}, {"stop": ["presentations"]}, {"start": ["experts_by_experience"]})
CONTINUE = {"continue": ["check_in", "case_discussion"]}
REFLECTION = (
    "I spoke with a family about what they hoped for, and noticed how quickly I had begun to plan instead."
)


@dataclass
class Group:
    """One hub with its members and those who act in it."""

    hub: dict[str, Any]
    members: Sequence[dict[str, Any]]
    facilitator: Caller
    students: Sequence[Caller]
    round_path: str = ""


class Playing(Protocol):
    """What is needed of the season here."""

    office: Caller
    absent: dict[str, Any]
    sessions: list[dict[str, Any]]
    group: Group | None


async def gather_round(season: Playing, week: int) -> None:
    """What happens around the hub of the student who stays away, in one week of the season."""
    if week == BEGINS:
        season.group = await _group(season)
        await _begin(season.group)
    group = season.group
    if group is None:
        return
    if week == MEETS_ONE:
        await _summarise(group, season.sessions)
        await _look_after(group, season.absent)
    elif week == SAYS:
        await _ask(group)
    elif week == LISTENS:
        await group.facilitator.post("hubs", f"{group.round_path}/closure", version="*")


async def look_back(season: Playing, student: Caller) -> None:
    """At the end members rate themselves again, and the student takes a portfolio out."""
    if season.group is not None:
        await _rate(season.group, "after", 4)
    made = await student.post("hubs", "/v1/reflections", {"title": "Listening", "text": REFLECTION})
    shared = {"visibility": "portfolio", "anonymised_confirmed": True}
    await student.post("hubs", f"/v1/reflections/{made['id']}/sharing", shared)
    await student.post("hubs", "/v1/portfolios", {"shared_only": True})


async def _group(season: Playing) -> Group:
    office, student_id = season.office, season.absent["student_id"]
    (candidate,) = await office.every("hubs", "/v1/candidates", student_id=student_id, has_hub=True)
    hub = await office.get("hubs", f"/v1/hubs/{candidate['hub_id']}")
    members = await office.every("hubs", f"/v1/hubs/{hub['id']}/memberships", current=True)
    reads, writes = ("hubs:read", "reflections:read"), ("hubs:write", "reflections:write")
    cast = {
        "hub-facilitator": Persona(
            "The facilitator of this hub", ("facilitator",), (*reads, *writes), hub["facilitator_person_id"]
        )
    }
    names = [f"hub-member-{number}" for number in range(1, len(members) + 1)]
    for name, member in zip(names, members, strict=True):
        cast[name] = Persona(
            "A member of this hub",
            ("student",),
            (*reads, *writes),
            member["student"]["id"],
            member["university_id"],
        )
    made = await register(office, cast)
    students = [as_persona(office, name, made) for name in names]
    return Group(hub, members, as_persona(office, "hub-facilitator", made), students)


async def _begin(group: Group) -> None:
    agreement = await group.facilitator.post("hubs", f"/v1/hubs/{group.hub['id']}/agreements", AGREED)
    path = f"/v1/agreements/{agreement['id']}/acceptance"
    await in_parallel(student.post("hubs", path) for student in group.students)
    await _rate(group, "before", 2)


async def _rate(group: Group, moment: str, level: int) -> None:
    def ratings(place: int) -> Mapping[str, int]:
        return {scale: level + (place + number) % 2 for number, scale in enumerate(SCALES)}

    await in_parallel(
        student.put("hubs", f"/v1/memberships/{member['id']}/self-ratings/{moment}", ratings(place))
        for place, (student, member) in enumerate(zip(group.students, group.members, strict=True))
    )


async def _summarise(group: Group, sessions: Sequence[dict[str, Any]]) -> None:
    resource = await group.facilitator.post("hubs", "/v1/resources", RESOURCE)
    first, *_ = (one for one in sessions if one["hub_id"] == group.hub["id"])
    path = f"/v1/sessions/{first['id']}"
    await group.facilitator.put("hubs", f"{path}/summary", {**SUMMARY, "resource_ids": [resource["id"]]})
    text = "Thank you for a good start. What we drew on the board is in the resource bank."
    await group.facilitator.post("hubs", f"{path}/follow-ups", {"text": text})


async def _look_after(group: Group, absent: Mapping[str, Any]) -> None:
    for student, member in zip(group.students, group.members, strict=True):
        energy = 2 if member["student"]["id"] == absent["student_id"] else 7
        await student.put("hubs", "/v1/pulses/this-week", {"energy": energy})
    office, path = group.facilitator, f"/v1/hubs/{group.hub['id']}"
    met = {"student_id": absent["student_id"], "held_on": "2026-10-08", "kind": "call", "minutes": 20}
    await office.post("hubs", f"{path}/contacts", met)
    flagged = next(one for one in group.members if one["student"]["id"] != absent["student_id"])
    await office.post(
        "hubs", f"{path}/flags", {"membership_id": flagged["id"], "about": "practice_education"}
    )
    held = {
        "facilitator_person_id": group.hub["facilitator_person_id"],
        "held_on": "2026-10-07",
        "minutes": 60,
    }
    await office.post("hubs", "/v1/facilitator-supervisions", held)


async def _ask(group: Group) -> None:
    asked = await group.facilitator.post(
        "hubs", f"/v1/hubs/{group.hub['id']}/feedback", {"closes_on": "2026-11-20"}
    )
    group.round_path = f"/v1/feedback/{asked['id']}"
    await in_parallel(
        student.put("hubs", f"{group.round_path}/answer", {**CONTINUE, **WANTED[place % len(WANTED)]})
        for place, student in enumerate(group.students)
    )
