"""Telling people: rows written with the change they tell of, leased by a sender, and settled after the mail server answered.

A message is sent by one sender at a time. Should a sender die between the mail server's yes and our note of it, the message
is sent again under the same Message-ID after the lease ends: nobody is left untold, and mail programs show it once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.recipients import Somebody
from services.placements.domain.escalation.telling import Way
from services.placements.models.concerns import Concern
from services.placements.models.notifications import Notification
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.students import Student
from shared.ids import new_id

LEASE = timedelta(minutes=2)
"""How long a sender has one batch to itself; longer than any answer of a mail server is waited for."""

WAITS = (60, 300, 1800, 7200, 21600, 43200)
"""Seconds until the next attempt after each failed one. After the last, the message is failed and shows in reports."""


_ADDRESS = case((Notification.person_kind == "student", Student.email), else_=Person.email)
_FOLDED = aliased(Notification)
_FOLDED_CASE = aliased(Concern)
_THINGS = (
    select(func.count()).where(_FOLDED.digest_id == Notification.id).correlate(Notification).scalar_subquery()
)
_CASES = (
    select(func.array_agg(_FOLDED_CASE.case_number.distinct()))
    .select_from(_FOLDED)
    .join(_FOLDED_CASE, _FOLDED_CASE.id == _FOLDED.concern_id)
    .where(_FOLDED.digest_id == Notification.id)
    .correlate(Notification)
    .scalar_subquery()
)
_LETTERS = (
    select(
        Notification.id,
        Notification.partnership_id,
        func.coalesce(_ADDRESS, ""),
        Notification.template,
        Concern.case_number,
        Notification.concern_id,
        Notification.placement_id,
        Notification.round_id,
        _THINGS,
        _CASES,
    )
    .outerjoin(Student, Student.id == Notification.person_ref)
    .outerjoin(Person, Person.id == Notification.person_ref)
    .outerjoin(Concern, Concern.id == Notification.concern_id)
    .order_by(Notification.id)
)
_QUEUE = insert(Notification).on_conflict_do_nothing(constraint="notified_once")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that this sender has leased: where it goes, and the little it may say."""

    notification_id: UUID
    partnership_id: UUID
    address: str
    template: Template
    case_number: str | None
    concern_id: UUID | None
    placement_id: UUID | None
    round_id: UUID | None = None
    things: int = 0
    """For a digest: how many messages are folded into it,"""
    case_numbers: tuple[str, ...] = ()
    """and which cases they are about."""


async def notify(
    session: AsyncSession,
    placement: Placement,
    people: Iterable[Somebody],
    template: Template,
    occasion: UUID,
    *,
    concern_id: UUID | None,
    now: datetime,
    later: list[dict[str, Any]] | None = None,
    immediate: bool = False,
) -> None:
    """Queue one message for each person, in the transaction of what it tells of. A second telling of it does nothing.

    With `later` they are added to it, for `queue` to write them all at once at the end of the transaction.
    """
    rows = [
        {
            **waiting(placement.partnership_id, person, template, occasion, now),
            "placement_id": placement.id,
            "concern_id": concern_id,
            "is_immediate": immediate,
        }
        for person in people
    ]
    if later is None:
        await queue(session, rows)
    else:
        later += rows


def waiting(
    partnership_id: UUID, person: Somebody, template: Template, occasion: UUID, now: datetime
) -> dict[str, Any]:
    """A message to one person that waits to be sent; of one occasion a person gets it once."""
    return {
        "id": new_id(),
        "partnership_id": partnership_id,
        "occasion_id": occasion,
        "person_ref": person.id,
        "person_kind": "student" if person.is_student else "person",
        "role": person.role.value,
        "channel": "email",
        "template": template.value,
        "dedupe_key": f"{occasion}:{template}:{person.id}",
        "state": "queued",
        "created_at": now,
    }


async def queue(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write messages that wait to be sent. One that is there already stays as it is."""
    if rows:
        connection = await session.connection()
        await connection.execute(_QUEUE, rows)


async def lease(session: AsyncSession, at_most: int) -> Sequence[Letter]:
    """Take messages that are to go now, so that no other sender sends them for as long as the lease lasts."""
    real = func.clock_timestamp()
    lapsed = (Notification.state == "sending") & (Notification.leased_until <= real)
    decided = (Notification.state == "queued") & (Notification.way == Way.AT_ONCE.value)
    waiting = (
        select(Notification.id)
        .where(Notification.next_attempt_at <= real, or_(decided, lapsed))
        .order_by(Notification.next_attempt_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)
        .cte("waiting")  # read once: a subquery could be run again, and lock more than were asked for
    )
    taken = (
        update(Notification)
        .where(Notification.id.in_(select(waiting.c.id)))
        .values(state="sending", leased_until=real + LEASE, attempts=Notification.attempts + 1)
        .returning(Notification.id)
    )
    ids = list((await session.execute(taken)).scalars())
    rows = await session.execute(_LETTERS.where(Notification.id.in_(ids)))
    return [_letter(row) for row in rows]


def _letter(row: Any) -> Letter:
    id_, partnership, address, template, case_number, concern, placement, round_, things, cases = row
    numbers = tuple(sorted(cases or ()))
    return Letter(
        id_,
        partnership,
        address,
        Template(template),
        case_number,
        concern,
        placement,
        round_,
        things,
        numbers,
    )


async def settle_sent(session: AsyncSession, notification_id: UUID, now: datetime) -> None:
    """The mail server took the message. `now` is the time of the domain."""
    await session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.state == "sending")
        .values(state="sent", sent_at=now, leased_until=None, failure=None)
    )


async def settle_failed(
    session: AsyncSession, notification_id: UUID, failure: str, *, for_good: bool
) -> None:
    """The message could not be sent: it waits for its next attempt, or is failed for good. `failure` is a code."""
    attempts = Notification.attempts
    waits = case(
        *((attempts == number, timedelta(seconds=wait)) for number, wait in enumerate(WAITS, start=1)),
        else_=timedelta(0),
    )
    over = true() if for_good else attempts > len(WAITS)
    await session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.state == "sending")
        .values(
            state=case((over, "failed"), else_="queued"),
            next_attempt_at=func.clock_timestamp() + waits,
            leased_until=None,
            failure=failure,
        )
    )


async def put_back(session: AsyncSession, notification_ids: Sequence[UUID]) -> None:
    """The mail server did not answer: the messages wait a minute, and this attempt does not count."""
    await session.execute(
        update(Notification)
        .where(Notification.id.in_(notification_ids), Notification.state == "sending")
        .values(
            state="queued",
            attempts=Notification.attempts - 1,
            next_attempt_at=func.clock_timestamp() + timedelta(minutes=1),
            leased_until=None,
        )
    )
