"""The board pack over HTTP: what it says, in three forms, and that it never asks the database more often."""

import csv
import io
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import event

from tests.placements.callers import member, office
from tests.placements.factories import a_capacity_statement, a_partnership, a_request, a_setting, an_offer
from tests.placements.quality import a_season, rated, reviewed, stays

YEAR = "2025-26"


@pytest.fixture
def wired(partnerships_wiring):
    """The service on the database that tests share; each keeps to a partnership of its own."""
    return partnerships_wiring


@pytest.fixture
def client(partnerships_client):
    """A caller of that service."""
    return partnerships_client


async def pack(client, p, form="json", academic_year=YEAR):
    url = f"/v1/reports/board-pack?academic_year={academic_year}&format={form}"
    answer = await client.get(url, headers=office(p.id))
    assert answer.status_code == 200, answer.text
    return answer


async def a_year(wired, name="Children in Care Team"):
    """A partnership with a year behind it: six placements, one of which broke down."""
    p = await a_partnership(wired.db)
    round_ = await a_season(wired.db, p, 2025)
    team = await a_setting(wired.db, p.id, organisation_id=p.council.id, name=name)
    there = await stays(wired.db, p, round_, team, ["completed"] * 5 + ["ended_early"])
    await rated(wired.db, there, "very_good")
    await reviewed(wired.db, there[:4], "green")
    await reviewed(wired.db, there[4:], "red")
    await a_request(wired.db, p.id, round_id=round_, student_id=there[0].student_id)
    await an_offer(wired.db, p.id, round_id=round_, setting_id=team.id, places=7)
    stated = {"academic_year": YEAR, "appetite": "actively_offering", "places": 7}
    await a_capacity_statement(wired.db, p.id, setting_id=team.id, **stated)
    return p, round_, team


async def test_the_pack_tells_the_year_in_numbers(client, wired):
    p, _, _ = await a_year(wired)
    told = (await pack(client, p)).json()
    # Nothing is published: nobody can be said to have no place.
    assert (told["matching"]["requests"], told["matching"]["placed"]["n"]) == (1, 0)
    breakdowns = told["placements"]["breakdowns"]
    assert (breakdowns["count"], breakdowns["n"]) == (1, 6)
    assert told["capacity"]["appetites"] == [{"appetite": "actively_offering", "settings": 1, "places": 7}]
    assert told["capacity"]["places_offered"] == 7
    assert told["reviews"] == [{"section": "support", "green": 4, "amber": 0, "red": 2}]
    assert [(y["academic_year"], y["answers"]["n"]) for y in told["survey_years"]] == [(YEAR, 6)]
    duty = told["team_duty"]
    assert (duty["took"]["count"], duty["took"]["n"]) == (1, 2)
    assert duty["reasons"] == [{"reason": "not_stated", "teams": 1}]
    assert (told["destinations"], told["declines"]) == (None, [])


async def test_a_year_in_which_nothing_happened_is_told_as_well(client, wired):
    p = await a_partnership(wired.db)
    told = (await pack(client, p, academic_year="2031-32")).json()
    assert told["placements"]["breakdowns"]["share"] is None
    page = (await pack(client, p, "html", "2031-32")).text
    assert "Fewer than five answers" in page


async def test_every_number_of_the_pack_stands_in_the_table(client, wired):
    p, _, _ = await a_year(wired)
    answer = await pack(client, p, "csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = dict(csv.reader(io.StringIO(answer.text)))
    assert lines["placements.breakdowns.n"] == "6"
    assert lines["reviews.1.red"] == "2"
    assert lines["survey_years.1.answers.n"] == "6"


class _Reading(HTMLParser):
    """Which elements a page opens, and what they refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href"} or name.startswith("on")]


async def test_the_page_has_plots_and_neither_scripts_nor_links(client, wired):
    p, _, _ = await a_year(wired, name="<script>Team")
    answer = await pack(client, p, "html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    read = _Reading()
    read.feed(answer.text)
    assert read.links == []
    assert "script" not in read.tags
    plots = [part.split("</svg>")[0] + "</svg>" for part in answer.text.split("<svg")[1:]]
    assert len(plots) >= 5
    for plot in plots:
        drawn = ET.fromstring(f"<svg{plot}")  # noqa: S314 - our own page
        assert drawn.get("role") == "img"
        assert [each.tag.rpartition("}")[2] for each in drawn][:2] == ["title", "desc"]
        assert all(each.text for each in list(drawn)[:2])
    assert len(answer.content) < 60_000


async def test_the_pack_asks_as_many_statements_for_many_placements_as_for_few(client, wired):
    p, round_, team = await a_year(wired)
    asked: list[str] = []

    def note(*args):
        asked.append(args[2])

    engine = wired.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await pack(client, p)
        few = len(asked)
        for number in range(3):
            other = await a_setting(wired.db, p.id, name=f"Team {number}")
            await rated(wired.db, await stays(wired.db, p, round_, other, ["completed"] * 4), "good")
        await stays(wired.db, p, round_, team, ["active"] * 4)
        asked.clear()
        await pack(client, p)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 1 < len(asked) == few <= 14


async def test_the_pack_is_for_the_partnerships_office(client, wired):
    p = await a_partnership(wired.db)
    url = f"/v1/reports/board-pack?academic_year={YEAR}"
    refused = await client.get(url, headers=member(p.id, p.university.id))
    assert (refused.status_code, refused.json()["code"]) == (403, "office_only")
    assert (await client.get(f"{url}&format=pdf", headers=office(p.id))).status_code == 422
