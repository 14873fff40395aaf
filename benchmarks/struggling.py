"""A partnership where many placements struggle: one early conversation opened as the service does, and copies of it."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from benchmarks import partnership
from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.operations.signals import Noticed, record
from shared.calendar import ENGLAND
from shared.db import Database
from shared.ids import new_id

OPENED_AT = datetime(2026, 9, 14, 9, tzinfo=UTC)
LEVELS_DUE = tuple(OPENED_AT + timedelta(days=days) for days in (7, 35, 63))
"""Instants at which an early conversation, then stage one, then stage two that nobody cared for are long due."""

_ROLES = (
    "practice_educator",
    "tutor",
    "coordinator",
    "practice_education_lead",
    "programme_manager",
    "panel_chair",
)

_COPIES = (
    (
        "create temporary table copies on commit drop as select n, gen_random_uuid() as student_id,"
        " gen_random_uuid() as placement_id, gen_random_uuid() as id, c.id as like_id, p.id as like_placement_id,"
        " p.student_id as like_student_id from concerns c join placements p on p.id = c.placement_id,"
        " generate_series(1, :n) as n"
    ),
    (
        "insert into students select (jsonb_populate_record(s, jsonb_build_object('id', c.student_id))).*"
        " from copies c join students s on s.id = c.like_student_id"
    ),
    (
        "insert into placements select (jsonb_populate_record(p, jsonb_build_object('id', c.placement_id,"
        " 'student_id', c.student_id))).* from copies c join placements p on p.id = c.like_placement_id"
    ),
    (
        "insert into concerns select (jsonb_populate_record(o, jsonb_build_object('id', c.id,"
        " 'placement_id', c.placement_id, 'case_number', 'PC-C-' || c.n))).*"
        " from copies c join concerns o on o.id = c.like_id"
    ),
    (
        "insert into concern_transitions select (jsonb_populate_record(t, jsonb_build_object("
        "'id', gen_random_uuid(), 'concern_id', c.id))).*"
        " from copies c join concern_transitions t on t.concern_id = c.like_id"
    ),
    (
        "insert into concern_steps select (jsonb_populate_record(s, jsonb_build_object("
        "'id', gen_random_uuid(), 'concern_id', c.id))).* from copies c join concern_steps s on s.concern_id = c.like_id"
    ),
    (
        "insert into events (id, partnership_id, type, subject_id, audience, data, occurred_at)"
        " select gen_random_uuid(), e.partnership_id, e.type, c.id, e.audience, e.data, e.occurred_at"
        " from copies c join events e on e.type = 'concern.opened' and e.subject_id = c.like_id"
    ),
)


async def fill(db: Database, cases: int) -> None:
    """Write so many open early conversations into an empty placements database, one through the service."""
    tenant = await asyncio.to_thread(partnership.fill, db.url)
    async with db.begin() as session:
        statement = select(Placement).where(Placement.partnership_id == tenant).limit(1)
        placement = (await session.execute(statement)).scalar_one()
        session.add_all([_person(role, placement) for role in _ROLES])
        await session.flush()
        red = Noticed(
            rule=RuleCode.REVIEW_RAG,
            facts={"red_sections": 1},
            cause="review",
            occurrence="review",
            occurred_at=OPENED_AT,
            source="reviews",
            about=ConcernAbout.WELLBEING,
        )
        await record(session, placement.id, red, calendar=ENGLAND, now=OPENED_AT)
    await copy(db, cases - 1)


async def copy(db: Database, copies: int) -> None:
    """Write the only concern of a database so many times more, with its placement, student, first steps and message."""
    async with db.begin() as session:
        for statement in _COPIES:
            await session.execute(text(statement), {"n": copies} if ":n" in statement else {})


def _person(role: str, placement: Placement) -> Person:
    return Person(
        id=new_id(),
        partnership_id=placement.partnership_id,
        organisation_id=placement.university_id if role == "tutor" else None,
        full_name="Somebody",
        email=f"{role}@example.org",
        roles=[role],
        educator_id=placement.educator_id if role == "practice_educator" else None,
        version=1,
        created_at=OPENED_AT,
        updated_at=OPENED_AT,
    )
