"""Rows of a partnership, with defaults: say only what the test is about.

Each factory writes in a transaction of its own, or within one, and returns the row; what it refers to and is not given is
made as well.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.declarative import Versioned
from services.placements.models.offers import Offer
from services.placements.models.organisations import Organisation
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.programmes import Programme
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from shared.db import Database
from shared.ids import new_id
from tests.within import Anywhere, Within

ADDED_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
"""When everything here was added."""

Row = TypeVar("Row", bound=Versioned)


async def kept(db: Anywhere, row: Row) -> Row:
    """Write one row, as added at `ADDED_AT`."""
    row.version = 1
    row.created_at = row.updated_at = ADDED_AT
    async with db.begin() as session:
        session.add(row)
    return row


async def an_organisation(
    db: Anywhere, partnership_id: UUID, *, name: str = "Harbour Council", org_type: str = "local_authority"
) -> Organisation:
    return await kept(
        db, Organisation(id=new_id(), partnership_id=partnership_id, name=name, org_type=org_type)
    )


async def a_university(
    db: Anywhere, partnership_id: UUID, *, name: str = "University of Ashbourne"
) -> Organisation:
    return await an_organisation(db, partnership_id, name=name, org_type="hei")


async def a_setting(
    db: Anywhere, partnership_id: UUID, *, organisation_id: UUID | None = None, **values: Any
) -> Setting:
    host = organisation_id or (await an_organisation(db, partnership_id)).id
    defaults: dict[str, Any] = {
        "name": "Children in Care Team",
        "directorate": "childrens",
        "service_area": "children_in_care",
        "locality": None,
        "is_frontline": True,
        "is_statutory": True,
        "latitude": 50.91,
        "longitude": -1.40,
        "postcode_district": None,
        "accessibility": [],
        "pcf_domains": ["knowledge"],
    }
    row = Setting(id=new_id(), partnership_id=partnership_id, organisation_id=host, **(defaults | values))
    return await kept(db, row)


async def a_programme(
    db: Anywhere, partnership_id: UUID, *, organisation_id: UUID, name: str = "MA Social Work"
) -> Programme:
    return await kept(
        db,
        Programme(
            id=new_id(),
            partnership_id=partnership_id,
            organisation_id=organisation_id,
            name=name,
            route="postgraduate",
        ),
    )


async def a_student(
    db: Anywhere, partnership_id: UUID, *, organisation_id: UUID | None = None, **values: Any
) -> Student:
    university = organisation_id or (await a_university(db, partnership_id)).id
    defaults: dict[str, Any] = {
        "programme_id": None,
        "full_name": "Ada Example",
        "email": "ada@example.org",
        "intake_year": 2025,
    }
    row = Student(
        id=new_id(), partnership_id=partnership_id, organisation_id=university, **(defaults | values)
    )
    return await kept(db, row)


async def a_person(
    db: Anywhere,
    partnership_id: UUID,
    *,
    organisation_id: UUID | None = None,
    roles: tuple[str, ...] = ("tutor",),
    **values: Any,
) -> Person:
    defaults: dict[str, Any] = {
        "full_name": "Tom Example",
        "email": "tom@example.org",
        "educator_id": None,
        "deputy_person_id": None,
    }
    return await kept(
        db,
        Person(
            id=new_id(),
            partnership_id=partnership_id,
            organisation_id=organisation_id,
            roles=list(roles),
            **(defaults | values),
        ),
    )


async def a_round(db: Anywhere, partnership_id: UUID, **values: Any) -> Round:
    defaults: dict[str, Any] = {
        "name": "Final placements, autumn",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": date(2026, 9, 14),
        "ends_on": date(2027, 3, 26),
        "days_required": 100,
        "preference_deadline_on": date(2026, 7, 3),
        "rules": {},
        "published_run_id": None,
    }
    return await kept(db, Round(id=new_id(), partnership_id=partnership_id, **(defaults | values)))


async def a_capacity_statement(
    db: Anywhere, partnership_id: UUID, *, setting_id: UUID, **values: Any
) -> CapacityStatement:
    defaults: dict[str, Any] = {"academic_year": "2026-27", "appetite": "may_offer", "reasons": []}
    row = CapacityStatement(
        id=new_id(), partnership_id=partnership_id, setting_id=setting_id, **(defaults | values)
    )
    return await kept(db, row)


async def an_offer(
    db: Anywhere,
    partnership_id: UUID,
    *,
    round_id: UUID | None = None,
    setting_id: UUID | None = None,
    **values: Any,
) -> Offer:
    defaults: dict[str, Any] = {
        "places": 1,
        "placement_levels": ["final"],
        "educator_id": new_id(),
        "on_site_supervisor_person_id": None,
        "requires_driver": False,
        "clearances": [],
        "accepts_adjustments": [],
        "pcf_domains": [],
    }
    return await kept(
        db,
        Offer(
            id=new_id(),
            partnership_id=partnership_id,
            round_id=round_id or (await a_round(db, partnership_id)).id,
            setting_id=setting_id or (await a_setting(db, partnership_id)).id,
            **(defaults | values),
        ),
    )


async def a_request(
    db: Anywhere,
    partnership_id: UUID,
    *,
    round_id: UUID | None = None,
    student_id: UUID | None = None,
    **values: Any,
) -> Request:
    defaults: dict[str, Any] = {
        "placement_level": "final",
        "preferences": [],
        "latitude": 50.9,
        "longitude": -1.39,
        "can_drive": True,
        "max_travel_minutes": None,
        "adjustments": [],
        "clearances": [],
        "conflicts": [],
        "previous": [],
    }
    return await kept(
        db,
        Request(
            id=new_id(),
            partnership_id=partnership_id,
            round_id=round_id or (await a_round(db, partnership_id)).id,
            student_id=student_id or (await a_student(db, partnership_id)).id,
            **(defaults | values),
        ),
    )


@dataclass(frozen=True, slots=True)
class Partnership:
    """A whole small partnership: one of everything, in one round, with nothing matched yet."""

    id: UUID
    university: Organisation
    council: Organisation
    setting: Setting
    programme: Programme
    student: Student
    tutor: Person
    supervisor: Person
    round: Round
    offer: Offer
    request: Request

    @property
    def educator_id(self) -> UUID:
        """The practice educator whom the offer proposes."""
        assert self.offer.educator_id is not None
        return self.offer.educator_id


async def a_partnership(db: Database) -> Partnership:
    """Written in one transaction: a dozen of them would take twice as long."""
    async with db.begin() as session:
        return await _one_of_everything(Within(session))


async def _one_of_everything(db: Anywhere) -> Partnership:
    id_ = new_id()
    university = await a_university(db, id_)
    council = await an_organisation(db, id_)
    setting = await a_setting(db, id_, organisation_id=council.id)
    programme = await a_programme(db, id_, organisation_id=university.id)
    student = await a_student(db, id_, organisation_id=university.id, programme_id=programme.id)
    tutor = await a_person(db, id_, organisation_id=university.id)
    supervisor = await a_person(
        db, id_, organisation_id=council.id, roles=("on_site_supervisor",), full_name="Sue Example"
    )
    round_ = await a_round(db, id_)
    offer = await an_offer(
        db,
        id_,
        round_id=round_.id,
        setting_id=setting.id,
        on_site_supervisor_person_id=supervisor.id,
    )
    request = await a_request(db, id_, round_id=round_.id, student_id=student.id)
    people = (tutor, supervisor)
    return Partnership(id_, university, council, setting, programme, student, *people, round_, offer, request)


async def a_placement(db: Database, partnership: Partnership, **values: Any) -> Placement:
    """A placement of the partnership's student in its setting; `proposed` unless told otherwise."""
    defaults: dict[str, Any] = {
        "round_id": partnership.round.id,
        "request_id": partnership.request.id,
        "offer_id": partnership.offer.id,
        "proposal_id": None,
        "student_id": partnership.student.id,
        "university_id": partnership.university.id,
        "organisation_id": partnership.council.id,
        "setting_id": partnership.setting.id,
        "educator_id": partnership.offer.educator_id,
        "tutor_person_id": partnership.tutor.id,
        "on_site_supervisor_person_id": partnership.supervisor.id,
        "placement_level": partnership.round.placement_level,
        "is_statutory": partnership.setting.is_statutory,
        "status": "proposed",
        "starts_on": partnership.round.starts_on,
        "ends_on": partnership.round.ends_on,
        "days_required": partnership.round.days_required,
        "weekdays": [1, 2, 3, 4, 5],
    }
    row = Placement(id=new_id(), partnership_id=partnership.id, **(defaults | values))
    return await kept(db, row)
