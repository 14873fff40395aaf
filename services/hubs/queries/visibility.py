"""Who sees what: one SQL expression per resource, used for lists and singles alike.

Access = scope (at the door) AND partnership AND relationship. The values compared with come from `reader(principal)`: a
person stands for their organisation only in a role that acts for it; a student, an educator or a facilitator sees what they
have to do with themselves. Reflections are the exception to everything: the office's wide view does not reach them.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Uuid, and_, bindparam, exists, or_
from sqlalchemy.orm import aliased

from services.hubs.domain.reflections import Visibility
from services.hubs.models.candidates import Candidate
from services.hubs.models.flags import HubFlag
from services.hubs.models.hubs import Closure, Hub
from services.hubs.models.memberships import AllocationDecision, Membership
from services.hubs.models.reflections import Reflection
from services.hubs.models.sessions import HubSession
from shared.auth.principal import Principal

ROLES_FOR_AN_ORGANISATION = frozenset({"coordinator", "practice_education_lead", "programme_manager"})
"""People in these roles act for their whole organisation; everybody else sees only what they have to do with themselves."""

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


def _has_to_do_with(placement: Any) -> ColumnElement[bool]:
    """The caller is the placement's student, university, host, educator or tutor."""
    return or_(
        placement.university_id == ORGANISATION,
        placement.organisation_id == ORGANISATION,
        placement.student_id == PERSON,
        placement.educator_id == PERSON,
        placement.tutor_person_id == PERSON,
    )


_Led = aliased(Hub)
_Mine = aliased(Membership)
_Shared = aliased(Membership)
_Read = aliased(Membership)


def _leads(hub_id: Any) -> ColumnElement[bool]:
    """The caller facilitates the hub, alone or in a shared job."""
    shares = or_(_Led.facilitator_person_id == PERSON, _Led.co_facilitator_person_id == PERSON)
    return exists().where(_Led.id == hub_id, shares)


HUBS = Hub.partnership_id == PARTNERSHIP
"""Every member of a partnership sees which hubs there are; who is in them is another matter."""

MEETINGS = and_(
    Hub.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        Hub.facilitator_person_id == PERSON,
        Hub.co_facilitator_person_id == PERSON,
        exists().where(_Mine.hub_id == Hub.id, _Mine.partnership_id == PARTNERSHIP, _has_to_do_with(_Mine)),
    ),
)
"""When a hub meets is for its facilitators, and for everybody who has to do with one of its members."""

CLOSURES = Closure.partnership_id == PARTNERSHIP
"""Every member sees when hubs are closed."""

CANDIDATES = and_(Candidate.partnership_id == PARTNERSHIP, or_(WIDE, _has_to_do_with(Candidate)))
"""A candidate is for the student, their university, the host, and those who teach there."""

DECISIONS = and_(
    AllocationDecision.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        AllocationDecision.university_id == ORGANISATION,
        AllocationDecision.student_id == PERSON,
    ),
)
"""What an allocation decided is for each student and their university."""

MEMBERSHIPS = and_(
    Membership.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        _has_to_do_with(Membership),
        _leads(Membership.hub_id),
        exists().where(
            _Shared.hub_id == Membership.hub_id,
            _Shared.partnership_id == PARTNERSHIP,
            or_(_Shared.university_id == ORGANISATION, _Shared.student_id == PERSON),
        ),
    ),
)
"""A membership is for those it is about, the facilitator, and the students and universities who share the hub."""

SESSIONS = and_(
    HubSession.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        _leads(HubSession.hub_id),
        HubSession.covered_by_person_id == PERSON,
        exists().where(
            _Mine.hub_id == HubSession.hub_id, _Mine.partnership_id == PARTNERSHIP, _has_to_do_with(_Mine)
        ),
    ),
)
"""A session is for its facilitator, whoever covers it, and for everybody who has to do with one of the hub's members."""

ENTRIES = and_(
    Membership.partnership_id == PARTNERSHIP,
    or_(WIDE, _has_to_do_with(Membership), _leads(Membership.hub_id)),
)
"""Who came is for the student, university, host, those who teach there, and the facilitator; not for other members."""

FLAGS = and_(
    HubFlag.partnership_id == PARTNERSHIP,
    or_(WIDE, HubFlag.student_id == PERSON, _leads(HubFlag.hub_id)),
)
"""A flag is for the student it is about, the facilitators and the office; others learn of what follows from placements."""

REFLECTIONS = and_(
    Reflection.partnership_id == PARTNERSHIP,
    or_(
        Reflection.student_id == PERSON,
        and_(
            Reflection.visibility != Visibility.PRIVATE.value,
            exists().where(
                _Read.student_id == Reflection.student_id,
                _Read.partnership_id == PARTNERSHIP,
                _Read.ended_on.is_(None),
                or_(
                    and_(Reflection.visibility == Visibility.FACILITATOR.value, _leads(_Read.hub_id)),
                    and_(
                        Reflection.visibility.in_(
                            [Visibility.PRACTICE_EDUCATOR.value, Visibility.PORTFOLIO.value]
                        ),
                        _Read.educator_id == PERSON,
                    ),
                    and_(
                        Reflection.visibility == Visibility.PORTFOLIO.value,
                        _Read.university_id == ORGANISATION,
                    ),
                ),
            ),
        ),
    ),
)
"""A reflection is its student's. Shared, it is also for the one role it was shared with, while that role lasts.

`portfolio` is for those who assess the portfolio: the practice educator and the student's university.
"""

OWN_REFLECTIONS = and_(Reflection.partnership_id == PARTNERSHIP, Reflection.student_id == PERSON)
"""What only the student may change, share or delete."""
