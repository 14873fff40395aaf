"""People, as they are kept: their organisation writes them, the office its own."""

from services.placements.models.organisations import Organisation
from services.placements.models.people import Person
from services.placements.operations.resources import Resource

PERSON = Resource(
    name="person",
    model=Person,
    references={"organisation_id": Organisation, "deputy_person_id": Person},
    owner="organisation_id",
    defaults={
        "organisation_id": None,
        "educator_id": None,
        "deputy_person_id": None,
        "absent_from": None,
        "absent_until": None,
    },
)
"""Somebody with a role around placements."""
