"""Each educator of a placement has their own part of it on record, however late or often it is told."""

from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import select, text

from services.educators.models.educators import Educator
from services.educators.models.evidence import SupportEpisode
from shared.clock import StoppedClock
from shared.db import Database
from shared.errors import NotFound
from shared.events.change import Change
from shared.ids import new_id
from tests.educators.callers import the_office
from tests.educators.factories import a_student_of, an_educator, cpd_of, the, told
from tests.educators.placement_news import ENDS, STARTS, News, taken


async def episodes_of(db: Database, news: News) -> list[SupportEpisode]:
    """The episodes of a placement, in the order of their first days."""
    async with db.begin() as session:
        of_it = select(SupportEpisode).where(SupportEpisode.placement_id == news.placement_id)
        in_order = of_it.order_by(SupportEpisode.started_on, SupportEpisode.id)
        return list((await session.execute(in_order)).scalars())


HANDED_OVER = date(2026, 11, 30)


def with_a_change(news: News, second: Educator) -> list[Change]:
    """A placement that passes to another educator after 45 days, and is completed with them."""
    with_the_second = {"educator_id": str(second.id)}
    return [
        news.that("started"),
        news.that("paused", date(2026, 10, 12), status="paused", days_approved=20.0),
        news.that("resumed", date(2026, 10, 19), days_approved=20.0),
        news.that("changed", HANDED_OVER, days_approved=45.0, **with_the_second),
        news.that("assigned", date(2026, 12, 1), days_approved=45.0, **with_the_second),
        news.that(
            "completed",
            ENDS,
            days_approved=100.0,
            midway_reported=True,
            status="completed",
            **with_the_second,
        ),
    ]


