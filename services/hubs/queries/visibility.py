"""Who sees what: one SQL expression per resource, used for lists and singles alike.

Access = scope (at the door) AND partnership AND relationship. The values compared with come from `reader(principal)`: a
person stands for their organisation only in a role that acts for it; a student, an educator or a facilitator sees what they
have to do with themselves. Reflections are the exception to everything: the office's wide view does not reach them.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Date, Uuid, and_, bindparam, cast, exists, func, or_
from sqlalchemy.orm import aliased

from services.hubs.domain.hubs import OVER, RUNNING
from services.hubs.domain.reflections import Visibility
from services.hubs.models.agreements import Agreement
from services.hubs.models.candidates import Candidate
from services.hubs.models.contacts import Contact
from services.hubs.models.feedback import FeedbackRound
from services.hubs.models.flags import HubFlag
from services.hubs.models.hubs import Closure, Hub
from services.hubs.models.inbox import InboxMessage
from services.hubs.models.memberships import AllocationDecision, Membership
from services.hubs.models.pulses import Pulse
from services.hubs.models.reflections import Reflection
from services.hubs.models.resources import Resource
from services.hubs.models.sessions import HubSession
from services.hubs.models.supervisions import FacilitatorSupervision
from shared.auth.principal import Principal

ROLES_FOR_AN_ORGANISATION = frozenset({"coordinator", "practice_education_lead", "programme_manager"})
"""People in these roles act for their whole organisation; everybody else sees only what they have to do with themselves."""

PARTNERSHIP = bindparam("p_partnership", type_=Uuid())
ORGANISATION = bindparam("p_organisation", type_=Uuid())
PERSON = bindparam("p_person", type_=Uuid())
WIDE = bindparam("p_wide", type_=Boolean())
KEPT_SINCE = bindparam("p_kept_since", type_=Date())
"""Who reads reflections says this too: what was written in a placement that ended by this day is kept no longer."""


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
_Assessed = aliased(Candidate)
_Later = aliased(Candidate)


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

_member_of_theirs = exists().where(
    _Read.student_id == Reflection.student_id,
    _Read.partnership_id == PARTNERSHIP,
    _Read.ended_on.is_(None),
    or_(
        and_(Reflection.visibility == Visibility.FACILITATOR.value, _leads(_Read.hub_id)),
        and_(Reflection.visibility == Visibility.PRACTICE_EDUCATOR.value, _Read.educator_id == PERSON),
    ),
)
"""The caller leads the hub, or teaches in the placement, of a student who shared this with that role."""

_begun_in_a_later_placement = exists().where(
    _Later.partnership_id == PARTNERSHIP,
    _Later.student_id == Reflection.student_id,
    _Later.status != "cancelled",
    _Later.starts_on > _Assessed.ends_on,
    _Later.starts_on <= cast(func.timezone("Europe/London", Reflection.created_at), Date),
)
_assesses_portfolio = exists().where(
    _Assessed.student_id == Reflection.student_id,
    _Assessed.partnership_id == PARTNERSHIP,
    or_(
        _Assessed.status.in_(sorted(RUNNING)),
        and_(
            _Assessed.status.in_(sorted(OVER - {"cancelled"})),
            _Assessed.ends_on > KEPT_SINCE,
            ~_begun_in_a_later_placement,
        ),
    ),
    or_(_Assessed.educator_id == PERSON, _Assessed.university_id == ORGANISATION),
)
"""The caller assesses a placement of the student that runs, or ended so lately that what was written in it is still kept."""

REFLECTIONS = and_(
    Reflection.partnership_id == PARTNERSHIP,
    or_(
        Reflection.student_id == PERSON,
        _member_of_theirs,
        and_(Reflection.visibility == Visibility.PORTFOLIO.value, _assesses_portfolio),
    ),
)
"""A reflection is its student's. Shared, it is also for the one role it was shared with, while that role lasts.

`portfolio` is for those who assess the portfolio, the practice educator and the student's university. They do so when the
placement is over: theirs lasts until what was written in it is deleted, and does not reach into the student's next placement.
"""

OWN_REFLECTIONS = and_(Reflection.partnership_id == PARTNERSHIP, Reflection.student_id == PERSON)
"""What only the student may change, share or delete."""


_In = aliased(Membership)

_Sent = aliased(Membership)


def _takes_part(hub_id: Any) -> ColumnElement[bool]:
    """The caller leads the hub, is or was one of its members, or is a member's university."""
    return or_(
        WIDE,
        _leads(hub_id),
        exists().where(
            _In.hub_id == hub_id,
            _In.partnership_id == PARTNERSHIP,
            or_(_In.student_id == PERSON, _In.university_id == ORGANISATION),
        ),
    )


INBOX = and_(InboxMessage.partnership_id == PARTNERSHIP, InboxMessage.person_id == PERSON)
"""A message is for the person it was sent to, and nobody else."""

RESOURCES = Resource.partnership_id == PARTNERSHIP
"""The resource bank is everybody's."""

FEEDBACK_ROUNDS = and_(FeedbackRound.partnership_id == PARTNERSHIP, _takes_part(FeedbackRound.hub_id))
"""That a hub is asked is for the hub and its universities; what was answered has rules of its own."""

LEADS_ROUND = _leads(FeedbackRound.hub_id)
"""The caller facilitates the hub that is asked."""

AGREEMENTS = and_(Agreement.partnership_id == PARTNERSHIP, _takes_part(Agreement.hub_id))
"""A group agreement is for the group and its universities."""

CONTACTS = and_(
    Contact.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        Contact.student_id == PERSON,
        _leads(Contact.hub_id),
        exists().where(
            _Sent.id == Contact.membership_id,
            _Sent.partnership_id == PARTNERSHIP,
            _Sent.university_id == ORGANISATION,
        ),
    ),
)
"""That a student was met one to one is for the student, the facilitator and the university, not for other members."""

SUPERVISIONS = and_(
    FacilitatorSupervision.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        FacilitatorSupervision.facilitator_person_id == PERSON,
        FacilitatorSupervision.supervisor_person_id == PERSON,
    ),
)
"""A facilitator's own supervision is for the two who met, and for the office that sees to it."""

PULSES = and_(Pulse.partnership_id == PARTNERSHIP, Pulse.student_id == PERSON)
"""A pulse is its student's alone."""
