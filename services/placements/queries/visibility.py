"""Who sees what: one SQL expression per resource, used for lists and singles alike.

Access = scope (at the door) AND partnership AND relationship. The values compared with come from `reader(principal)`: a
person stands for their organisation only in a role that acts for it; a student, an educator or a supervisor sees what they
have to do with themselves. A university sees its students; a host the students it hosts or is asked to host.
"""

from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Uuid, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from services.placements.domain.vocabulary import (
    ROLES_FOR_AN_ORGANISATION,
    OrgType,
    PlacementStatus,
    ProposalStatus,
)
from services.placements.models.audits import PlacementAudit
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.closures import Closure
from services.placements.models.offers import Offer
from services.placements.models.organisations import Organisation
from services.placements.models.pauses import Pause
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.programmes import Programme
from services.placements.models.proposals import Proposal
from services.placements.models.quality_issues import QualityIssue
from services.placements.models.requests import Request
from services.placements.models.reviews import ReviewTemplate
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from shared.auth.principal import Principal

Sight = ColumnElement[bool]
"""Which rows of a resource a caller sees."""

PARTNERSHIP = bindparam("p_partnership", type_=Uuid())
ORGANISATION = bindparam("p_organisation", type_=Uuid())
PERSON = bindparam("p_person", type_=Uuid())
WIDE = bindparam("p_wide", type_=Boolean())


def acting_for(principal: Principal) -> UUID | None:
    """The organisation the caller stands for: a system its own, a person theirs only in a role that acts for it."""
    if principal.is_person and not principal.roles & ROLES_FOR_AN_ORGANISATION:
        return None
    return principal.organisation_id


def reader(principal: Principal) -> dict[str, object]:
    """What the expressions below compare with. Refused when the token names no partnership."""
    return {**principal.binds(), "p_partnership": principal.tenant, "p_organisation": acting_for(principal)}


def _own(column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    return column == ORGANISATION


def _within(column: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return column == PARTNERSHIP


ORGANISATIONS = _within(Organisation.partnership_id)
"""Every member of a partnership sees who else is in it."""

SETTINGS = _within(Setting.partnership_id)
"""Every member sees where students can go."""

PROGRAMMES = _within(Programme.partnership_id)
"""Every member sees which courses there are."""

ROUNDS = _within(Round.partnership_id)
"""Every member sees the rounds and their rules."""

REVIEW_TEMPLATES = _within(ReviewTemplate.partnership_id)
"""Every member sees what reviews ask."""

CLOSURES = _within(Closure.partnership_id)
"""Every member sees when somebody is closed."""

PAUSES = and_(
    _within(Pause.partnership_id), or_(WIDE, _own(Pause.organisation_id), Pause.organisation_id.is_(None))
)
"""A pause is for the organisation it is about; that of the whole partnership for everybody."""

OFFERS = _within(Offer.partnership_id)
"""Every member sees what is offered; how much an offer is wanted is in no resource."""

CAPACITY_STATEMENTS = and_(
    _within(CapacityStatement.partnership_id),
    or_(
        WIDE,
        CapacityStatement.setting_id.in_(
            select(Setting.id).where(_within(Setting.partnership_id), _own(Setting.organisation_id))
        ),
    ),
)
"""A setting's intent is for its own organisation and the partnership's office."""

PERSON_IN_PLACEMENT = or_(
    Placement.student_id == PERSON,
    Placement.educator_id == PERSON,
    Placement.tutor_person_id == PERSON,
    Placement.on_site_supervisor_person_id == PERSON,
)
"""The caller is the student, the educator, the tutor or the supervisor of the placement."""

_HOST = or_(_own(Placement.organisation_id), _own(Placement.second_organisation_id))

PLACEMENTS = and_(
    _within(Placement.partnership_id),
    or_(WIDE, _own(Placement.university_id), _HOST, PERSON_IN_PLACEMENT),
)
"""A placement is for its student, their university, the host or both hosts, and those who teach and supervise there."""

QUALITY_ISSUES = and_(
    _within(QualityIssue.partnership_id),
    or_(
        WIDE,
        QualityIssue.owner_person_id == PERSON,
        QualityIssue.placement_id.in_(select(Placement.id).where(PLACEMENTS)),
    ),
)
"""A quality issue is for those who see its placement, and for whoever is to put it right."""

AUDITS = and_(
    _within(PlacementAudit.partnership_id),
    or_(
        WIDE,
        _own(PlacementAudit.organisation_id),
        ORGANISATION.in_(
            select(Organisation.id).where(
                _within(Organisation.partnership_id), Organisation.org_type == OrgType.HEI.value
            )
        ),
    ),
)
"""An audit is for its agency and for every university of the partnership; students see the profile that comes from it."""

# Relations are asked as "is among", not "is there one for this row": the database answers the former once for a list.
_HOSTED = select(Placement.student_id).where(
    _within(Placement.partnership_id),
    Placement.status != PlacementStatus.CANCELLED.value,
    or_(_HOST, PERSON_IN_PLACEMENT),
)
_ASKED_FOR = select(Proposal.student_id).where(
    _within(Proposal.partnership_id),
    Proposal.status.in_([ProposalStatus.PUBLISHED.value, ProposalStatus.ACCEPTED.value]),
    _own(Proposal.organisation_id),
)

STUDENTS = and_(
    _within(Student.partnership_id),
    or_(
        WIDE,
        _own(Student.organisation_id),
        Student.id == PERSON,
        Student.id.in_(_HOSTED),
        Student.id.in_(_ASKED_FOR),
    ),
)
"""A student is for themselves, their university, those who host them or are asked to, and those who teach them there."""

PEOPLE = and_(
    _within(Person.partnership_id),
    or_(
        WIDE,
        _own(Person.organisation_id),
        Person.id == PERSON,
        Person.educator_id == PERSON,
        Person.id.in_(select(Placement.tutor_person_id).where(PLACEMENTS)),
        Person.id.in_(select(Placement.on_site_supervisor_person_id).where(PLACEMENTS)),
        Person.educator_id.in_(select(Placement.educator_id).where(PLACEMENTS)),
    ),
)
"""People are for their own organisation, and for everybody who shares a placement with them."""

REQUESTS = and_(
    _within(Request.partnership_id),
    or_(
        WIDE,
        Request.student_id == PERSON,
        Request.student_id.in_(
            select(Student.id).where(_within(Student.partnership_id), _own(Student.organisation_id))
        ),
    ),
)
"""What a student wishes is for them, their university and the partnership's office; a host sees proposals, not wishes."""

DESTINATIONS = and_(
    _within(Student.partnership_id), or_(WIDE, _own(Student.organisation_id), Student.id == PERSON)
)
"""Where a student went is for them, their university and the partnership's office; reports count."""

OWN_DECLARATIONS = and_(_within(Student.partnership_id), Student.id == PERSON)
"""What a student says about themselves in the survey and for equality monitoring only they read; others count."""

SETTING_QUALITY = and_(
    _within(Setting.partnership_id),
    or_(
        WIDE,
        _own(Setting.organisation_id),
        Setting.id.in_(
            select(Placement.setting_id).where(
                _within(Placement.partnership_id), _own(Placement.university_id)
            )
        ),
    ),
)
"""How a setting does is for its own organisation, universities that place students there, and the partnership's office."""

TEAM_DUTY = and_(_within(Setting.partnership_id), or_(WIDE, _own(Setting.organisation_id)))
"""Which teams took a student is for their own organisation and the partnership's office."""
