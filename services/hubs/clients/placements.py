"""Questions to the placements service: what a placement and a student are now, and where students went."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from services.hubs.domain.placements import DestinationFacts, PlacementFacts, StudentFacts
from shared.http.sister import Sister, SisterRefused


class Placements:
    """The placements service, asked on behalf of one partnership at a time. Raises `SisterDown` when it does not answer."""

    def __init__(self, sister: Sister) -> None:
        self._sister = sister

    async def placement(self, partnership_id: UUID, placement_id: UUID) -> PlacementFacts | None:
        """The placement as it is now; None when there is no such one any more."""
        answer = await self._get(partnership_id, f"/v1/placements/{placement_id}")
        return None if answer is None else _placement(answer)

    async def student(self, partnership_id: UUID, student_id: UUID) -> StudentFacts | None:
        """The student as known now; None when there is no such one any more."""
        answer = await self._get(partnership_id, f"/v1/students/{student_id}")
        if answer is None:
            return None
        return StudentFacts(UUID(answer["id"]), answer["full_name"], _names(answer))

    async def destination(self, partnership_id: UUID, student_id: UUID) -> DestinationFacts | None:
        """Where the student went after finishing; None while that is not known."""
        answer = await self._get(partnership_id, f"/v1/students/{student_id}/destination")
        if answer is None:
            return None
        employer = _id(answer["employer_organisation_id"])
        return DestinationFacts(UUID(answer["student_id"]), answer["destination"], employer)

    async def _get(self, partnership_id: UUID, path: str) -> Any:
        try:
            return await self._sister.ask("GET", path, partnership_id=partnership_id)
        except SisterRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise


def _placement(answer: Mapping[str, Any]) -> PlacementFacts:
    student, place = answer.get("student") or {}, answer.get("where") or {}
    return PlacementFacts(
        placement_id=UUID(answer["id"]),
        student_id=UUID(answer["student_id"]),
        university_id=UUID(answer["university_id"]),
        organisation_id=UUID(answer["organisation_id"]),
        setting_id=UUID(answer["setting_id"]),
        placement_level=answer["placement_level"],
        is_statutory=answer["is_statutory"],
        status=answer["status"],
        starts_on=date.fromisoformat(answer["starts_on"]),
        ends_on=date.fromisoformat(answer["ends_on"]),
        programme_id=_id(student.get("programme_id")),
        educator_id=_id(answer.get("educator_id")),
        tutor_person_id=_id(answer.get("tutor_person_id")),
        student_name=student.get("full_name"),
        student_external_ids=_names(student),
        setting_name=place.get("setting_name"),
        weekdays=tuple(answer.get("weekdays") or ()),
        latitude=place.get("latitude"),
        longitude=place.get("longitude"),
        locality=place.get("locality"),
        service_area=place.get("service_area"),
    )


def _names(answer: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    named = answer.get("external_ids") or ()
    return tuple({"system": str(name["system"]), "value": str(name["value"])} for name in named)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
