"""What a policy would mean for a partnership today: for its open concerns, its signals, and the people it counts on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient
from services.placements.domain.escalation.differences import changed_for, changed_members, roles_of
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.recipients import Roster, reachable
from services.placements.domain.escalation.transitions import State
from services.placements.domain.signals import standing
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel
from services.placements.models.concerns import Concern
from services.placements.models.escalation_policies import PolicyLint
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.queries.escalation_policies import data_in_force, policy_from
from services.placements.queries.rosters import rosters_of
from services.placements.queries.signals import as_rules_see
from shared.calendar import london_day

_UNDER_WAY = ("confirmed", "active", "paused", "suspended")


@dataclass(frozen=True, slots=True)
class Differing:
    """An open concern for which something would be different, were it opened under the draft."""

    concern_id: UUID
    case_number: str
    level: str
    differences: list[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """A role in which nobody is found, or nobody who can be reached, for so many placements under way."""

    role: Recipient
    nobody: int
    no_address: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft beside the policy in force."""

    changed: list[str]
    open_concerns: int
    differing: list[Differing]
    would_open: list[UUID]
    """Placements whose signals of today would be a concern under the draft, and are none."""
    gaps: list[Gap]


async def preview(
    session: AsyncSession, partnership_id: UUID, draft: Mapping[str, Any], now: datetime
) -> Preview:
    """Compare a draft with what is in force. Nothing is written."""
    in_force = await data_in_force(session, partnership_id, now)
    policy = policy_from(dict(draft))
    concerns = await _open_concerns(session, partnership_id)
    differing = [found for row in concerns if (found := _differing(row, policy)).differences]
    return Preview(
        changed=changed_members(in_force, draft),
        open_concerns=len(concerns),
        differing=differing,
        would_open=await _would_open(session, partnership_id, policy, now),
        gaps=await gaps_of(session, partnership_id, policy, london_day(now)),
    )


async def _open_concerns(session: AsyncSession, partnership_id: UUID) -> list[Any]:
    columns = (
        Concern.id,
        Concern.case_number,
        Concern.level,
        Concern.about,
        Concern.immediate_at,
        Concern.compressed_at,
        Concern.policy,
    )
    statement = select(*columns).where(Concern.partnership_id == partnership_id, Concern.closed_at.is_(None))
    return list(await session.execute(statement.order_by(Concern.id)))


def _differing(row: Any, draft: Policy) -> Differing:
    state = State(
        ConcernLevel(row.level),
        ConcernAbout(row.about),
        is_immediate=row.immediate_at is not None,
        is_compressed=row.compressed_at is not None,
    )
    differences = changed_for(policy_from(row.policy), draft, state)
    return Differing(row.id, row.case_number, row.level, differences)


async def _would_open(
    session: AsyncSession, partnership_id: UUID, draft: Policy, now: datetime
) -> list[UUID]:
    statement = (
        select(Signal)
        .join(Placement, Placement.id == Signal.placement_id)
        .where(
            Signal.partnership_id == partnership_id,
            Signal.concern_id.is_(None),
            Signal.resolved_at.is_(None),
            Signal.expires_at > now,
            Placement.status.in_(_UNDER_WAY),
        )
    )
    by_route: defaultdict[tuple[UUID, str], list[Signal]] = defaultdict(list)
    for row in (await session.execute(statement)).scalars():
        by_route[row.placement_id, draft.route_of(ConcernAbout(row.about))].append(row)
    reached = {
        placement_id
        for (placement_id, _), signals in by_route.items()
        if standing(draft, as_rules_see(signals), now).points >= draft.opening_points
    }
    return sorted(reached)


async def gaps_of(session: AsyncSession, partnership_id: UUID, policy: Policy, today: date) -> list[Gap]:
    """The roles a policy counts on in which nobody, or nobody with an address, is there for some placement under way."""
    statement = select(Placement).where(
        Placement.partnership_id == partnership_id, Placement.status.in_(_UNDER_WAY)
    )
    placements = list((await session.execute(statement.order_by(Placement.id))).scalars())
    rosters = (await rosters_of(session, placements, today)).values() if placements else ()
    gaps = (
        Gap(
            role,
            nobody=sum(not roster.get(role) for roster in rosters),
            no_address=sum(_is_beyond_reach(roster, role) for roster in rosters),
        )
        for role in sorted(roles_of(policy))
    )
    return [gap for gap in gaps if gap.nobody or gap.no_address]


def _is_beyond_reach(roster: Roster, role: Recipient) -> bool:
    return bool(roster.get(role)) and not reachable(roster, role)


async def partnerships_not_linted(session: AsyncSession, today: date) -> list[UUID]:
    """Partnerships with placements under way whose policy nobody has looked at today; at most two."""
    looked = exists().where(
        PolicyLint.partnership_id == Placement.partnership_id, PolicyLint.checked_on == today
    )
    statement = (
        select(Placement.partnership_id)
        .where(Placement.status.in_(_UNDER_WAY), ~looked)
        .distinct()
        .order_by(Placement.partnership_id)
        .limit(2)
    )
    return list((await session.execute(statement)).scalars())
