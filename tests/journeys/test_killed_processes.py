"""kill -9 of a service, of workers and of PostgreSQL while a season is played: nothing is lost, nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from email import message_from_bytes

import httpx
import pytest
from anyio import to_thread

from services.demo.caller import Caller, CallFailed
from services.demo.matching import match
from services.demo.partnership import SYSTEM, prepare
from services.demo.season import HUBS_OPEN_ON, MATCHING_ON, SEASON_BEGINS
from services.demo.weeks import Season, open_hubs, play
from shared.waiting import pause
from tests.journeys.books import Books
from tests.journeys.running import Blow, Running, UnderFire

WEEKS = 6
"""In the fifth week of the season a review opens a concern; in the sixth it rises by itself."""

BLOWS = (
    Blow("placements", "POST", "/v1/placements/[^/]+/confirmation", 20),
    Blow("hubs-worker", "PUT", "/v1/sessions/[^/]+/attendance", 8),
    Blow("postgres", "PUT", "/v1/placements/[^/]+/reviews/four_week/responses/student", 20),
)
"""What is killed besides the worker of placements, which falls in the middle of a file."""

MORE_SETTINGS = 1200
COLUMNS = (
    "external_id,organisation,name,directorate,service_area,is_frontline,is_statutory,latitude,longitude"
)
ENDED_EARLY = 3
PATIENCE = 60.0
"""Seconds for what has been begun to come to its end: a dead worker's job is taken up after six of them."""


@pytest.fixture
def running() -> Iterator[Running]:
    started = Running()
    yield started
    started.remove()


@asynccontextmanager
async def under_fire(running: Running) -> AsyncIterator[tuple[Caller, UnderFire]]:
    """The office of a running stack, whose requests set off the blows."""
    sandbox = running.sandbox
    names = ("identity", "placements", "educators", "hubs")
    urls = {name: str(getattr(sandbox, f"{name}_url")) for name in names}
    fire = UnderFire(running, BLOWS)
    async with httpx.AsyncClient(transport=fire, timeout=30) as http:
        yield Caller(http, urls, sandbox.client_id, sandbox.client_secret), fire


async def some_weeks(office: Caller, running: Running) -> Season:
    """A season as `make run` plays it: the partnership comes, is matched, meets in hubs; some placements end early."""
    season = Season(office)
    await season.move_to(SEASON_BEGINS, 9)
    season.made = await prepare(office)
    await the_worker_falls_in_the_middle_of_a_file(office, running)
    await season.move_to(MATCHING_ON, 9)
    season.matched = await match(office, season.made)
    await season.move_to(HUBS_OPEN_ON, 9)
    season.hubs = await open_hubs(season, season.matched.placements)
    await play(season, WEEKS)
    for placement_id in [i for i in season.placements if i not in season.troubles][:ENDED_EARLY]:
        path = f"/v1/placements/{placement_id}/early-end"
        await office.post("placements", path, {"reason_code": "team_reorganised"}, version="*")
    return season


async def the_worker_falls_in_the_middle_of_a_file(office: Caller, running: Running) -> None:
    """A file of settings is sent; when the first rows are in and not the last, its worker is killed."""
    rows = [f"X{n},LA-W,Team {n},adults,community,true,true,52.9,-1.1" for n in range(MORE_SETTINGS)]
    sent = await office.ask(
        "POST",
        "placements",
        "/v1/imports",
        content="\n".join([COLUMNS, *rows]).encode(),
        params={"kind": "settings", "mode": "best_effort", "system": SYSTEM},
        headers={"Content-Type": "text/csv"},
    )
    done = 0
    while done == 0:
        done = (await office.get("placements", sent.headers["location"]))["rows_done"]
    running.kill("placements-worker")
    assert done < MORE_SETTINGS


