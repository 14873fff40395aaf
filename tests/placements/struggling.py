"""A placement with everybody around it, and what is noticed about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.operations.cases import Case
from services.placements.operations.signals import Noticed, record
from shared.calendar import ENGLAND, LONDON
from shared.clock import Clock
from shared.db import Database
from shared.events.tables import events
from shared.ids import new_id
from tests.placements import factories

OTHERS = ("practice_educator", "coordinator", "practice_education_lead", "programme_manager", "panel_chair")
"""Roles around a placement, beside the tutor and the supervisor that every partnership of the factories has."""


@dataclass(frozen=True)
class Struggling:
    """The ids of a placement and of everybody around it, by role."""

    partnership_id: UUID
    placement_id: UUID
    student_id: UUID
    university_id: UUID
    host_id: UUID
    educator_id: UUID
    people: dict[str, UUID]


def london_at(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """An instant in London in 2026, in UTC; five in the afternoon unless told otherwise."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


async def a_placement(
    db: Database,
    *,
    now: datetime,
    without: Collection[str] = (),
    deputies: Collection[str] = (),
    **placement: Any,
) -> Struggling:
    """A placement under way, with a person in every role except those in `without`; those in `deputies` have one."""
    around = await factories.a_partnership(db)
    university, host = around.university.id, around.council.id
    at_home = {"tutor": university, "coordinator": university, "practice_education_lead": host}
    people: dict[str, UUID] = {"tutor": around.tutor.id, "on_site_supervisor": around.supervisor.id}
    for role in deputies:
        deputy = await factories.a_person(db, around.id, roles=(), email=f"deputy.{role}@example.org")
        people[f"deputy_{role}"] = deputy.id
    for role in OTHERS:
        if role not in without:
            person = await factories.a_person(
                db,
                around.id,
                organisation_id=at_home.get(role, host if role == "practice_educator" else None),
                roles=(role,),
                email=f"{role}@example.org",
                educator_id=around.educator_id if role == "practice_educator" else None,
                deputy_person_id=people.get(f"deputy_{role}"),
            )
            people[role] = person.id
    facts = {"status": "active", "starts_on": now.date()} | placement
    row = await factories.a_placement(db, around, **facts)
    return Struggling(around.id, row.id, around.student.id, university, host, around.educator_id, people)


def absence(in_a_row: int, now: datetime, *, session_id: str | None = None, hub: str = "hub-1") -> Noticed:
    """As many un-notified hub absences in a row."""
    facts = {
        "consecutive_unnotified": in_a_row,
        "unnotified_of_last_six": in_a_row,
        "sessions_of_last_six": 6,
    }
    return Noticed(
        rule=RuleCode.HUB_ABSENCE,
        facts=facts,
        cause=hub,
        occurrence=session_id or str(new_id()),
        occurred_at=now,
        source="hubs",
        evidence={"hub_id": hub},
    )


def red_review(now: datetime, *, review: str = "review-1", about: str = "practice_education") -> Noticed:
    """A QAMP review with a red section."""
    return Noticed(
        rule=RuleCode.REVIEW_RAG,
        facts={"red_sections": 1, "amber_sections": 0},
        cause=review,
        occurrence=review,
        occurred_at=now,
        source="reviews",
        about=ConcernAbout(about),
        evidence={"review_id": review},
    )


async def notice(db: Database, clock: Clock, at: Struggling, *noticed: Noticed) -> None:
    """Record what was noticed, each in a transaction of its own."""
    for each in noticed:
        async with db.begin() as session:
            await record(session, at.placement_id, each, calendar=ENGLAND, now=clock.now())


async def a_concern(db: Database, clock: Clock, **facts: Any) -> tuple[Struggling, UUID]:
    """A placement with an open early conversation: one red review about wellbeing."""
    at = await a_placement(db, now=clock.now(), **facts)
    await notice(db, clock, at, red_review(clock.now(), about="wellbeing"))
    return at, (await the_concern(db, at)).id


async def the_concern(db: Database, at: Struggling) -> Concern:
    """The newest concern of the placement."""
    async with db.begin() as session:
        statement = select(Concern).where(Concern.placement_id == at.placement_id).order_by(Concern.id.desc())
        return (await session.execute(statement.limit(1))).scalar_one()


async def transitions_of(db: Database, concern_id: UUID) -> list[tuple[str, str]]:
    """The levels a concern entered and why, in order."""
    async with db.begin() as session:
        statement = (
            select(ConcernTransition.level, ConcernTransition.why)
            .where(ConcernTransition.concern_id == concern_id)
            .order_by(ConcernTransition.id)
        )
        return [(row[0], row[1]) for row in await session.execute(statement)]


async def open_steps_of(db: Database, concern_id: UUID) -> dict[str, datetime]:
    """What is due, and when."""
    async with db.begin() as session:
        statement = select(ConcernStep.step, ConcernStep.due_at).where(
            ConcernStep.concern_id == concern_id,
            ConcernStep.done_at.is_(None),
            ConcernStep.fired_at.is_(None),
        )
        return {row[0]: row[1] for row in await session.execute(statement)}


async def told(db: Database, concern_id: UUID, template: str = "concern_level") -> list[str]:
    """The roles that were told with a template, in order."""
    async with db.begin() as session:
        statement = (
            select(Notification.role)
            .where(Notification.concern_id == concern_id, Notification.template == template)
            .order_by(Notification.created_at, Notification.id)
        )
        return list((await session.execute(statement)).scalars())


async def published(db: Database, type_: str) -> int:
    """How many messages of a type were published."""
    async with db.begin() as session:
        statement = select(func.count()).select_from(events).where(events.c.type == type_)
        return int((await session.execute(statement)).scalar_one())


async def case_of(session: AsyncSession, concern_id: UUID, now: datetime) -> Case:
    """A concern as somebody holds it who acts on it."""
    concern = (
        await session.execute(select(Concern).where(Concern.id == concern_id).with_for_update())
    ).scalar_one()
    placement = await session.get(Placement, concern.placement_id)
    assert placement is not None
    return Case(session, concern, placement, ENGLAND, now)