async def test_with_a_change_of_educator_each_has_their_part(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    first = await an_educator(educators_db, new_id())
    second = await an_educator(educators_db, first.partnership_id)
    for educator in (first, second):
        await cpd_of(educators_db, educator, date(2026, 9, 1))
    news = News(first)
    stopped_clock.move(timedelta(days=200))
    await taken(educators_db, stopped_clock, *with_a_change(news, second))
    one, two = await episodes_of(educators_db, news)
    assert (one.educator_id, one.started_on, one.ended_on, one.days) == (first.id, STARTS, HANDED_OVER, 45)
    assert (two.educator_id, two.started_on, two.ended_on, two.days) == (second.id, HANDED_OVER, ENDS, 55)
    assert (one.planned_days, two.planned_days) == (100, 100)
    assert (one.midway_reported, two.midway_reported) == (False, True)
    statuses = [(await the(educators_db, Educator, id=each.id)).currency_status for each in (first, second)]
    assert statuses == ["lapsed", "current"]


async def test_a_placement_that_pauses_keeps_its_educator(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    await taken(educators_db, stopped_clock, news.that("started"))
    for step in ("paused", "suspended"):
        later = date(2027, 3, 26)
        rests = news.that(step, date(2026, 11, 2), status=step, ends_on=later.isoformat())
        await taken(educators_db, stopped_clock, rests)
        (episode,) = await episodes_of(educators_db, news)
        assert (episode.ended_on, episode.days, episode.expected_end_on) == (None, None, later)


async def test_whoever_was_to_change_before_the_start_had_no_student(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await taken(educators_db, stopped_clock, News(educator).that("changed", status="confirmed"))
    assert await told(educators_db) == []


async def test_a_placement_that_is_cancelled_after_its_start_is_withdrawn_as_evidence(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    await taken(educators_db, stopped_clock, news.that("started"), news.that("cancelled"))
    (episode,) = await episodes_of(educators_db, news)
    assert (episode.withdrawn_at, episode.recorded_by) == (stopped_clock.now(), "feed:placements")


async def everything(db: Database) -> list[str]:
    """Every row that news of placements leads to, as PostgreSQL writes it."""
    found: list[str] = []
    for table in ("support_episodes", "record_versions", "placement_steps", "educators", "seats", "events"):
        async with db.read() as connection:
            rows = await connection.execute(text(f"select t::text from {table} as t order by 1"))
            found += rows.scalars()
    return found


async def test_the_feed_replayed_from_its_beginning_leaves_every_row_as_it_is(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    first = await an_educator(educators_db, new_id())
    second = await an_educator(educators_db, first.partnership_id)
    stopped_clock.move(timedelta(days=200))
    season = with_a_change(News(first), second) + News(second).season() + [News(first).that("cancelled")]
    await taken(educators_db, stopped_clock, *season)
    before = await everything(educators_db)
    stopped_clock.move(timedelta(days=1))
    for replay in (season, season, list(reversed(season))):
        await taken(educators_db, stopped_clock, *replay)
        assert await everything(educators_db) == before


async def test_news_in_any_order_leads_to_the_same_episodes(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    first = await an_educator(educators_db, new_id())
    second = await an_educator(educators_db, first.partnership_id)
    stopped_clock.move(timedelta(days=200))
    seen = []
    for order in ((0, 3, 5), (5, 3, 0), (3, 5, 0), (5, 0, 3)):
        news = News(first)
        steps = with_a_change(news, second)
        await taken(educators_db, stopped_clock, *(steps[each] for each in order))
        found = await episodes_of(educators_db, news)
        seen.append([(each.educator_id, each.started_on, each.ended_on, each.days) for each in found])
    assert all(each == seen[0] for each in seen)
    assert len(seen[0]) == 2


async def test_what_a_person_corrected_since_is_not_undone_by_a_replay(
    educators_db: Database, stopped_clock: StoppedClock, educators_client: httpx.AsyncClient
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    stopped_clock.move(timedelta(days=200))
    season = news.season()
    await taken(educators_db, stopped_clock, *season)
    (episode,) = await episodes_of(educators_db, news)
    office = the_office(educators_client, educator.partnership_id)
    path = f"/v1/educators/{educator.id}/support-episodes/{episode.id}"
    done = await office.patch(path, {"days": 96, "reason": "Four days were with a colleague."})
    assert done.status_code == 200, done.text
    await taken(educators_db, stopped_clock, *season)
    assert (await office.get(path)).json()["days"] == 96
    versions = (await office.get(f"{path}/history")).json()["items"]
    assert [each["values"]["days"] for each in versions] == [None, 100, 96]
    assert [each["changed_by"] for each in versions][:2] == ["feed:placements"] * 2


async def test_an_educator_who_becomes_known_later_gets_their_part(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    first = await an_educator(educators_db, new_id())
    second = await an_educator(educators_db, first.partnership_id)
    stranger = new_id()
    stopped_clock.move(timedelta(days=200))
    news = News(first)
    to_the_stranger = news.that("changed", date(2026, 10, 5), educator_id=str(stranger), days_approved=15.0)
    started, *_, changed, _, completed = with_a_change(news, second)
    await taken(educators_db, stopped_clock, started)
    with pytest.raises(NotFound):
        await taken(educators_db, stopped_clock, to_the_stranger)
    await taken(educators_db, stopped_clock, changed, completed)
    late = to_the_stranger.model_copy(update={"position": changed.position - 1})
    await an_educator(educators_db, first.partnership_id, id=stranger)
    await taken(educators_db, stopped_clock, late)
    found = await episodes_of(educators_db, news)
    assert [(each.educator_id, each.days) for each in found] == [
        (first.id, 15),
        (stranger, 30),
        (second.id, 55),
    ]


async def test_an_episode_from_before_steps_were_kept_is_ended_and_keeps_its_first_day(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    news = News(educator)
    began = date(2026, 9, 21)
    await a_student_of(
        educators_db, educator, None, placement_id=news.placement_id, source="placements", started_on=began
    )
    stopped_clock.move(timedelta(days=200))
    await taken(educators_db, stopped_clock, news.season()[-1])
    (episode,) = await episodes_of(educators_db, news)
    assert (episode.started_on, episode.ended_on, episode.days, episode.version) == (began, ENDS, 100, 2)
