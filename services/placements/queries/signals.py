"""Reading signals, and the lock under which they are counted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.signals import Signal as Noted
from services.placements.domain.signals import weighed_since
from services.placements.domain.vocabulary import ConcernAbout, Severity
from services.placements.models.concerns import Concern
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.queries.concerns import on_route
from services.placements.queries.visibility import PERSON, PLACEMENTS
from shared.errors import NotFound
from shared.http.reading import listing


async def hold_signals_of(session: AsyncSession, placement_id: UUID) -> None:
    """Only one transaction at a time records signals of a placement: what they weigh together is read before writing."""
    await session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"signals:{placement_id}"}
    )


def as_rules_see(rows: Iterable[Any]) -> list[Noted]:
    """Stored signals as values."""
    return [
        Noted(
            rule=RuleCode(row.rule_code),
            severity=Severity(row.severity),
            about=ConcernAbout(row.about),
            cause=row.cause,
            occurred_at=weighed_since(row.weighed, row.occurred_at),
            expires_at=row.expires_at,
            resolved_at=row.resolved_at,
        )
        for row in rows
    ]


LIST = listing(
    select(
        Signal.id,
        Signal.placement_id,
        Signal.rule_code,
        Signal.severity,
        Signal.points,
        Signal.about,
        Signal.evidence,
        Signal.note,
        Signal.source,
        Signal.raised_by_role,
        Signal.occurred_at,
        Signal.weighed,
        Signal.expires_at,
        Signal.resolved_at,
        Signal.concern_id,
        Signal.concerning_side,
        Concern.case_number,
        Concern.outcome,
    )
    .join(Placement, Placement.id == Signal.placement_id)
    .outerjoin(Concern, Concern.id == Signal.concern_id)
    .where(
        PLACEMENTS,
        or_(on_route(Signal.route), Signal.raised_by_person_id == PERSON),
        Signal.placement_id == bindparam("placement_id"),
    ),
    Signal.id,
)
"""The signals of one placement, oldest first."""

_VISIBLE_PLACEMENT = select(Placement.id).where(PLACEMENTS, Placement.id == bindparam("placement_id"))


async def refuse_invisible_placement(
    session: AsyncSession | AsyncConnection, binds: dict[str, object], placement_id: UUID
) -> None:
    """Refuse a placement that is not there for the caller."""
    found = await session.execute(_VISIBLE_PLACEMENT, {**binds, "placement_id": placement_id})
    if found.one_or_none() is None:
        raise NotFound("placement")


async def student_of(session: AsyncSession, placement_id: UUID) -> tuple[UUID, UUID]:
    """The student of a placement, and their university."""
    statement = select(Placement.student_id, Placement.university_id).where(Placement.id == placement_id)
    row = (await session.execute(statement)).one()
    return row.student_id, row.university_id


async def case_number_of(session: AsyncSession, concern_id: UUID | None) -> str | None:
    """The case number of a concern."""
    if concern_id is None:
        return None
    return (await session.execute(select(Concern.case_number).where(Concern.id == concern_id))).scalar_one()


async def placements_under(session: AsyncSession, partnership_id: UUID, educator_id: UUID) -> list[UUID]:
    """The running placements of a practice educator, in a fixed order."""
    statement = (
        select(Placement.id)
        .where(
            Placement.partnership_id == partnership_id,
            Placement.educator_id == educator_id,
            Placement.status.in_(("active", "paused", "suspended")),
        )
        .order_by(Placement.id)
    )
    return list((await session.execute(statement)).scalars())
