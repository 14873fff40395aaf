"""Deciding how people are told, and making the digests of a working morning. Each message is decided once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.reading import read_limits
from services.placements.domain.escalation.telling import (
    EmailWish,
    Limits,
    Today,
    Way,
    digest_until,
    way,
)
from services.placements.models.concerns import Concern
from services.placements.models.notification_preferences import NotificationPreference
from services.placements.models.notifications import Notification
from services.placements.queries.escalation_policies import data_in_force, policy_from
from shared.calendar import Calendar, london_day
from shared.ids import new_id

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('sort_notifications', 0))")
_WISH = func.coalesce(NotificationPreference.email, EmailWish.AS_IT_HAPPENS.value).label("wish")
_UNSORTED = (
    select(
        Notification.id,
        Notification.partnership_id,
        Notification.person_ref,
        Notification.concern_id,
        Notification.template,
        Notification.is_immediate,
        Concern.policy["messages"].label("limits"),
        _WISH,
    )
    .outerjoin(Concern, Concern.id == Notification.concern_id)
    .outerjoin(
        NotificationPreference,
        and_(
            NotificationPreference.partnership_id == Notification.partnership_id,
            NotificationPreference.person_ref == Notification.person_ref,
        ),
    )
    .where(Notification.state == "queued", Notification.way.is_(None))
    .order_by(Notification.created_at, Notification.id)
)
_DECIDED = (
    update(Notification)
    .where(Notification.id == bindparam("decided_id"), Notification.way.is_(None))
    .values(
        way=bindparam("decided_way"),
        state=bindparam("decided_state"),
        told_on=bindparam("decided_day"),
        sent_at=bindparam("decided_at"),
    )
)
_STATES = {Way.AT_ONCE: "queued", Way.DIGEST: "folded", Way.INBOX: "sent"}


async def sort(session: AsyncSession, at_most: int, now: datetime) -> int:
    """Decide how waiting messages go, oldest first; returns how many were decided. One sorter at a time: it counts first."""
    await session.execute(_LOCK)
    rows = (await session.execute(_UNSORTED.limit(at_most))).all()
    if not rows:
        return 0
    day = london_day(now)
    told = await _told_at_once(session, {row.person_ref for row in rows}, day)
    in_force = await _limits_in_force(session, {row.partnership_id for row in rows}, now)
    decided = [
        _decision(
            row,
            told[row.person_ref],
            read_limits(row.limits) if row.concern_id else in_force[row.partnership_id],
            day,
            now,
        )
        for row in rows
    ]
    connection = await session.connection()
    await connection.execute(_DECIDED, decided)
    return len(rows)


async def _limits_in_force(
    session: AsyncSession, partnership_ids: Iterable[UUID], now: datetime
) -> dict[UUID, Limits]:
    return {each: policy_from(await data_in_force(session, each, now)).limits for each in partnership_ids}


def _decision(row: Any, today: Today, limits: Limits, day: date, now: datetime) -> dict[str, Any]:
    template, wish = Template(row.template), EmailWish(row.wish)
    found = way(template, row.concern_id, wish, today, now, limits, immediate=row.is_immediate)
    return {
        "decided_id": row.id,
        "decided_way": found.value,
        "decided_state": _STATES[found],
        "decided_day": day if found is Way.AT_ONCE else None,
        "decided_at": now if found is Way.INBOX else None,
    }


async def _told_at_once(
    session: AsyncSession, people: Collection[UUID], day: date
) -> defaultdict[UUID, Today]:
    statement = select(Notification.person_ref, Notification.concern_id).where(
        Notification.person_ref.in_(people),
        Notification.told_on == day,
        Notification.template != Template.DIGEST.value,
    )
    told: defaultdict[UUID, Today] = defaultdict(Today)
    for person, concern in await session.execute(statement):
        told[person].note(concern)
    return told


_DIGEST = aliased(Notification)
_MAKE = insert(Notification).on_conflict_do_nothing(constraint="notified_once").returning(Notification.id)
_TODAYS = _DIGEST.dedupe_key == func.concat(
    "digest:", Notification.person_ref, ":", bindparam("day", type_=Text())
)
_TO_DIGEST = (
    select(
        Notification.partnership_id,
        Notification.person_ref,
        Notification.person_kind,
        func.min(Notification.role).label("role"),
    )
    .where(
        Notification.partnership_id == bindparam("partnership_id"),
        Notification.state == "folded",
        Notification.digest_id.is_(None),
        Notification.created_at <= bindparam("until"),
        ~exists().where(_TODAYS),
    )
    .group_by(Notification.partnership_id, Notification.person_ref, Notification.person_kind)
    .order_by(Notification.person_ref)
)
_WAITING = (
    select(Notification.partnership_id)
    .where(Notification.state == "folded", Notification.digest_id.is_(None))
    .distinct()
)
_FOLD_IN = (
    update(Notification)
    .where(
        _DIGEST.id.in_(bindparam("made", expanding=True)),
        Notification.person_ref == _DIGEST.person_ref,
        Notification.state == "folded",
        Notification.digest_id.is_(None),
        Notification.created_at <= bindparam("until"),
    )
    .values(digest_id=_DIGEST.id)
    .execution_options(synchronize_session=False)
)


async def make_digests(session: AsyncSession, at_most: int, calendar: Calendar, now: datetime) -> int:
    """Make today's digests for people who wait for one: one each, by constraint. Returns for how many people.

    They go out when the quiet hours of the partnership's policy end; `at_most` people of each partnership get theirs.
    """
    waiting = (await session.execute(_WAITING)).scalars()
    made = 0
    for partnership_id, limits in (await _limits_in_force(session, list(waiting), now)).items():
        until = digest_until(now, calendar, limits)
        if until is not None:
            made += await _make_digests(session, partnership_id, until, at_most, now)
    return made


async def _make_digests(
    session: AsyncSession, partnership_id: UUID, until: datetime, at_most: int, now: datetime
) -> int:
    day = london_day(now)
    asked = {"partnership_id": partnership_id, "until": until, "day": day.isoformat()}
    waiting = (await session.execute(_TO_DIGEST.limit(at_most), asked)).all()
    if not waiting:
        return 0
    made = [row[0] for row in await session.execute(_MAKE.values(list(_digests(waiting, day, now))))]
    if made:
        await session.execute(_FOLD_IN, {"made": made, "until": until})
    return len(made)


def _digests(waiting: Iterable[Any], day: date, now: datetime) -> Iterable[dict[str, Any]]:
    for row in waiting:
        id_ = new_id()
        yield {
            "id": id_,
            "partnership_id": row.partnership_id,
            "placement_id": None,
            "occasion_id": id_,
            "person_ref": row.person_ref,
            "person_kind": row.person_kind,
            "role": row.role,
            "channel": "email",
            "template": Template.DIGEST.value,
            "dedupe_key": f"digest:{row.person_ref}:{day.isoformat()}",
            "state": "queued",
            "way": Way.AT_ONCE.value,
            "told_on": day,
            "created_at": now,
        }
