"""Action plans: what an educator means to do with what they learnt, and three months later, whether they did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.cpd import FOLLOW_UP_MONTHS, PlanStatus
from services.educators.domain.months import add_months
from services.educators.domain.records import faults_before
from services.educators.models.cpd import CpdActionPlan, CpdActivity
from services.educators.operations.authors import Author
from services.educators.queries.cpd_evaluations import was_there
from shared.calendar import london_day
from shared.errors import Forbidden, Invalid, InvalidState, StaleVersion
from shared.ids import new_id

NOT_YOUR_PLAN = ("not_your_plan", "An action plan is the educator's own.")


async def plan(
    session: AsyncSession, author: Author, activity: CpdActivity, values: Mapping[str, Any], now: datetime
) -> CpdActionPlan:
    """What the educator means to do, by when; it is followed up three months from now. Refused unless they were there."""
    if author.person_id is None or not await was_there(session, activity.id, author.person_id):
        raise Forbidden("was_not_there", "Only educators who were there make an action plan, in person.")
    _expect_in_time(values, now)
    made = CpdActionPlan(
        id=new_id(),
        partnership_id=activity.partnership_id,
        educator_id=author.person_id,
        activity_id=activity.id,
        follow_up_on=add_months(london_day(now), FOLLOW_UP_MONTHS),
        status=PlanStatus.OPEN,
        created_at=now,
        updated_at=now,
        version=1,
        **values,
    )
    session.add(made)
    await session.flush()
    return made


async def change(
    session: AsyncSession,
    author: Author,
    held: CpdActionPlan,
    values: Mapping[str, Any],
    *,
    seen: int | None,
    now: datetime,
) -> None:
    """Change an open plan."""
    _expect_own_and_open(author, held, seen)
    _expect_in_time(values, now)
    differing = {name: value for name, value in values.items() if getattr(held, name) != value}
    if differing:
        for name, value in differing.items():
            setattr(held, name, value)
        _touch(held, now)
        await session.flush()


async def review(
    session: AsyncSession,
    author: Author,
    held: CpdActionPlan,
    outcome: PlanStatus,
    *,
    seen: int | None,
    now: datetime,
) -> None:
    """Say whether it was done."""
    _expect_own_and_open(author, held, seen)
    held.status = outcome
    held.reviewed_at = now
    _touch(held, now)
    await session.flush()


def _expect_own_and_open(author: Author, held: CpdActionPlan, seen: int | None) -> None:
    if author.person_id != held.educator_id:
        raise Forbidden(*NOT_YOUR_PLAN)
    if seen is not None and seen != held.version:
        raise StaleVersion
    if held.status != PlanStatus.OPEN:
        raise InvalidState("action plan", held.status, ())


def _expect_in_time(values: Mapping[str, Any], now: datetime) -> None:
    faults = list(faults_before("/by_on", values.get("by_on"), london_day(now)))
    if faults:
        raise Invalid(faults)


def _touch(held: CpdActionPlan, now: datetime) -> None:
    held.version += 1
    held.updated_at = now
