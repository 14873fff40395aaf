"""Who sees what: one SQL expression per resource, used for lists and singles alike.

Access = scope (at the door) AND partnership AND relationship. Everybody of a partnership sees that an educator is there and
what matching needs; the person, the evidence and the reasons are for themselves, their organisation and the office.
"""

from uuid import UUID

from sqlalchemy import Boolean, Uuid, and_, any_, bindparam, func, or_, select

from services.educators.domain.cpd import ActivityStatus
from services.educators.models.cpd import CpdActionPlan, CpdActivity, CpdBooking
from services.educators.models.educators import Educator
from services.educators.models.registration_batches import RegistrationBatch
from services.educators.models.seats import Seat
from shared.auth.principal import Principal

PARTNERSHIP = bindparam("p_partnership", type_=Uuid())
ORGANISATION = bindparam("p_organisation", type_=Uuid())
PERSON = bindparam("p_person", type_=Uuid())
WIDE = bindparam("p_wide", type_=Boolean())

ROLES_FOR_AN_ORGANISATION = frozenset({"coordinator", "practice_education_lead", "programme_manager"})
"""People in these roles act for their whole organisation; everybody else sees only what they have to do with themselves."""

EDUCATORS = Educator.partnership_id == PARTNERSHIP
"""Every member of a partnership sees which educators there are."""

WHOLE = or_(WIDE, Educator.organisation_id == ORGANISATION, Educator.id == PERSON).is_(True)
"""An educator's name, number and evidence are for themselves, their organisation and the partnership's office."""

SEATS = Seat.partnership_id == PARTNERSHIP
"""Every member sees which seats are taken; a seat names a placement and an educator by id only."""

_home = func.coalesce(
    ORGANISATION,
    select(Educator.organisation_id)
    .where(Educator.partnership_id == PARTNERSHIP, Educator.id == PERSON)
    .scalar_subquery(),
)
HOSTED = or_(WIDE, CpdActivity.organisation_id == ORGANISATION).is_(True)
"""The CPD activities the caller holds: those of their organisation, or for the office all."""

_OFFERED = and_(
    CpdActivity.status != ActivityStatus.DRAFT.value,
    or_(CpdActivity.open_to.is_(None), _home == any_(CpdActivity.open_to)),
)
ACTIVITIES = and_(CpdActivity.partnership_id == PARTNERSHIP, or_(HOSTED, _OFFERED))
"""A CPD activity is seen by its host, and once it is no draft by everybody to whom it is open."""

OF_ACTIVITY = and_(
    CpdActivity.partnership_id == CpdBooking.partnership_id, CpdActivity.id == CpdBooking.activity_id
)
BOOKINGS = and_(
    CpdBooking.partnership_id == PARTNERSHIP,
    or_(HOSTED, CpdBooking.organisation_id == ORGANISATION, CpdBooking.educator_id == PERSON),
)
"""A booking is for the educator, the organisation they booked from, and the host, who learns by it who comes, by name.

Beside it the activity: `OF_ACTIVITY`.
"""

OWN_PLAN = CpdActionPlan.educator_id == PERSON
"""What an educator means to do is theirs alone to read."""

PLANS = and_(CpdActionPlan.partnership_id == PARTNERSHIP, Educator.id == CpdActionPlan.educator_id, WHOLE)
"""That there is an action plan, and how it stands, is for the educator, their organisation and the office."""


REGISTRATION_BATCHES = and_(
    RegistrationBatch.partnership_id == PARTNERSHIP,
    or_(WIDE, RegistrationBatch.organisation_id == ORGANISATION),
)
"""A batch of numbers is for the organisation it was made for, and the office."""


def acting_for(principal: Principal) -> UUID | None:
    """The organisation the caller stands for: a system its own, a person theirs only in a role that acts for it."""
    if principal.is_person and not principal.roles & ROLES_FOR_AN_ORGANISATION:
        return None
    return principal.organisation_id


def reader(principal: Principal) -> dict[str, object]:
    """What the expressions above compare with. Refused when the token names no partnership."""
    return {**principal.binds(), "p_partnership": principal.tenant, "p_organisation": acting_for(principal)}


def everything_of(partnership_id: UUID) -> dict[str, object]:
    """The same for work that nobody asks for: the whole of one partnership."""
    return {"p_partnership": partnership_id, "p_organisation": None, "p_person": None, "p_wide": True}
