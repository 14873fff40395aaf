"""A run as one SVG: how preferences were met, where students travel, where demand was not met. No script, no outside file.

Written by hand so that it stays small and readable by a screen reader: a title, a description in words, and every number
as text beside its bar. Colours are told apart by people who do not see red and green apart (Okabe and Ito 2008).
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import cos, radians, sqrt
from typing import Any

from services.placements.domain.matching.picture import BANDS
from services.placements.domain.matching.words import counted

WIDTH, MARGIN, GAP = 960, 32, 24
INK, QUIET, BLUE, SKY, ORANGE, GREEN, GROUND = (
    "#1d2733",
    "#5b6875",
    "#0072b2",
    "#56b4e9",
    "#d55e00",
    "#009e73",
    "#f6f8fa",
)
BAR, STEP = 18, 28
MAP_SIDE = 440
GOOD = 2
"""First and second preferences are drawn in the stronger colour."""

LONGEST_NAME = 38
"""What of a setting's name fits beside its bar, in characters."""

NAME_ROOM = 252
"""How wide the longest name gets, in pixels."""

LONG_JOURNEY = 60
"""From this median on, in minutes one way, a cell is drawn in the warning colour."""

KILOMETRES_A_DEGREE = 111.3
"""Of latitude, and so of anything on this map."""

RULERS = (100, 50, 20, 10, 5, 2, 1)
"""Kilometres that are easy to compare with."""

LONGEST_RULER = 130
"""Pixels."""

RANK_WORDS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")

Facts = Mapping[str, Any]
"""The stored facts of a picture, see `picture.PictureFacts`."""


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{style}>{escape(words)}</text>'


Row = tuple[str, int, str]
"""A bar: its words, how many, and the colour."""


def _bars(x: int, y: int, room: int, rows: Sequence[Row], label: int, *, kind: str = "") -> Iterator[str]:
    most = max((count for _, count, _ in rows), default=1) or 1
    for number, (words, count, colour) in enumerate(rows):
        top = y + number * STEP
        length = (room - label - 44) * count / most
        yield _text(x + label - 8, top + 14, words, kind, anchor="end")
        yield (
            f'<rect x="{x + label}" y="{top}" width="{max(length, 1):.1f}" height="{BAR}" rx="3" fill="{colour}"/>'
        )
        yield _text(x + label + max(length, 1) + 6, top + 14, str(count), "number")


def journey_rows(facts: Facts) -> list[Row]:
    """Return how many students travel how long; nothing for pictures that were stored before this was counted."""
    words = [*(f"Up to {minutes}" for minutes in BANDS), f"Over {BANDS[-1]}"]
    colours = [ORANGE if minutes >= LONG_JOURNEY else BLUE for minutes in (0, *BANDS)]
    return list(zip(words, facts.get("journeys") or (), colours, strict=False))


def profile_rows(facts: Facts) -> list[Row]:
    """Return the rows of the preference profile: what the student got, how many, and the colour."""
    ranks = {int(rank): count for rank, count in facts["profile"].items()}
    rows = [
        (
            RANK_WORDS[rank - 1] if rank <= len(RANK_WORDS) else f"Number {rank}",
            ranks[rank],
            BLUE if rank <= GOOD else SKY,
        )
        for rank in sorted(ranks)
    ]
    rows.append(("Outside the list", facts["outside"], GREEN))
    rows.append(("No place", facts["unplaced"], ORANGE))
    return rows


