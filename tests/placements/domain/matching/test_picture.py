"""A picture shows a run and nobody in it."""

import json
from collections import Counter
from xml.etree import ElementTree as ET

from services.placements.domain.matching.drawing import described, draw
from services.placements.domain.matching.picture import gathered, picture_of
from services.placements.domain.matching.run import run_match
from services.placements.domain.small_numbers import FEWEST
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer

SVG = "{http://www.w3.org/2000/svg}"


def test_no_cell_and_no_line_stands_for_fewer_than_five_students():
    inputs = a_drawn_round(1, requests=150, offers=160)
    facts = picture_of(inputs, run_match(inputs).assignments)
    assert facts.cells
    assert all(cell.students >= FEWEST for cell in facts.cells)
    assert all(flow.students >= FEWEST for flow in facts.flows)
    assert sum(cell.students for cell in facts.cells) + facts.hidden == len(inputs.requests)


def test_cells_grow_until_there_are_enough_students_and_the_others_are_only_counted():
    near = [a_request(f"n{at}", latitude=50.91, longitude=-1.41) for at in range(5)]
    apart = [a_request(f"a{at}", latitude=51.61 + at * 0.06, longitude=-1.41) for at in range(6)]
    lonely = [a_request("far", latitude=54.9, longitude=-1.6)]
    cells, hidden = gathered([*near, *apart, *lonely])
    assert sorted((corner[0], len(requests)) for corner, requests in cells.items()) == [(0.05, 5), (0.4, 6)]
    assert hidden == 1


def test_a_home_is_drawn_in_the_middle_of_its_cell_and_nowhere_else():
    homes = [a_request(f"r{at}", latitude=50.9012, longitude=-1.4034) for at in range(5)]
    facts = picture_of(a_round([an_offer("o", places=9)], homes), ())
    (cell,) = facts.cells
    assert (cell.latitude, cell.longitude, cell.minutes) == (50.925, -1.425, None)
    assert "50.9012" not in json.dumps(facts.to_plain())


def test_unmet_demand_counts_first_choices_that_were_not_got():
    requests = [a_request(name, "wanted", "other") for name in ("a", "b", "c")]
    inputs = a_round([an_offer("wanted"), an_offer("other", places=3)], requests)
    facts = picture_of(inputs, run_match(inputs).assignments)
    assert [(each.setting_id, each.first, each.missed) for each in facts.unmet] == [
        ("setting-of-wanted", 3, 2)
    ]
    assert facts.profile == {1: 1, 2: 2}


def _drawn(title: str = "Autumn & winter <2026>") -> tuple[ET.Element, str]:
    inputs = a_drawn_round(1, requests=90, offers=70)
    facts = json.loads(json.dumps(picture_of(inputs, run_match(inputs).assignments).to_plain()))
    names = {each["setting_id"]: "Team <b> & co" for each in facts["unmet"]}
    text = draw(facts, names, title)
    assert described(facts, names)
    return ET.fromstring(text), text


def test_the_picture_is_read_aloud_and_needs_no_script_and_no_other_file():
    root, text = _drawn()
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Autumn & winter <2026>"
    assert words is not None
    assert "students have a place. How preferences were met: first:" in (words.text or "")
    assert "Minutes one way: up to 15: " in (words.text or "")
    assert root.get("aria-labelledby") == "title words"
    kinds = Counter(each.tag.removeprefix(SVG) for each in root.iter())
    assert not kinds.keys() & {"script", "image", "use", "foreignObject", "a"}
    assert "href" not in text
    assert len(text) < 60_000


def test_every_bar_of_the_picture_has_its_number_beside_it():
    root, _ = _drawn()
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("rx") == "3"]
    numbers = [each for each in root.iter(f"{SVG}text") if each.get("class") == "number"]
    assert len(bars) == len(numbers) > 4
