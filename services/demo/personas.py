"""People and systems of the sample partnership as clients of the development issuer, and what each of them may see.

The season registers them so that a newcomer can look through their eyes: `practicum token --client student`.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from services.demo.caller import Caller, CallFailed
from services.demo.partnership import Partnership

READS = [
    "placements:read",
    "students:read",
    "educators:read",
    "hubs:read",
    "concerns:read",
    "reflections:read",
]
ACTS = (*READS, "placements:write", "monitoring:write", "concerns:write")
"""What people around a placement may ask."""

SENTENCE = "What I expected of the visit, what happened instead, and what I would do next time."


@dataclass(frozen=True)
class Persona:
    """One client: who it stands for and what it may ask."""

    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    person_id: str | None = None
    organisation_id: str | None = None


def personas(made: Partnership, placement: dict[str, Any]) -> dict[str, Persona]:
    """The cast: the people around one placement, and a system of each side."""
    student = (*ACTS, "reflections:write")
    return {
        "student": Persona(
            "A student", ("student",), student, placement["student_id"], placement["university_id"]
        ),
        "educator": Persona(
            "Their practice educator", ("practice_educator",), ACTS, placement["educator_id"]
        ),
        "facilitator": Persona(
            "A hub facilitator", ("facilitator",), (*READS, "hubs:write"), made.people["facilitator-UNI-W"]
        ),
        "tutor": Persona(
            "A tutor", ("tutor",), ACTS, made.people["tutor-UNI-W"], made.organisations["UNI-W"]
        ),
        "university": Persona(
            "The student records system of a university",
            ("system",),
            (*ACTS, "students:write", "imports:write", "changes:read", "webhooks:manage"),
            organisation_id=placement["university_id"],
        ),
        "council": Persona(
            "The workforce system of a council",
            ("system",),
            (*ACTS, "educators:write", "imports:write", "changes:read", "webhooks:manage"),
            organisation_id=placement["organisation_id"],
        ),
    }


async def register(office: Caller, cast: dict[str, Persona]) -> dict[str, str]:
    """Make every persona a client of the issuer; returns their secrets by client id."""
    made = {name: secrets.token_urlsafe(24) for name in cast}
    for name, persona in cast.items():
        body = {
            "name": persona.name,
            "secret": made[name],
            "roles": list(persona.roles),
            "scopes": list(persona.scopes),
            "person_id": persona.person_id,
            "organisation_id": persona.organisation_id,
        }
        await office.put("identity", f"/sandbox/clients/{name}", body)
    return made


async def reflect(office: Caller, made: dict[str, str]) -> dict[str, bool]:
    """The student writes a private reflection; who of the others can read it (nobody should)."""
    student = as_persona(office, "student", made)
    reflection = await student.post("hubs", "/v1/reflections", {"text": SENTENCE})
    readers = {name: as_persona(office, name, made) for name in made}
    return {
        name: await _can_read(reader, reflection["id"])
        for name, reader in {**readers, "office": office}.items()
    }


def as_persona(office: Caller, name: str, made: dict[str, str]) -> Caller:
    """A caller who is this persona."""
    return Caller(office.http, office.urls, name, made[name])


async def _can_read(reader: Caller, reflection_id: str) -> bool:
    try:
        await reader.get("hubs", f"/v1/reflections/{reflection_id}")
    except CallFailed as refusal:
        if " 404 " in str(refusal) or " 403 " in str(refusal):
            return False
        raise
    return True
