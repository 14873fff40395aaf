import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, ManagerCheckIn, SupportEpisode
from services.educators.models.rule_parameters import RuleParameters
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.evidence import record
from shared.db import Database
from shared.errors import Forbidden, Invalid
from shared.ids import new_id
from tests.educators.factories import (
    a_current_educator,
    a_student_of,
    an_educator,
    cpd_of,
    kept,
    the,
    told,
)

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
STUDENT = {
    "placement_level": "final",
    "role": "educator_of_record",
    "started_on": date(2025, 10, 6),
    "ended_on": date(2026, 4, 30),
    "midway_reported": True,
}


def office(educator: Educator) -> Author:
    return Author(educator.partnership_id, None, wide=True)


async def settled(db: Database, partnership_id: UUID, *ids: UUID, now: datetime = NOW) -> int:
    async with db.begin() as session:
        return await settle(session, partnership_id, ids, now)


async def recorded(db: Database, educator: Educator, model: Any, **values: Any) -> Any:
    async with db.begin() as session:
        return await record(session, office(educator), model, educator.id, values=values, now=NOW)


def cpd(on: date) -> dict[str, Any]:
    return {"on": on, "title": "A day", "practice_education": True, "peer_reflection": False}


async def test_evidence_makes_an_educator_current_and_tells_so_once(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    await recorded(educators_db, educator, SupportEpisode, **STUDENT)
    await recorded(educators_db, educator, CpdRecord, **cpd(date(2026, 6, 15)))
    await recorded(educators_db, educator, CpdRecord, **cpd(date(2026, 7, 15)))
    changes = await told(educators_db, "educator.currency_changed")
    assert [(data["from"], data["to"]) for _, data in changes] == [
        ("unverified", "lapsed"),
        ("lapsed", "current"),
    ]
    now = await the(educators_db, Educator, id=educator.id)
    assert (now.currency_status, now.currency_basis) == ("current", "A")
    assert (now.current_until, now.version) == (date(2027, 7, 15), 3)


async def test_evidence_from_two_sides_at_once_is_all_counted(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    await asyncio.gather(
        recorded(educators_db, educator, SupportEpisode, **STUDENT),
        *(recorded(educators_db, educator, CpdRecord, **cpd(date(2026, 6, day))) for day in (1, 2, 3)),
    )
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "current"


async def test_nothing_is_told_when_nothing_changed(educators_db: Database) -> None:
    educator = await a_current_educator(educators_db, new_id())
    assert await settled(educators_db, educator.partnership_id, educator.id) == 0
    assert await told(educators_db) == []


async def test_whoever_is_mentored_follows_the_mentor(educators_db: Database) -> None:
    partnership = new_id()
    mentor = await an_educator(educators_db, partnership)
    trainee = await an_educator(
        educators_db,
        partnership,
        peps_stage="in_training_stage_1",
        mentor_educator_id=mentor.id,
        currency_status="not_yet_qualified",
    )
    await cpd_of(educators_db, mentor)
    await a_student_of(educators_db, mentor)
    assert await settled(educators_db, partnership, mentor.id) == 2
    assert (await the(educators_db, Educator, id=trainee.id)).currency_status == "in_training"


async def test_a_mentor_of_stage_1_is_no_mentor(educators_db: Database) -> None:
    partnership = new_id()
    mentor = await a_current_educator(educators_db, partnership, peps_stage="stage_1")
    trainee = await an_educator(
        educators_db, partnership, peps_stage="in_training_stage_1", mentor_educator_id=mentor.id
    )
    await settled(educators_db, partnership, trainee.id)
    assert (await the(educators_db, Educator, id=trainee.id)).currency_status == "not_yet_qualified"


async def test_a_partnership_may_have_its_own_parameters_from_a_day_on(educators_db: Database) -> None:
    educator = await a_current_educator(educators_db, new_id())
    for number, day, parameters in [
        (1, date(2026, 9, 1), {"window_a_months": 3}),
        (2, date(2026, 10, 1), {}),
    ]:
        await kept(
            educators_db,
            RuleParameters(
                partnership_id=educator.partnership_id,
                number=number,
                applies_from_on=day,
                parameters=parameters,
                author="office",
            ),
        )
    await settled(educators_db, educator.partnership_id, educator.id)
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "lapsed"
    await settled(educators_db, educator.partnership_id, educator.id, now=NOW + timedelta(days=30))
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "current"


IMPOSSIBLE: list[tuple[Any, dict[str, Any], list[str]]] = [
    (SupportEpisode, {**STUDENT, "ended_on": date(2026, 9, 8)}, ["in_the_future"]),
    (SupportEpisode, {**STUDENT, "ended_on": date(2025, 10, 5)}, ["ends_before_it_begins"]),
    (
        SupportEpisode,
        {**STUDENT, "started_on": date(2026, 9, 9), "ended_on": date(2026, 9, 8)},
        ["in_the_future", "in_the_future", "ends_before_it_begins"],
    ),
    (SupportEpisode, {**STUDENT, "ended_on": None, "ending": "completed"}, ["last_day_missing"]),
    (CpdRecord, cpd(date(2026, 9, 8)), ["in_the_future"]),
    (ManagerCheckIn, {"on": date(2026, 12, 1), "confirmed": True}, ["in_the_future"]),
]


async def test_days_that_cannot_be_are_refused_with_every_fault(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    for model, values, codes in IMPOSSIBLE:
        with pytest.raises(Invalid) as refusal:
            await recorded(educators_db, educator, model, **values)
        assert [fault.code for fault in refusal.value.faults] == codes
    assert await told(educators_db) == []


async def test_an_educator_in_person_records_their_cpd_but_not_their_managers_word(
    educators_db: Database,
) -> None:
    educator = await an_educator(educators_db, new_id())
    person = Author(educator.partnership_id, None, wide=False, person_id=educator.id)
    async with educators_db.begin() as session:
        await record(session, person, CpdRecord, educator.id, values=cpd(date(2026, 6, 1)), now=NOW)
    async with educators_db.begin() as session:
        with pytest.raises(Forbidden):
            await record(
                session,
                person,
                ManagerCheckIn,
                educator.id,
                values={"on": date(2026, 9, 1), "confirmed": True},
                now=NOW,
            )


async def test_another_organisation_records_nothing(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    stranger = Author(educator.partnership_id, new_id(), wide=False)
    async with educators_db.begin() as session:
        with pytest.raises(Forbidden):
            await record(session, stranger, CpdRecord, educator.id, values=cpd(date(2026, 6, 1)), now=NOW)
