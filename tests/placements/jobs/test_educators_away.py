"""An educator who is away: told by the educators service or on record here, weighed as working days pass."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from services.placements.jobs.follow_educators import follow_educators
from services.placements.jobs.notice_placements import notice_placements
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from shared.ids import new_id
from tests.placements.jobs.test_followers import ASister, signals_of
from tests.placements.jobs.test_notice_placements import signals
from tests.placements.struggling import Struggling, a_placement, london_at, the_concern

RULE = "educator_absent"


class Educators(ASister):
    """The educators service, as far as it tells of times away."""

    def away(self, at: Struggling, now, starts_on: str, ends_on: str | None = None, **more) -> None:
        data = {"educator_id": str(at.educator_id), "starts_on": starts_on, "ends_on": ends_on, **more}
        changed = "is_withdrawn" in data
        type_ = "educator.unavailability_changed" if changed else "educator.became_unavailable"
        self.tell(at, type_, at.educator_id, now, **data)


async def looked(db, clock, instant) -> str | None:
    """What the rule says after the look at an instant."""
    clock.at = instant
    await notice_placements(db, clock)
    return (await signals(db)).get(RULE)


async def test_more_than_five_working_days_away_are_amber_and_more_than_ten_red(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    educators, record = Educators(), str(new_id())
    follower = follow_educators(placements_db, educators, stopped_clock)
    educators.away(at, stopped_clock.now(), "2026-09-07", unavailability_id=record)
    await follower.step(asyncio.Event())
    weeks = [await looked(placements_db, stopped_clock, london_at(9, day, 9)) for day in (11, 12, 14, 18, 21)]
    assert weeks == [None, None, "amber", "amber", "red"]
    concern = await the_concern(placements_db, at)
    async with placements_db.begin() as session:
        signal = await session.get_one(Signal, (await _ids(session))[-1])
        assert (signal.concern_id, signal.about) == (concern.id, "practice_education")
        assert signal.evidence == {"educator_id": str(at.educator_id), "first_day": "2026-09-07"}
    back = {"unavailability_id": record, "is_withdrawn": False}
    educators.away(at, stopped_clock.now(), "2026-09-07", "2026-09-18", **back)
    await follower.step(asyncio.Event())
    assert await looked(placements_db, stopped_clock, london_at(9, 22, 9)) is None


async def _ids(session) -> list:
    rows = await session.execute(select(Signal.id).where(Signal.rule_code == RULE).order_by(Signal.id))
    return list(rows.scalars())


async def test_a_deputy_who_is_there_makes_it_lighter_and_another_educator_ends_it(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now(), deputies=("practice_educator",))
    away = {"absent_from": stopped_clock.now().date()}
    await changed(placements_db, Person, at.people["practice_educator"], **away)
    assert await looked(placements_db, stopped_clock, london_at(9, 22, 9)) == "amber"
    await changed(placements_db, Person, at.people["deputy_practice_educator"], **away)
    assert await looked(placements_db, stopped_clock, london_at(9, 23, 9)) == "red"
    await changed(placements_db, Placement, at.placement_id, educator_id=new_id())
    assert await looked(placements_db, stopped_clock, london_at(9, 24, 9)) is None


async def test_what_is_withdrawn_stays_withdrawn_though_the_older_news_comes_late(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    educators, record, now = Educators(), str(new_id()), stopped_clock.now()
    of = {"unavailability_id": record}
    educators.away(at, now, "2026-09-07", **of, is_withdrawn=True)
    educators.away(at, now - timedelta(days=1), "2026-09-07", **of)
    await follow_educators(placements_db, educators, stopped_clock).step(asyncio.Event())
    assert await looked(placements_db, stopped_clock, london_at(9, 22, 9)) is None
    assert RULE not in {rule for rule, _, _ in await signals_of(placements_db, at)}


async def changed(db, model, id_, **columns) -> None:
    async with db.begin() as session:
        await session.execute(update(model).where(model.id == id_).values(**columns))