async def it_is_so(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pause(0.1)


async def everything_has_come_to_its_end(books: Books) -> None:
    await it_is_so(lambda: not list(books.unheard()))
    await it_is_so(lambda: books.count("placements", "concerns where level = 'stage_one'") > 0)
    await it_is_so(lambda: not list(books.unaccounted_rows()))
    await it_is_so(lambda: not list(books.loose_ends()))
    await it_is_so(lambda: not list(books.gaps()))


@pytest.mark.timeout(240)
async def test_a_season_goes_on_under_kill_9_and_its_books_add_up(running: Running):
    await to_thread.run_sync(running.wait_until_it_serves)
    async with under_fire(running) as (office, fire):
        season = await some_weeks(office, running)
        assert [victim for victim, _ in fire.struck] == ["placements", "hubs-worker", "postgres"]
        with closing(Books(running)) as books:
            await everything_has_come_to_its_end(books)
            the_placements_add_up(books, season)
            the_hubs_add_up(books)
            the_files_add_up(books, season)
            the_concerns_add_up(books, running)
            await the_story_is_as_if_nothing_had_fallen(office, season)
            await after_a_leap_of_the_clock_each_case_rises_one_level(office, books)
    for name in ("placements-worker", "placements", "hubs-worker"):
        assert running.said.count(f"{name} died (killed by SIGKILL); it starts again in 0.5 s") == 1
    assert running.said.count("PostgreSQL died; it starts again") == 1
    assert running.said.count(" died") == len(BLOWS) + 1
    assert running.stop() == 0, running.said


LEAPT_TO = "2026-11-05T17:00:00Z"
BY_TIME = "why in ('not_acknowledged', 'not_held', 'not_resolved', 'plan_not_made', 'plan_not_met')"


async def after_a_leap_of_the_clock_each_case_rises_one_level(office: Caller, books: Books) -> None:
    """Nine working days at once, as after an outage: what fell due fires in its order, and no case rises twice by time."""
    with pytest.raises(CallFailed, match="clock_goes_forward"):
        await office.put("identity", "/sandbox/clock", {"now": "2026-10-20T09:00:00Z"})
    waiting = f"concern_steps where done_at is null and fired_at is null and due_at <= '{LEAPT_TO}'"
    due = {row[0] for row in books.rows("placements", f"select distinct concern_id from {waiting}")}
    assert due
    await office.put("identity", "/sandbox/clock", {"now": LEAPT_TO})
    await it_is_so(lambda: books.count("placements", waiting) == 0)
    rose = f"select concern_id from concern_transitions where at >= '{LEAPT_TO}' and {BY_TIME}"
    risen = [row[0] for row in books.rows("placements", rose)]
    assert risen
    assert len(risen) == len(set(risen))
    assert set(risen) <= due


def the_placements_add_up(books: Books, season: Season) -> None:
    """Accepted, confirmed, seated, supported: each exactly once, in both services the same."""
    confirmed = sorted(season.matched.placements)
    accepted = books.count("placements", "proposals where status = 'accepted'")
    assert (season.matched.refused, accepted) == ([], len(confirmed))
    of_placements = "select id::text from placements"
    assert books.column("placements", of_placements) == confirmed
    running = books.column("placements", f"{of_placements} where status in ('confirmed', 'active')")
    assert len(running) == len(confirmed) - ENDED_EARLY
    assert books.doubled("placements", "placement_transitions", "placement_id", "to_status") == 0

    held = "select placement_id::text from seats where released_at is null"
    assert books.column("educators", held) == running
    supported = "select placement_id::text from support_episodes where placement_id is not null"
    assert books.column("educators", supported) == confirmed
    ended = "support_episodes where placement_id is not null and ending = 'ended_early'"
    assert books.count("educators", ended) == ENDED_EARLY
    for kind in ("confirmed", "started"):
        told = f"select subject_id::text from events where type = 'placement.{kind}'"
        assert books.column("placements", told) == confirmed


def the_hubs_add_up(books: Books) -> None:
    """Every confirmed final statutory placement has one place in a hub, or its reason; every register every member once."""
    wanted = "select id::text from placements where placement_level = 'final' and is_statutory"
    candidates = books.column(
        "hubs", "select placement_id::text from candidates where placement_level = 'final' and is_statutory"
    )
    assert candidates == books.column("placements", wanted)
    placed = books.column("hubs", "select placement_id::text from memberships")
    told = books.column(
        "hubs",
        "select placement_id::text from allocation_decisions where hub_id is null and why->>'code' <> 'outside_scheme'",
    )
    assert sorted(placed + told) == candidates
    ended = books.column("hubs", "select placement_id::text from memberships where ended_on is not null")
    gone = f"{wanted} and status = 'ended_early'"
    assert ended == [i for i in books.column("placements", gone) if i in placed]

    assert books.count("hubs", "sessions where recorded_at is not null and register_version <> 1") == 0
    in_registers = "attendance as a join sessions as s on s.id = a.session_id"
    expected = "memberships as m join sessions as s on s.hub_id = m.hub_id where s.recorded_at is not null"
    assert books.count("hubs", in_registers) == books.count("hubs", expected) > 0
    noticed = books.count("hubs", "events where type = 'hub_absence.noticed'")
    assert books.count("placements", "signals where rule_code = 'hub_absence'") == noticed > 0


def the_files_add_up(books: Books, season: Season) -> None:
    """Every row of every file has one result, and is there once."""
    rows = [
        books.count(service, "import_rows where result = 'created'")
        for service in ("placements", "educators")
    ]
    assert sum(rows) == season.made.rows + MORE_SETTINGS
    assert books.count("placements", "settings where name like 'Team %'") == MORE_SETTINGS
    assert books.doubled("placements", "external_ids", "resource", "value") == 0


def the_concerns_add_up(books: Books, running: Running) -> None:
    """Every level was entered once, everybody was told of everything once, and only of what is on record."""
    assert books.doubled("placements", "concern_transitions", "concern_id", "cycle", "level") == 0
    entered = books.count("placements", "concern_transitions")
    published = "events where type in ('concern.opened', 'concern.escalated')"
    assert books.count("placements", published) == entered > books.count("placements", "concerns") > 0
    once = ("person_ref", "occasion_id", "template")
    assert books.doubled("placements", "notifications", *once) == 0
    sent = books.column("placements", "select id::text from notifications where state = 'sent'")
    mailed = {message_from_bytes(file.read_bytes())["Message-ID"] for file in running.home.mail.iterdir()}
    arrived = {str(name).removeprefix("<").partition("@")[0] for name in mailed}
    assert set(sent) <= arrived
    assert arrived <= set(books.column("placements", "select id::text from notifications"))


async def the_story_is_as_if_nothing_had_fallen(office: Caller, season: Season) -> None:
    """The placement that nobody looks after has the same timeline as in a season in which nothing breaks."""
    absent = season.absent["placement_id"]
    (concern,) = await office.every("placements", "/v1/concerns", placement_id=absent)
    timeline = await office.get("placements", f"/v1/concerns/{concern['id']}/timeline")
    assert [(each["at"][:10], each["what"].partition(",")[0]) for each in timeline["happened"]] == [
        ("2026-10-09", "Absent from the hub without notice (amber)."),
        ("2026-10-16", "A QAMP review has amber or red sections (red)."),
        ("2026-10-16", "Student and educator answered a QAMP review very differently (red)."),
        ("2026-10-16", "The concern opened at an early conversation"),
        ("2026-10-23", "Attendance at the hub is low (amber)."),
        ("2026-10-23", "The concern moved to stage one"),
    ]
