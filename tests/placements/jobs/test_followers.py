"""What hubs and educators notice becomes signals here, once, however often it is told."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.placements.jobs.follow_educators import follow_educators
from services.placements.jobs.follow_hubs import follow_hubs
from services.placements.models.signals import Signal
from shared.events.cursors import cursor_at
from shared.ids import new_id
from tests.placements.struggling import Struggling, a_placement, notice, red_review, the_concern


class ASister:
    """A sister service with a feed, from which everything after the cursor is read."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def tell(self, at: Struggling, type_: str, subject: UUID, occurred_at: datetime, **data: Any) -> None:
        change = {
            "position": len(self.items) + 1,
            "id": str(new_id()),
            "type": type_,
            "subject_id": str(subject),
            "partnership_id": str(at.partnership_id),
            "occurred_at": occurred_at.isoformat(),
            "data": data,
        }
        self.items.append(change)

    async def ask(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, timeout: float | None = None
    ) -> Any:
        assert (method, path) == ("GET", "/v1/changes")
        assert timeout
        after = (params or {}).get("after")
        items = self.items[self._position(after) :]
        return {"items": items, "next_cursor": cursor_at(len(self.items))}

    def _position(self, after: str | None) -> int:
        cursors = [cursor_at(position) for position in range(len(self.items) + 1)]
        return 0 if after is None else cursors.index(after)


async def signals_of(db, at: Struggling) -> list[tuple[str, str, bool]]:
    async with db.begin() as session:
        rows = await session.execute(
            select(Signal.rule_code, Signal.severity, Signal.resolved_at)
            .where(Signal.placement_id == at.placement_id)
            .order_by(Signal.id)
        )
        return [(row[0], row[1], row[2] is not None) for row in rows]


def absent(
    hubs: ASister, at: Struggling, now: datetime, in_a_row: int, session_id: UUID | None = None
) -> None:
    hubs.tell(
        at,
        "hub_absence.noticed",
        at.placement_id,
        now,
        placement_id=str(at.placement_id),
        student_id=str(at.student_id),
        hub_id=str(at.university_id),
        session_id=str(session_id or new_id()),
        consecutive_unnotified=in_a_row,
        unnotified_of_last_six=in_a_row,
        sessions_of_last_six=6,
        occurred_on=now.date().isoformat(),
    )


async def test_two_absences_in_a_row_at_the_hub_add_to_a_red_review(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    hubs = ASister()
    absent(hubs, at, stopped_clock.now(), 1)
    absent(hubs, at, stopped_clock.now(), 2)
    follower = follow_hubs(placements_db, hubs, stopped_clock)
    await follower.step(asyncio.Event())
    assert await signals_of(placements_db, at) == [
        ("hub_absence", "none", False),
        ("hub_absence", "amber", False),
    ]
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now()))
    assert (await the_concern(placements_db, at)).about == "practice_education"
    await follower.step(asyncio.Event())
    assert len(await signals_of(placements_db, at)) == 3


async def test_a_corrected_register_takes_its_absence_back(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    hubs, session_id = ASister(), new_id()
    absent(hubs, at, stopped_clock.now(), 2, session_id)
    absent(hubs, at, stopped_clock.now(), 0, session_id)
    await follow_hubs(placements_db, hubs, stopped_clock).step(asyncio.Event())
    assert await signals_of(placements_db, at) == [("hub_absence", "amber", True)]


async def test_an_absence_of_somebody_without_a_placement_here_is_passed_over(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    hubs = ASister()
    elsewhere = Struggling(at.partnership_id, new_id(), new_id(), new_id(), new_id(), new_id(), {})
    absent(hubs, elsewhere, stopped_clock.now(), 3)
    absent(hubs, at, stopped_clock.now(), 1)
    await follow_hubs(placements_db, hubs, stopped_clock).step(asyncio.Event())
    assert await signals_of(placements_db, at) == [("hub_absence", "none", False)]


async def test_an_educator_whose_currency_lapses_during_a_placement_is_a_red_signal_until_it_is_current_again(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    ended = await a_placement(placements_db, now=stopped_clock.now(), status="completed")
    educators = ASister()
    now = stopped_clock.now()
    educators.tell(
        at, "educator.currency_changed", at.educator_id, now, **{"from": "current", "to": "expiring"}
    )
    educators.tell(
        at, "educator.currency_changed", at.educator_id, now, **{"from": "expiring", "to": "lapsed"}
    )
    educators.tell(
        ended, "educator.currency_changed", ended.educator_id, now, **{"from": "current", "to": "lapsed"}
    )
    follower = follow_educators(placements_db, educators, stopped_clock)
    await follower.step(asyncio.Event())
    assert await signals_of(placements_db, at) == [
        ("educator_currency", "amber", False),
        ("educator_currency", "red", False),
    ]
    assert await signals_of(placements_db, ended) == []
    assert (await the_concern(placements_db, at)).about == "practice_education"
    educators.tell(
        at, "educator.currency_changed", at.educator_id, now, **{"from": "lapsed", "to": "current"}
    )
    await follower.step(asyncio.Event())
    assert [resolved for _, _, resolved in await signals_of(placements_db, at)] == [True, True]


async def test_attendance_that_falls_and_recovers_is_one_signal_that_ends(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    hubs = ASister()
    follower = follow_hubs(placements_db, hubs, stopped_clock)
    for percent, expected in ((79, 4), (59, 5), (66, 6), (80, 10)):
        hubs.tell(
            at,
            "hub_attendance.counted",
            at.placement_id,
            stopped_clock.now(),
            placement_id=str(at.placement_id),
            student_id=str(at.student_id),
            hub_id=str(at.university_id),
            session_id=str(new_id()),
            expected=expected,
            attended=0,
            attendance_percent=percent,
            occurred_on="2026-10-12",
        )
    seen = []
    for place in range(4):
        every, hubs.items = hubs.items, hubs.items[: place + 1]
        await follower.step(asyncio.Event())
        hubs.items = every
        seen.append(await signals_of(placements_db, at))
    low = "hub_attendance_low"
    assert seen == [[], [(low, "red", False)], [(low, "amber", False)], [(low, "amber", True)]]


async def test_a_facilitators_flag_weighs_by_what_it_is_about(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    hubs = ASister()
    for about, is_urgent in (("wellbeing", False), ("setting", True), ("discrimination", False)):
        hubs.tell(
            at,
            "hub_flag.raised",
            at.placement_id,
            stopped_clock.now(),
            flag_id=str(new_id()),
            placement_id=str(at.placement_id),
            student_id=str(at.student_id),
            hub_id=str(at.university_id),
            about=about,
            is_urgent=is_urgent,
        )
    await follow_hubs(placements_db, hubs, stopped_clock).step(asyncio.Event())
    assert await signals_of(placements_db, at) == [
        ("raised_flag", "amber", False),
        ("raised_flag", "red", False),
        ("discrimination_report", "red", False),
    ]
