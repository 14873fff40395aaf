"""Reading people."""

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB

from services.placements.models.people import Person
from services.placements.queries.visibility import PEOPLE
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Person.id,
    Person.organisation_id,
    Person.full_name,
    Person.email,
    Person.roles,
    Person.educator_id,
    Person.deputy_person_id,
    Person.absent_from,
    Person.absent_until,
    external_ids_of("person", Person.id).label("external_ids"),
    Person.updated_at,
    Person.version,
).where(PEOPLE)

SINGLE = _VISIBLE.where(Person.id == bindparam("id"))
"""One person the caller sees."""

LIST = Filtered(
    _VISIBLE,
    Person.id,
    **equal(Person.organisation_id, Person.educator_id),
    role=Person.roles.op("@>")(func.jsonb_build_array(bindparam("role", type_=String())).cast(JSONB)),
)
"""The people the caller sees."""
