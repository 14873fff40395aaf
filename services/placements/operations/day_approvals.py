"""Approving the days of many placements at once: one statement for all, and one result for each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import ENDED
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement, PlacementDay
from services.placements.operations.placement_days import BEGUN, refuse_stretch
from services.placements.queries.visibility import PLACEMENTS
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.errors import TooLarge

AT_ONCE = 1000
"""Placements one call may be about."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose days: the placements named, or all that fit the filters."""

    placement_ids: Sequence[UUID] | None = None
    filters: Mapping[str, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one placement's days: how many were approved, or the code of why none was."""

    placement_id: UUID
    approved: int
    refused: str | None = None


async def approve_many(  # noqa: PLR0917 - who approves, whose days, and which
    session: AsyncSession,
    principal: Principal,
    binds: dict[str, object],
    chosen: Chosen,
    first: date,
    last: date,
    *,
    now: datetime,
) -> list[Outcome]:
    """Approve what waits from `first` to `last` in all chosen placements that are the caller's to approve.

    The placements are held in the order of their ids, so that two such calls never wait for each other in a circle. A
    placement the caller cannot see is `not_found`, as if it were not there.
    """
    refuse_stretch(first, last, london_day(now))
    rows = await _hold(session, binds, chosen)
    refused = {row.id: code for row in rows if (code := _refusal(principal, row)) is not None}
    ids = [row.id for row in rows if row.id not in refused]
    approved = await _approve(session, ids, first, last, principal.subject, now)
    nothing = [each for each in ids if each not in approved]
    recorded = await _recorded(session, nothing, first, last)
    refused |= {each: "already_approved" if each in recorded else "nothing_to_approve" for each in nothing}
    unseen = set(chosen.placement_ids or ()) - {row.id for row in rows}
    refused |= dict.fromkeys(unseen, "not_found")
    outcomes = [Outcome(id_, count) for id_, count in approved.items()]
    outcomes += [Outcome(id_, 0, code) for id_, code in refused.items()]
    return sorted(outcomes, key=lambda each: each.placement_id)


async def _hold(session: AsyncSession, binds: dict[str, object], chosen: Chosen) -> Sequence[Any]:
    columns = (Placement.id, Placement.status, Placement.educator_id, Placement.on_site_supervisor_person_id)
    statement = select(*columns).where(PLACEMENTS).order_by(Placement.id).limit(AT_ONCE + 1)
    if chosen.placement_ids is not None:
        statement = statement.where(Placement.id.in_(list(chosen.placement_ids)))
    else:
        statement = statement.where(Placement.status.in_([status.value for status in BEGUN]))
    for name, value in (chosen.filters or {}).items():
        statement = statement.where(getattr(Placement, name) == value)
    rows = (await session.execute(statement.with_for_update(key_share=True), binds)).all()
    if len(rows) > AT_ONCE:
        words = f"These are more than {AT_ONCE} placements; narrow the choice."
        raise TooLarge("too_many_placements", words, limit=AT_ONCE)
    return rows


def _refusal(principal: Principal, row: Any) -> str | None:
    person = principal.person_id
    theirs = person is not None and person in (row.educator_id, row.on_site_supervisor_person_id)
    if not theirs and not principal.partnership_wide:
        return "not_yours_to_approve"
    status = PlacementStatus(row.status)
    if status in ENDED:
        return "placement_ended"
    return None if status in BEGUN else "placement_not_begun"


async def _approve(  # noqa: PLR0917 - the columns, and which rows
    session: AsyncSession, ids: Collection[UUID], first: date, last: date, by: str, now: datetime
) -> dict[UUID, int]:
    done = (
        update(PlacementDay)
        .where(
            PlacementDay.placement_id.in_(ids),
            PlacementDay.on.between(first, last),
            PlacementDay.approved_at.is_(None),
        )
        .values(approved_at=now, approved_by=by)
        .returning(PlacementDay.placement_id)
        .cte("done")
    )
    counted = await session.execute(select(done.c.placement_id, func.count()).group_by(done.c.placement_id))
    return {row[0]: row[1] for row in counted}


async def _recorded(session: AsyncSession, ids: Collection[UUID], first: date, last: date) -> set[UUID]:
    statement = select(PlacementDay.placement_id).where(
        PlacementDay.placement_id.in_(ids), PlacementDay.on.between(first, last)
    )
    return set((await session.execute(statement.distinct())).scalars())
