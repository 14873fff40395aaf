"""Callers of the placements service."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tests.principals import headers_for

EVERY_SCOPE = (
    "students:read",
    "students:write",
    "students.sensitive:read",
    "placements:read",
    "placements:write",
    "imports:write",
    "changes:read",
)


def office(partnership_id: UUID, scopes: Iterable[str] = EVERY_SCOPE) -> dict[str, str]:
    """The partnership's office: sees and writes everything of it."""
    return headers_for(partnership_id=partnership_id, roles=["partnership"], scopes=scopes)


def member(
    partnership_id: UUID, organisation_id: UUID, scopes: Iterable[str] = EVERY_SCOPE
) -> dict[str, str]:
    """The system of one organisation."""
    return headers_for(
        partnership_id=partnership_id, organisation_id=organisation_id, roles=["system"], scopes=scopes
    )


def a_person_as(role: str, person_id: UUID, **claims: Any) -> dict[str, str]:
    """A person in one role."""
    return headers_for(person_id=person_id, roles=[role], **({"scopes": EVERY_SCOPE} | claims))
