"""Rows of a register, with defaults: say only what the test is about. Each factory writes in a transaction of its own."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, text

from services.educators.models.declarative import Tenanted
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    ActiveRole,
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    RegistrationCheck,
    SupportEpisode,
)
from services.educators.models.seats import Seat
from shared.db import Database
from shared.ids import new_id

ADDED_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
"""When everything here was added."""

_NUMBERS = count(100_000)
Row = TypeVar("Row", bound=Tenanted)


async def kept(db: Database, row: Row) -> Row:
    """Write one row, with what every row has unless it is given."""
    always = {"id": new_id(), "created_at": ADDED_AT, "updated_at": ADDED_AT, "version": 1}
    for name, value in always.items():
        if getattr(row, name, "no such column") is None:
            setattr(row, name, value)
    async with db.begin() as session:
        session.add(row)
    return row


async def an_educator(db: Database, partnership_id: UUID, **values: Any) -> Educator:
    defaults: dict[str, Any] = {
        "organisation_id": new_id(),
        "social_work_england_number": f"SW{next(_NUMBERS)}",
        "full_name": "Amara Fielding",
        "mode": "on_site",
        "employment": "employed",
        "peps_stage": "stage_2",
        "qualified_on": date(2010, 7, 1),
        "currency_status": "unverified",
    }
    return await kept(db, Educator(partnership_id=partnership_id, **(defaults | values)))


async def a_student_of(
    db: Database, educator: Educator, ended_on: date | None = date(2026, 4, 30), **values: Any
) -> SupportEpisode:
    defaults: dict[str, Any] = {
        "placement_level": "final",
        "role": "educator_of_record",
        "started_on": date(2014, 1, 6),
        "ended_on": ended_on,
        "midway_reported": False,
        "source": "reported",
    }
    return await kept(db, SupportEpisode(**_of(educator), **(defaults | values)))


async def a_learner_of(db: Database, educator: Educator, **values: Any) -> LearnerEpisode:
    defaults: dict[str, Any] = {
        "learner_kind": "asye",
        "started_on": date(2014, 1, 6),
        "ended_on": date(2026, 4, 30),
        "assessed_against_pcf": True,
        "source": "reported",
    }
    return await kept(db, LearnerEpisode(**_of(educator), **(defaults | values)))


async def a_role_of(db: Database, educator: Educator, **values: Any) -> ActiveRole:
    defaults: dict[str, Any] = {"role_kind": "teaches_programme", "started_on": date(2014, 1, 6)}
    return await kept(db, ActiveRole(**_of(educator), **(defaults | values)))


async def cpd_of(db: Database, educator: Educator, on: date = date(2026, 6, 15), **values: Any) -> CpdRecord:
    defaults: dict[str, Any] = {
        "title": "Assessing with the PCF",
        "practice_education": True,
        "peer_reflection": False,
        "source": "reported",
    }
    return await kept(db, CpdRecord(**_of(educator), on=on, **(defaults | values)))


async def a_check_in_of(
    db: Database, educator: Educator, on: date, *, confirmed: bool = True
) -> ManagerCheckIn:
    return await kept(db, ManagerCheckIn(**_of(educator), on=on, confirmed=confirmed))


async def a_register_check_of(db: Database, educator: Educator, on: date, **values: Any) -> RegistrationCheck:
    defaults: dict[str, Any] = {"status": "registered", "restriction": "none"}
    return await kept(db, RegistrationCheck(**_of(educator), checked_on=on, **(defaults | values)))


async def a_current_educator(db: Database, partnership_id: UUID, **values: Any) -> Educator:
    """With a student last spring and CPD this summer."""
    educator = await an_educator(db, partnership_id, **({"currency_status": "current"} | values))
    await a_student_of(db, educator)
    await cpd_of(db, educator)
    return educator


async def a_seat_with(
    db: Database, educator: Educator, starts_on: date, ends_on: date, **values: Any
) -> Seat:
    defaults: dict[str, Any] = {"placement_id": new_id(), "held_at": ADDED_AT}
    return await kept(db, Seat(**_of(educator), starts_on=starts_on, ends_on=ends_on, **(defaults | values)))


async def told(db: Database, *types: str) -> list[tuple[str, dict[str, Any]]]:
    """What was published so far, oldest first: type and data; only the given types if any are given."""
    async with db.read() as connection:
        rows = (
            await connection.execute(text("select type, data from events order by recorded_at, id"))
        ).all()
    return [(row.type, row.data) for row in rows if not types or row.type in types]


async def the(db: Database, model: type[Row], **values: Any) -> Row:
    """The one row with these values."""
    async with db.begin() as session:
        return (await session.execute(select(model).filter_by(**values))).scalar_one()


def _of(educator: Educator) -> dict[str, UUID]:
    return {"partnership_id": educator.partnership_id, "educator_id": educator.id}
