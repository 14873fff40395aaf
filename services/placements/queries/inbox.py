"""Reading the inbox, and who its reader is: a student, or one of the people (an educator by their record there)."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, case, cast, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.telling import EmailWish
from services.placements.models.concerns import Concern
from services.placements.models.notification_preferences import NotificationPreference
from services.placements.models.notifications import Notification
from services.placements.models.people import Person
from services.placements.models.students import Student
from services.placements.queries.visibility import PARTNERSHIP, PERSON, WIDE
from shared.errors import Forbidden, NotFound
from shared.http.lists import Filtered, equal

_DIGEST = aliased(Notification)
_OWN = or_(
    Notification.person_ref == PERSON,
    Notification.person_ref.in_(
        select(Person.id).where(Person.partnership_id == PARTNERSHIP, Person.educator_id == PERSON)
    ),
)
_UNWANTED = (
    select(NotificationPreference.person_ref)
    .where(
        NotificationPreference.partnership_id == PARTNERSHIP,
        NotificationPreference.person_ref == Notification.person_ref,
        NotificationPreference.inbox.is_(False),
        Notification.state != "failed",
        or_(Notification.way.is_(None), Notification.way != "inbox"),
    )
    .correlate(Notification)
    .exists()
)
INBOX = and_(
    Notification.partnership_id == PARTNERSHIP,
    _OWN,
    Notification.template != Template.DIGEST.value,
    ~_UNWANTED,
)
"""A person's inbox holds what they were told; without the wish for one, still what e-mail could not bring."""

_STATE = case(
    (Notification.way == "inbox", "inbox_only"),
    (Notification.state == "folded", case((_DIGEST.state == "sent", "sent_in_digest"), else_="in_digest")),
    (Notification.state == "sending", "queued"),
    else_=Notification.state,
)
_COLUMNS = (
    Notification.id,
    Notification.template,
    Notification.is_immediate,
    Notification.concern_id,
    Concern.case_number,
    Notification.placement_id,
    Notification.round_id,
    cast(_STATE, Text).label("delivery"),
    Notification.failure,
    Notification.created_at,
    Notification.read_at,
)
_SHOWN = (
    select(*_COLUMNS)
    .outerjoin(Concern, Concern.id == Notification.concern_id)
    .outerjoin(_DIGEST, _DIGEST.id == Notification.digest_id)
)
LIST = Filtered(
    _SHOWN.where(INBOX),
    Notification.id,
    unread=(Notification.read_at.is_(None) == bindparam("unread")),
)
"""What the caller was told, the oldest first."""

ONE = _SHOWN.where(INBOX, Notification.id == bindparam("id"))
"""One message to the caller."""

UNDELIVERED = Filtered(
    select(
        Notification.id,
        Notification.person_ref.label("person_id"),
        Notification.person_kind,
        Notification.role,
        Notification.template,
        Notification.concern_id,
        Concern.case_number,
        Notification.attempts,
        Notification.failure,
        Notification.created_at,
    )
    .outerjoin(Concern, Concern.id == Notification.concern_id)
    .where(Notification.partnership_id == PARTNERSHIP, WIDE, Notification.state == "failed"),
    Notification.id,
    **equal(Notification.concern_id),
)
"""Messages that no mail server took, for the partnership's office: somebody has a wrong address."""


class Reader(NamedTuple):
    """Who reads: as notifications name them, and whether e-mail reaches them at present."""

    person_ref: UUID
    has_address: bool


_LAST_FAILED = func.coalesce(
    select(Notification.state == "failed")
    .where(Notification.person_ref == bindparam("ref"), Notification.state.in_(["sent", "failed"]))
    .where(or_(Notification.way.is_(None), Notification.way != "inbox"))
    .order_by(Notification.created_at.desc(), Notification.id.desc())
    .limit(1)
    .scalar_subquery(),
    literal(value=False),
)
_WHO = union_all(
    select(Student.id, Student.email).where(Student.partnership_id == PARTNERSHIP, Student.id == PERSON),
    select(Person.id, Person.email).where(
        Person.partnership_id == PARTNERSHIP, or_(Person.id == PERSON, Person.educator_id == PERSON)
    ),
)


async def reader_of(session: AsyncSession | AsyncConnection, binds: dict[str, Any]) -> Reader:
    """The caller as somebody who is told; refused for systems and for people nobody knows."""
    if binds["p_person"] is None:
        raise Forbidden("people_only", "Only people have an inbox and wishes about being told.")
    row = (await session.execute(_WHO, binds)).first()
    if row is None:
        raise NotFound("person")
    failed = (await session.execute(select(_LAST_FAILED), {"ref": row[0]})).scalar_one()
    return Reader(row[0], bool(row[1]) and not failed)


async def wishes_of(
    session: AsyncSession | AsyncConnection, tenant: UUID, person_ref: UUID
) -> tuple[EmailWish, bool, int]:
    """What somebody wishes of e-mail and the inbox, and the version; 0 where they never said anything."""
    row = NotificationPreference
    statement = select(row.email, row.inbox, row.version).where(
        row.partnership_id == tenant, row.person_ref == person_ref
    )
    found = (await session.execute(statement)).one_or_none()
    return (EmailWish(found[0]), found[1], found[2]) if found else (EmailWish.AS_IT_HAPPENS, True, 0)
