"""Closures, open concerns, suspensions and searches: whatever is due moves with the days on which people work."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.placements.jobs.chase_suspensions import chase_suspensions
from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.models.concerns import ConcernAct
from shared.db import Database
from tests.placements.struggling import (
    a_concern,
    a_placement,
    london_at,
    notice,
    open_steps_of,
    red_review,
    the_concern,
)
from tests.placements.under_way import UnderWay


async def moves_of(db: Database, concern_id: UUID) -> list[Any]:
    async with db.begin() as session:
        rows = select(ConcernAct.act, ConcernAct.by_person_id, ConcernAct.facts)
        rows = rows.where(ConcernAct.concern_id == concern_id).order_by(ConcernAct.id)
        return [tuple(row) for row in await session.execute(rows)]


def closed(first: str, last: str, **of: Any) -> dict[str, Any]:
    return {"name": "Closed", "starts_on": first, "ends_on": last, **of}


@pytest.mark.parametrize("whose", ["university_id", "host_id", "everybody"])
async def test_a_closure_moves_what_is_due_in_its_own_transaction_and_that_is_kept(
    partnerships_client, partnerships_db, stopped_clock, whose
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    way = UnderWay(partnerships_client, at)
    of = {} if whose == "everybody" else {"organisation_id": str(getattr(at, whose))}
    made = await way.call("office", "POST", "/v1/closures", closed("2026-09-09", "2026-09-11", **of))
    assert made.status_code == 201, made.text
    later = {"acknowledge": london_at(9, 14), "held": london_at(9, 17)}
    assert await open_steps_of(partnerships_db, concern_id) == later
    ((act, by, facts),) = await moves_of(partnerships_db, concern_id)
    assert (act, by) == ("replanned", None)
    assert facts["steps"]["held"] == [london_at(9, 14).isoformat(), london_at(9, 17).isoformat()]
    stopped_clock.at = london_at(9, 9)
    await fire_due_steps(partnerships_db, stopped_clock)
    assert await open_steps_of(partnerships_db, concern_id) == later


async def test_another_organisations_closure_moves_nothing(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    other, _ = await a_concern(partnerships_db, stopped_clock)
    body = closed("2026-09-09", "2026-09-11", organisation_id=str(other.host_id))
    await UnderWay(partnerships_client, other).call("office", "POST", "/v1/closures", body)
    assert (await open_steps_of(partnerships_db, concern_id))["acknowledge"] == london_at(9, 9)
    assert await moves_of(partnerships_db, concern_id) == []
    assert at.host_id != other.host_id


async def test_overlapping_closures_count_once_and_one_taken_back_gives_a_days_warning(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    way = UnderWay(partnerships_client, at)
    await way.call("office", "POST", "/v1/closures", closed("2026-09-08", "2026-09-10"))
    host = closed("2026-09-09", "2026-09-11", organisation_id=str(at.host_id))
    made = await way.call("office", "POST", "/v1/closures", host)
    assert (await open_steps_of(partnerships_db, concern_id))["acknowledge"] == london_at(9, 15)
    changed = await way.call("office", "PATCH", made.headers["location"], {"ends_on": "2026-09-14"})
    assert changed.status_code == 200
    assert (await open_steps_of(partnerships_db, concern_id))["acknowledge"] == london_at(9, 16)
    stopped_clock.at = london_at(9, 15, 10)
    tag = changed.headers["etag"]
    gone = await way.call("office", "DELETE", made.headers["location"], version=tag)
    assert gone.status_code == 204, gone.text
    # By the calendar it was due on the 14th, which has passed: nobody is late who has had no day to know.
    assert (await open_steps_of(partnerships_db, concern_id))["acknowledge"] == london_at(9, 16)
    assert len(await moves_of(partnerships_db, concern_id)) == 4


async def test_christmas_with_a_closure_and_bank_holidays_lies_in_no_deadline(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    way = UnderWay(partnerships_client, at)
    body = closed("2026-12-21", "2027-01-03", organisation_id=str(at.university_id))
    assert (await way.call("office", "POST", "/v1/closures", body)).status_code == 201
    stopped_clock.at = london_at(12, 17, 16, 59)
    red = red_review(stopped_clock.now(), about="wellbeing")
    await notice(partnerships_db, stopped_clock, at, red)
    steps = await open_steps_of(partnerships_db, (await the_concern(partnerships_db, at)).id)
    assert steps["acknowledge"] == datetime(2027, 1, 4, 17, tzinfo=UTC)
    assert steps["held"] == datetime(2027, 1, 7, 17, tzinfo=UTC)


async def test_the_review_of_a_suspension_and_a_search_are_chased_by_the_calendar_as_it_is_now(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    way = UnderWay(partnerships_client, at)
    await way.call("office", "POST", "suspension", {"reason_code": "enquiry"})
    await way.call("university", "POST", "search")

    async def due() -> tuple[Any, Any]:
        (review,) = (await way.get("office", "suspension-reviews"))["items"]
        (search,) = (await way.get("office", "searches"))["items"]
        return review["due_at"], search["next_entry_due_at"]

    def on(day: int) -> tuple[str, str]:
        return (f"2026-09-{day}T16:00:00Z",) * 2

    assert await due() == on(14)
    host = closed("2026-09-09", "2026-09-11", organisation_id=str(at.host_id))
    made = await way.call("office", "POST", "/v1/closures", host)
    assert await due() == on(17)
    stopped_clock.at = london_at(9, 15, 10)
    await chase_suspensions(partnerships_db, stopped_clock)
    assert await due() == on(17), "nobody is told before it is due"
    await way.call("office", "DELETE", made.headers["location"])
    assert await due() == on(16), "a whole working day's warning"
    stopped_clock.at = london_at(9, 16, 18)
    await chase_suspensions(partnerships_db, stopped_clock)
    await way.call("office", "POST", "/v1/closures", closed("2026-09-17", "2026-09-18"))
    # The day it was due stays where it was; the next reminder has moved from the 23rd to the 25th.
    assert await due() == (on(16)[0], "2026-09-25T16:00:00Z")