class _Map:
    """Degrees to points on the drawing: north is up, and a kilometre is as long east as north."""

    def __init__(self, facts: Facts, x: int, y: int, side: int) -> None:
        ends = [flow[end] for flow in facts["flows"] if "home" in flow for end in ("home", "place")]
        spots = [
            *facts["cells"],
            *facts["sites"],
            *({"latitude": north, "longitude": east} for north, east in ends),
        ]
        self._north = max((each["latitude"] for each in spots), default=1.0)
        self._west = min((each["longitude"] for each in spots), default=0.0)
        south = min((each["latitude"] for each in spots), default=0.0)
        east = max((each["longitude"] for each in spots), default=1.0)
        self._narrow = cos(radians((self._north + south) / 2))
        span = max(self._north - south, (east - self._west) * self._narrow, 0.05)
        self._scale, self._x, self._y = (side - 60) / span, x + 30, y + 30

    def ruler(self) -> tuple[int, float]:
        """Return a distance that is easy to compare with, in kilometres, and how long it is drawn, in pixels."""
        a_kilometre = self._scale / KILOMETRES_A_DEGREE
        fitting = (each for each in RULERS if each * a_kilometre <= LONGEST_RULER)
        kilometres = next(fitting, RULERS[-1])
        return kilometres, kilometres * a_kilometre

    def at(self, spot: Facts) -> tuple[float, float]:
        """Return where a cell or a site is drawn."""
        return self.point(spot["latitude"], spot["longitude"])

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a place on earth is drawn."""
        east = (longitude - self._west) * self._narrow * self._scale
        return self._x + east, self._y + (self._north - latitude) * self._scale


def _map(facts: Facts, x: int, y: int) -> Iterator[str]:
    on_map = _Map(facts, x, y, MAP_SIDE)
    yield f'<rect x="{x}" y="{y}" width="{MAP_SIDE}" height="{MAP_SIDE}" rx="8" fill="{GROUND}"/>'
    for flow in facts["flows"]:
        if "home" not in flow:
            continue  # stored before journeys were gathered into squares
        (x1, y1), (x2, y2) = on_map.point(*flow["home"]), on_map.point(*flow["place"])
        yield (
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{QUIET}" '
            f'stroke-opacity=".45" stroke-width="{min(1 + flow["students"] / 4, 8):.1f}"/>'
        )
    for site in facts["sites"]:
        sx, sy = on_map.at(site)
        half = min(2.5 + sqrt(site["places"]), 9)
        yield (
            f'<rect x="{sx - half:.1f}" y="{sy - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}" '
            f'fill="{GREEN}" fill-opacity=".7"/>'
        )
    for cell in facts["cells"]:
        cx, cy = on_map.at(cell)
        radius = min(4 + 1.6 * sqrt(cell["students"]), 26)
        colour = ORANGE if (cell["minutes"] or 0) >= LONG_JOURNEY else BLUE
        yield (
            f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity=".75" '
            f'stroke="#fff"><title>{_cell_words(cell)}</title></circle>'
        )
        yield _text(cx, cy + 4, str(cell["students"]), "on", "middle")
    yield from _ruler(on_map, x + 20, y + MAP_SIDE - 16)


def _ruler(on_map: _Map, x: int, y: int) -> Iterator[str]:
    kilometres, length = on_map.ruler()
    yield f'<path d="M{x} {y - 5}v5h{length:.1f}v-5" fill="none" stroke="{QUIET}"/>'
    yield _text(x + length + 8, y + 1, f"{kilometres} km", "small")


def _cell_words(cell: Facts) -> str:
    journey = f", median journey {cell['minutes']} minutes" if cell["minutes"] is not None else ""
    return f"{cell['students']} students{journey}"


def _totals(facts: Facts) -> str:
    placed = sum(facts["profile"].values()) + facts["outside"]
    return f"{placed} of {placed + facts['unplaced']} students have a place."


def described(facts: Facts, names: Mapping[str, str]) -> str:
    """Return the picture in words, for people who hear it."""
    profile = ", ".join(f"{words.lower()}: {count}" for words, count, _ in profile_rows(facts))
    parts = [_totals(facts), f"How preferences were met: {profile}."]
    far = sum(cell["students"] for cell in facts["cells"] if (cell["minutes"] or 0) >= LONG_JOURNEY)
    parts.append(
        f"Map of journeys: {len(facts['cells'])} areas with at least five students each; "
        f"{far} students live where the median journey is an hour or more."
    )
    if journeys := ", ".join(f"{words.lower()}: {count}" for words, count, _ in journey_rows(facts)):
        parts.append(f"Minutes one way: {journeys}.")
    if facts["unmet"]:
        unmet = ", ".join(f"{_name(each, names)}: {each['missed']}" for each in facts["unmet"])
        parts.append(f"Students who named a setting first and did not get it: {unmet}.")
    return " ".join(parts)


def _name(demand: Facts, names: Mapping[str, str]) -> str:
    name = names.get(demand["setting_id"], "A setting")
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"  # teams of one kind differ at the end


def draw(facts: Facts, names: Mapping[str, str], title: str) -> str:
    """Return the SVG. `names` are those of the settings in `unmet`; where there are none, demand is not drawn."""
    right = WIDTH - MARGIN - MAP_SIDE
    room = right - MARGIN - GAP
    rows = profile_rows(facts)
    top = 118
    unmet_at = top + len(rows) * STEP + 62
    demand = [(_name(each, names), each["missed"], ORANGE) for each in facts["unmet"]]
    journeys, journeys_at = journey_rows(facts), top + MAP_SIDE + 122
    height = max(journeys_at + len(journeys) * STEP - 6, unmet_at + max(len(demand), 1) * STEP + 30)
    parts = [
        *_head(height, title, described(facts, names)),
        _text(MARGIN, 74, _totals(facts), "small"),
        _text(MARGIN, 102, "How preferences were met", "part"),
        *_bars(MARGIN, top, room, rows, 118),
        _text(right, 102, "Where students travel", "part"),
        *_map(facts, right, top),
        *_legend(facts, right, top + MAP_SIDE + 24),
    ]
    if journeys:
        parts.append(_text(right, journeys_at - 22, "Minutes one way", "part"))
        parts.extend(_bars(right, journeys_at, MAP_SIDE, journeys, 80))
    if names or demand:
        parts.append(_text(MARGIN, unmet_at - 22, "Named first and not got, by setting", "part"))
        parts.extend(_bars(MARGIN, unmet_at, room, demand, NAME_ROOM, kind="name"))
    return "".join([*parts, "</svg>"])


def _head(height: int, title: str, words: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="title words" lang="en">'
    )
    yield f'<title id="title">{escape(title)}</title><desc id="words">{escape(words)}</desc>'
    yield (
        "<style>text{font:14px system-ui,sans-serif;fill:" + INK + "}"
        ".head{font-size:24px;font-weight:700}.part{font-size:16px;font-weight:600}"
        ".number{font-weight:600}.small{font-size:12px;fill:" + QUIET + "}"
        ".name{font-size:12px}.on{font-size:11px;font-weight:600;fill:#fff}</style>"
    )
    yield f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    yield _text(MARGIN, 52, title, "head")


def _legend(facts: Facts, x: int, y: int) -> Iterator[str]:
    yield f'<circle cx="{x + 8}" cy="{y}" r="7" fill="{BLUE}"/>'
    yield _text(x + 22, y + 4, "students by area", "small")
    yield f'<circle cx="{x + 140}" cy="{y}" r="7" fill="{ORANGE}"/>'
    yield _text(x + 154, y + 4, "median an hour or more", "small")
    yield f'<rect x="{x + 318}" y="{y - 6}" width="12" height="12" fill="{GREEN}"/>'
    yield _text(x + 336, y + 4, "places offered", "small")
    yield _text(
        x, y + 26, "Areas are coarse; no area and no line stands for fewer than five students.", "small"
    )
    if facts["hidden"]:
        yield _text(
            x, y + 44, f"{counted(facts['hidden'], 'student is', 'students are')} not drawn.", "small"
        )
