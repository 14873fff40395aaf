"""What the placements feed tells keeps an educator's evidence and seats up to date."""

import asyncio
from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import func, select

from services.educators.jobs.follow_placements import NAME, follower
from services.educators.models.educators import Educator
from services.educators.models.evidence import SupportEpisode
from services.educators.models.seats import Seat
from services.educators.operations.placement_changes import TYPES
from shared.clock import StoppedClock
from shared.db import Database
from shared.errors import NotFound
from shared.events.change import Change
from shared.events.cursors import cursor_at
from shared.http.sister import Sister
from shared.ids import new_id
from tests.educators.factories import a_seat_with, an_educator, cpd_of, the, told
from tests.educators.placement_news import ENDS, STARTS, News, taken
from tests.educators.sisters import FixedTokens


async def test_a_placement_that_starts_renews_its_educator_up_to_today(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id(), currency_status="lapsed")
    await cpd_of(educators_db, educator, date(2026, 9, 1))
    await taken(educators_db, stopped_clock, News(educator).that("started"))
    now = await the(educators_db, Educator, id=educator.id)
    assert (now.currency_status, now.currency_basis) == ("current", "A")


async def test_a_completed_placement_is_on_record_and_keeps_its_educator_current(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await cpd_of(educators_db, educator, date(2026, 9, 1))
    news = News(educator)
    stopped_clock.move(timedelta(days=200))
    await taken(educators_db, stopped_clock, *news.season())
    episode = await the(educators_db, SupportEpisode, placement_id=news.placement_id)
    assert (episode.started_on, episode.ended_on, episode.days) == (STARTS, ENDS, 100)
    assert (episode.ending, episode.midway_reported, episode.source) == ("completed", True, "placements")
    assert episode.role == "educator_of_record"
    assert str(episode.student_id) == news.data["student_id"]
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "current"


async def test_a_replay_of_the_whole_feed_doubles_nothing(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await cpd_of(educators_db, educator, date(2026, 9, 1))
    stopped_clock.move(timedelta(days=200))
    season = News(educator).season()
    await taken(educators_db, stopped_clock, *season)
    before = await told(educators_db)
    await taken(educators_db, stopped_clock, *season)
    await taken(educators_db, stopped_clock, *reversed(season))
    assert await told(educators_db) == before
    async with educators_db.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(SupportEpisode))).scalar_one() == 1


async def test_the_end_may_be_heard_of_before_the_start(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    started, _, _, completed = news.season()
    stopped_clock.move(timedelta(days=200))
    await taken(educators_db, stopped_clock, completed, started)
    episode = await the(educators_db, SupportEpisode, placement_id=news.placement_id)
    assert (episode.started_on, episode.ended_on, episode.ending) == (STARTS, ENDS, "completed")


async def test_few_days_of_a_placement_that_ended_early_keep_nobody_current(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await cpd_of(educators_db, educator, date(2026, 9, 1))
    news = News(educator)
    stopped_clock.move(timedelta(days=60))
    await taken(educators_db, stopped_clock, news.that("started"))
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "current"
    await taken(educators_db, stopped_clock, news.that("ended_early", date(2026, 10, 16), days_approved=28.5))
    episode = await the(educators_db, SupportEpisode, placement_id=news.placement_id)
    assert (episode.ended_on, episode.days, episode.planned_days) == (date(2026, 10, 16), 28, 100)
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "lapsed"


async def test_a_placement_that_is_over_gives_its_seat_back(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    stopped_clock.move(timedelta(days=200))
    for ending in ("completed", "ended_early", "cancelled"):
        educator = await an_educator(educators_db, new_id())
        news = News(educator)
        await a_seat_with(educators_db, educator, STARTS, ENDS, placement_id=news.placement_id)
        over = news.that(ending, date(2027, 1, 29))
        await taken(educators_db, stopped_clock, over, over)
        seat = await the(educators_db, Seat, placement_id=news.placement_id)
        assert seat.released_at == stopped_clock.now()
    assert len(await told(educators_db, "seat.released")) == 3


async def test_a_cancelled_placement_supported_nobody(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await taken(educators_db, stopped_clock, News(educator).that("cancelled"))
    assert await told(educators_db) == []


async def test_a_placement_without_an_educator_changes_nothing(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await taken(educators_db, stopped_clock, News(educator, educator_id=None).that("started"))
    assert await told(educators_db) == []


async def test_a_placement_with_an_educator_nobody_knows_is_refused_so_that_it_is_set_aside(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    stranger = News(educator, educator_id=str(new_id()))
    with pytest.raises(NotFound):
        await taken(educators_db, stopped_clock, stranger.that("started"))


class Feed:
    """A sister whose feed has these changes."""

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self.asked: list[httpx.QueryParams] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.params)
        after = request.url.params.get("after")
        items = [] if after else [change.model_dump(mode="json") for change in self.changes]
        following = after or cursor_at(self.changes[-1].position)
        return httpx.Response(200, json={"items": items, "next_cursor": following})


async def test_the_follower_takes_the_whole_feed_in_and_asks_for_what_it_needs(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    stopped_clock.move(timedelta(days=200))
    feed = Feed([change for change in news.season() if change.type in TYPES])
    async with httpx.AsyncClient(transport=httpx.MockTransport(feed.answer)) as http:
        sister = Sister("placements", "http://placements.test", http, FixedTokens())
        for _ in range(2):
            await follower(educators_db, sister, stopped_clock).step(asyncio.Event())
    assert NAME == "educators.placements"
    assert set(feed.asked[0]["types"].split(",")) == set(TYPES)
    assert "after" in feed.asked[1]
    assert (await the(educators_db, SupportEpisode, placement_id=news.placement_id)).ending == "completed"
