from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import event, insert

from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, SupportEpisode
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, the_office
from tests.educators.factories import (
    ADDED_AT,
    a_check_in_of,
    a_current_educator,
    a_register_check_of,
    a_seat_with,
    a_student_of,
    an_educator,
    cpd_of,
)

PLACEMENT = {"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"}


async def decided(caller: Caller, *ids: UUID, **placement: Any) -> dict[str, Any]:
    body = {"placement": PLACEMENT | placement, "educator_ids": [str(id_) for id_ in ids]}
    answer = await caller.post("/v1/eligibility-decisions", body)
    assert answer.status_code == 200, answer.text
    return {each["educator_id"]: each for each in answer.json()["items"]}


async def decision(caller: Caller, educator: Educator, **placement: Any) -> dict[str, Any]:
    found = await decided(caller, educator.id, **placement)
    only: dict[str, Any] = found[str(educator.id)]
    return only


def rule(found: dict[str, Any], code: str) -> dict[str, Any]:
    return next(each for each in found["rules"] if each["code"] == code)


async def test_a_current_educator_may_take_the_placement(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    found = await decision(the_office(educators_client, educator.partnership_id), educator)
    assert found["outcome"] == "eligible"
    assert found["seats"] == {"max_concurrent": 1, "held": 0, "free": 1}
    assert found["currency"]["status"] == "current"
    assert len(found["rules"]) == 15
    assert rule(found, "registered")["result"] == rule(found, "manager_check_in")["result"] == "warn"


async def test_an_educator_whose_last_student_was_over_two_years_ago_is_refused_in_plain_words(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    student = await a_student_of(educators_db, educator, date(2024, 9, 20))
    await cpd_of(educators_db, educator)
    found = await decision(the_office(educators_client, educator.partnership_id), educator)
    why = rule(found, "current_at_start")
    assert (found["outcome"], why["result"]) == ("not_eligible", "block")
    assert why["detail"] == (
        "Currency has lapsed by 21 September 2026. The last student's last day was 20 September 2024, "
        "more than two years before 21 September 2026."
    )
    assert why["evidence_ids"] == [str(student.id)]
    assert why["fix"].startswith("Support a student as educator of record")


async def test_an_educator_without_cpd_in_the_last_year_is_refused_in_plain_words(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    await a_student_of(educators_db, educator)
    await cpd_of(educators_db, educator, date(2025, 7, 22))
    office = the_office(educators_client, educator.partnership_id)
    found = await decision(office, educator)
    assert found["outcome"] == "not_eligible"
    assert rule(found, "cpd_recent")["detail"] == (
        "The last practice-education CPD was 22 July 2025, more than one year before 21 September 2026."
    )
    await cpd_of(educators_db, educator, date(2025, 7, 23))
    found = await decision(office, educator)
    assert (found["outcome"], rule(found, "cpd_recent")["result"]) == ("eligible", "warn")


async def test_a_stage_1_educator_takes_a_final_placement_under_a_condition(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    mentor = await a_current_educator(educators_db, partnership)
    educator = await a_current_educator(
        educators_db, partnership, peps_stage="stage_1", mentor_educator_id=mentor.id
    )
    found = await decision(the_office(educators_client, partnership), educator)
    assert found["outcome"] == "eligible_with_conditions"
    assert rule(found, "stage_for_level")["fix"] == "The named Stage 2 mentor ratifies the judgement."


async def test_a_manager_and_the_register_can_say_no(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    office = the_office(educators_client, partnership)
    doubted = await a_current_educator(educators_db, partnership)
    await a_check_in_of(educators_db, doubted, date(2026, 9, 1), confirmed=False)
    struck_off = await a_current_educator(educators_db, partnership)
    await a_register_check_of(educators_db, struck_off, date(2026, 9, 1), status="not_registered")
    restricted = await a_current_educator(educators_db, partnership)
    await a_register_check_of(educators_db, restricted, date(2026, 9, 1), restriction="conditions")
    for educator, code in [
        (doubted, "manager_check_in"),
        (struck_off, "registered"),
        (restricted, "no_restriction"),
    ]:
        found = await decision(office, educator)
        assert rule(found, code)["result"] == "block"
        assert found["outcome"] == "not_eligible"


async def test_seats_of_the_placements_days_count_but_not_the_placements_own(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    seat = await a_seat_with(educators_db, educator, date(2026, 6, 1), date(2026, 9, 21))
    full = await decision(office, educator)
    assert (full["outcome"], full["seats"]["free"]) == ("not_eligible", 0)
    later = await decision(office, educator, starts_on="2026-09-22")
    assert later["outcome"] == "eligible"
    own = await decision(office, educator, placement_id=str(seat.placement_id))
    assert own["outcome"] == "eligible"


async def test_educators_nobody_knows_are_answered_with_a_reason(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    known = await a_current_educator(educators_db, new_id())
    stranger = await a_current_educator(educators_db, new_id())
    nobody = new_id()
    office = the_office(educators_client, known.partnership_id)
    found = await decided(office, known.id, stranger.id, nobody)
    assert list(found) == [str(known.id), str(stranger.id), str(nobody)]
    for unknown in (stranger.id, nobody):
        assert found[str(unknown)]["outcome"] == "not_eligible"
        assert [each["code"] for each in found[str(unknown)]["rules"]] == ["educator_known"]


async def test_an_organisation_is_told_about_its_own_educators_only(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    own, other = (
        await a_current_educator(educators_db, partnership),
        await a_current_educator(educators_db, partnership),
    )
    system = an_organisation_system(educators_client, partnership, own.organisation_id)
    found = await decided(system, own.id, other.id)
    assert found[str(own.id)]["outcome"] == "eligible"
    assert found[str(other.id)]["rules"][0]["code"] == "educator_known"


IMPOSSIBLE: list[tuple[str, Any, str]] = [
    ("ends_on", "2026-09-20", "/placement"),
    ("placement_level", "third", "/placement/placement_level"),
    ("starts_on", "2026-02-30", "/placement/starts_on"),
    ("unknown", 1, "/placement/unknown"),
]


async def test_a_question_that_makes_no_sense_is_refused(educators_client: httpx.AsyncClient) -> None:
    office = the_office(educators_client, new_id())
    for member, value, pointer in IMPOSSIBLE:
        body = {"placement": PLACEMENT | {member: value}, "educator_ids": [str(new_id())]}
        refused = await office.post("/v1/eligibility-decisions", body)
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    body = {"placement": PLACEMENT, "educator_ids": [str(new_id()) for _ in range(2001)]}
    assert (await office.post("/v1/eligibility-decisions", body)).status_code == 422


@contextmanager
def statements_of(db: Database) -> Iterator[list[str]]:
    """Every SQL statement that runs meanwhile."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def two_thousand(db: Database, partnership_id: UUID) -> list[UUID]:
    ids = [new_id() for _ in range(2000)]
    row = {"partnership_id": partnership_id, "created_at": ADDED_AT, "updated_at": ADDED_AT, "version": 1}
    educators = [
        row
        | {
            "id": id_,
            "organisation_id": partnership_id,
            "social_work_england_number": f"SW{n + 1}",
            "full_name": "Somebody",
            "mode": "on_site",
            "employment": "employed",
            "peps_stage": "stage_2",
            "currency_status": "unverified",
            "mentor_educator_id": None,
        }
        for n, id_ in enumerate(ids)
    ]
    students = [
        row
        | {
            "id": new_id(),
            "educator_id": id_,
            "placement_level": "final",
            "role": "educator_of_record",
            "started_on": date(2025, 1, 6),
            "ended_on": date(2025, 6, 30),
            "midway_reported": True,
            "source": "reported",
        }
        for id_ in ids
    ]
    cpd = [
        row
        | {
            "id": new_id(),
            "educator_id": id_,
            "on": date(2026, 6, 1),
            "title": "A day",
            "practice_education": n % 4 != 0,
            "peer_reflection": False,
            "source": "reported",
        }
        for n, id_ in enumerate(ids)
    ]
    async with db.begin() as session:
        await session.execute(insert(Educator), educators)
        await session.execute(insert(SupportEpisode), students)
        await session.execute(insert(CpdRecord), cpd)
    return ids


async def test_two_thousand_educators_are_decided_in_at_most_six_statements(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    ids = await two_thousand(educators_db, partnership)
    office = the_office(educators_client, partnership)
    with statements_of(educators_db) as statements:
        found = await decided(office, *ids)
    assert len(statements) <= 6
    outcomes = [each["outcome"] for each in found.values()]
    assert (outcomes.count("eligible"), outcomes.count("not_eligible")) == (1500, 500)
