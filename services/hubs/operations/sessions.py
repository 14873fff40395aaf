"""Sessions: planning them ahead, and giving every member their turn to present."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.hubs import Cadence
from services.hubs.domain.planning import (
    PlannedSession,
    Rhythm,
    SessionKind,
    begins_at,
    plan_evenly,
    plan_sessions,
)
from services.hubs.domain.rota import Presenter, presenter_rota
from services.hubs.messages import SessionPlanned
from services.hubs.models.hubs import Hub
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.queries.hubs import closed_days, hold_hub
from services.hubs.queries.memberships import taking_turns
from services.hubs.queries.sessions import sessions_of
from shared.calendar import ENGLAND, ONE_DAY, Calendar, london_day
from shared.errors import Conflict, Fault, Invalid
from shared.events.outbox import publish
from shared.ids import new_id

MOST_SESSIONS = 200
"""No plan has more sessions than this."""


class AlreadyPlanned(Conflict):
    """The hub has sessions from this day on."""

    def __init__(self, last_on: date) -> None:
        super().__init__(
            "already_planned",
            f"Sessions are planned up to {last_on.isoformat()}. Plan from the day after.",
            last_on=last_on.isoformat(),
        )


class NothingToPlan(Conflict):
    """Between these days there is no day on which the hub could meet."""

    def __init__(self) -> None:
        super().__init__("nothing_to_plan", "There is no open day on which the hub meets in this time.")


@dataclass(frozen=True, slots=True)
class Span:
    """What to plan: from which day, until which (the hub's last day where none is given), and how many at most.

    Without a first day the members' placements say from when until when. `evenly` spreads exactly `count` sessions.
    """

    starts_on: date | None = None
    ends_on: date | None = None
    count: int | None = None
    evenly: bool = False


async def plan(
    session: AsyncSession, author: Author, hub: Hub, span: Span, now: datetime
) -> Sequence[HubSession]:
    """Add the sessions of a span to a hub that is held, with a presenter for each. Publishes each session."""
    author.must_lead(hub)
    earlier = await sessions_of(session, author.tenant, hub.id)
    last_on = max((one.held_on for one in earlier if one.cancelled_at is None), default=None)
    first, until = await _days(session, hub, span, last_on)
    if last_on is not None and last_on >= first:
        raise AlreadyPlanned(last_on)
    calendar = ENGLAND.with_closures(await closed_days(session, author.tenant, hub.id, first))
    planned = _planned(hub, span, (first, until), calendar, _last_of(earlier))
    if not planned:
        raise NothingToPlan
    rows = [_row(hub, one, now) for one in planned]
    session.add_all(rows)
    await session.flush()
    await rotate_presenters(session, hub.partnership_id, hub.id, now)
    for row in rows:
        await _tell(session, row, now)
    return rows


async def rotate_presenters(session: AsyncSession, tenant: UUID, hub_id: UUID, now: datetime) -> None:
    """Share the sessions still to come among the members there are now; what was held keeps its presenter."""
    # One at a time for each hub: two rotations at once would each share among the members it happened to see.
    await hold_hub(session, tenant, hub_id)
    today = london_day(now)
    sessions = [one for one in await sessions_of(session, tenant, hub_id) if one.cancelled_at is None]
    ahead = [one for one in sessions if one.recorded_at is None and one.held_on >= today]
    behind = [one for one in sessions if one not in ahead]
    if not ahead:
        return
    presented: dict[UUID | None, list[SessionKind]] = {}
    for one in behind:
        presented.setdefault(one.presenter_membership_id, []).append(SessionKind(one.kind))
    members = [
        Presenter(membership.id, membership.joined_on, leaves_on, tuple(presented.get(membership.id, ())))
        for membership, leaves_on in await taking_turns(session, tenant, hub_id)
    ]
    rota = presenter_rota([_as_planned(one) for one in ahead], members)
    for one in ahead:
        if one.presenter_membership_id != rota.get(one.number):
            one.presenter_membership_id = rota.get(one.number)
            one.version += 1
            one.updated_at = now
    await session.flush()


async def _days(
    session: AsyncSession, hub: Hub, span: Span, last_on: date | None
) -> tuple[date, date | None]:
    """The first and last day to plan for; no last day where the number of sessions says when to stop."""
    ends = [day for day in (span.ends_on, hub.ends_on) if day is not None]
    first = span.starts_on
    if first is None:
        turns = await taking_turns(session, hub.partnership_id, hub.id)
        if not turns:
            raise Invalid(
                [Fault("/starts_on", "no_members", "The hub has no members yet: say from when on.")]
            )
        ends.append(max(leaves_on for _, leaves_on in turns))
        first = min(membership.joined_on for membership, _ in turns)
        first = first if last_on is None else max(first, last_on + ONE_DAY)
    if not ends and (span.count is None or span.evenly):
        words = "The hub has no last day: say until when, or how many sessions."
        raise Invalid([Fault("/ends_on", "open_ended", words)])
    return max(first, hub.starts_on), min(ends) if ends else None


def _planned(
    hub: Hub,
    span: Span,
    days: tuple[date, date | None],
    calendar: Calendar,
    after: PlannedSession | None,
) -> tuple[PlannedSession, ...]:
    first, until = days
    count = min(span.count or MOST_SESSIONS, MOST_SESSIONS)
    if span.evenly and until is not None:
        return plan_evenly(hub.weekday, (first, until), calendar, count, after=after)
    rhythm = Rhythm(Cadence(hub.cadence), hub.weekday)
    return plan_sessions(rhythm, first, calendar, ends_on=until, count=count, after=after)


def _last_of(sessions: Sequence[HubSession]) -> PlannedSession | None:
    """The session after which numbers and kinds go on: a cancelled one counts unless the plan closed up."""
    counted = [one for one in sessions if not one.plan_closed_up]
    return _as_planned(counted[-1]) if counted else None


def _row(hub: Hub, planned: PlannedSession, now: datetime) -> HubSession:
    return HubSession(
        id=new_id(),
        partnership_id=hub.partnership_id,
        hub_id=hub.id,
        number=planned.number,
        kind=planned.kind.value,
        held_on=planned.held_on,
        begins_at=begins_at(planned.held_on, hub.starts_at),
        minutes=hub.minutes,
        register_version=0,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _as_planned(row: HubSession) -> PlannedSession:
    return PlannedSession(row.number, SessionKind(row.kind), row.held_on)


async def _tell(session: AsyncSession, row: HubSession, now: datetime) -> None:
    message = SessionPlanned(
        session_id=row.id, hub_id=row.hub_id, number=row.number, kind=row.kind, held_on=row.held_on
    )
    await publish(session, message, partnership_id=row.partnership_id, subject=row.id, now=now)
