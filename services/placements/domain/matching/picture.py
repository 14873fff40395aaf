"""What a picture of a run shows, counted so that nobody can be recognised: no names, no homes, no cell with few students.

Homes are gathered in square cells, from small to large: a cell is shown when at least `FEWEST` students live in it who are
in no smaller cell that is shown. What is left over is only counted. Nothing of a single student leaves this module.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import floor
from statistics import fmean, median_low
from typing import Any

from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.result import Assignment
from services.placements.domain.small_numbers import FEWEST

CELLS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Sides of cells in degrees, from about five kilometres up."""

SQUARES = 30
"""A picture of a wide area begins with larger cells: no more than about so many beside one another can be told apart."""

MOST_SETTINGS = 10

BANDS = (15, 30, 45, 60, 90)
"""Journeys are counted up to each of these minutes one way, and above the last."""

Corner = tuple[float, int, int]
"""A cell: its side, and how many sides it lies east and north of nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A square on the map by its middle, in degrees, with so many students; their median journey in minutes, if known."""

    latitude: float
    longitude: float
    side: float
    students: int
    minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A square in which places are offered, by its middle, in degrees."""

    latitude: float
    longitude: float
    places: int


Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """So many students travel from one square to another; drawn between where, in small squares, they live and go to."""

    home: Spot
    place: Spot
    students: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A setting that more students named first than got it: `first` named it, `missed` of them did not get their first."""

    setting_id: str
    first: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """All that is drawn. `profile` counts students by the rank they got; `hidden` students live where too few others do.

    `journeys` counts placed students by the bands of `BANDS`.
    """

    profile: dict[int, int]
    outside: int
    unplaced: int
    cells: tuple[Cell, ...]
    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    hidden: int
    journeys: tuple[int, ...]
    unmet: tuple[Demand, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return the facts as they are stored."""
        return asdict(self)


def _corner(latitude: float, longitude: float, side: float) -> Corner:
    return side, floor(longitude / side), floor(latitude / side)


def _middle(corner: Corner) -> Spot:
    side, east, north = corner
    return round((north + 0.5) * side, 4), round((east + 0.5) * side, 4)


def _sides(inputs: MatchInputs) -> tuple[float, ...]:
    """The sides of cells for a round, from the smallest that can be told apart on one picture."""
    spots = [(each.latitude, each.longitude) for each in inputs.requests]
    spots += [(each.latitude, each.longitude) for each in inputs.offers]
    wide = max((max(line) - min(line) for line in zip(*spots, strict=True)), default=0.0)
    return tuple(side for side in CELLS if side * SQUARES >= wide) or CELLS[-1:]


def gathered(
    requests: Iterable[RequestInput], sides: Sequence[float] = CELLS
) -> tuple[dict[Corner, list[str]], int]:
    """Return the cells that may be shown with the requests in them, and how many requests are in none."""
    shown: dict[Corner, list[str]] = {}
    waiting = list(requests)
    for side in sides:
        cells: defaultdict[Corner, list[RequestInput]] = defaultdict(list)
        for each in waiting:
            cells[_corner(each.latitude, each.longitude, side)].append(each)
        shown |= {at: [each.id for each in cells[at]] for at in sorted(cells) if len(cells[at]) >= FEWEST}
        waiting = [each for at in cells if len(cells[at]) < FEWEST for each in cells[at]]
    return shown, len(waiting)


def _sites(offers: Iterable[OfferInput], side: float) -> dict[Corner, int]:
    places: Counter[Corner] = Counter()
    for offer in offers:
        places[_corner(offer.latitude, offer.longitude, side)] += offer.places
    return {corner: places[corner] for corner in sorted(places)}


def _cell(corner: Corner, requests: Sequence[str], minutes: dict[str, int]) -> Cell:
    latitude, longitude = _middle(corner)
    known = [minutes[each] for each in requests if each in minutes]
    middle = median_low(known) if len(known) >= FEWEST else None
    return Cell(
        latitude=latitude, longitude=longitude, side=corner[0], students=len(requests), minutes=middle
    )


def _centre(spots: Sequence[Spot], side: float) -> Spot:
    middles = [_middle(_corner(*spot, side)) for spot in spots]
    return round(fmean(m[0] for m in middles), 4), round(fmean(m[1] for m in middles), 4)


def _flows(inputs: MatchInputs, assignments: Sequence[Assignment], sides: Sequence[float]) -> Iterator[Flow]:
    """Journeys from square to square, from small squares to large: each student is in one flow at most.

    Who stays within one square with enough others is not drawn.
    """
    homes = {each.id: (each.latitude, each.longitude) for each in inputs.requests}
    places = {each.id: (each.latitude, each.longitude) for each in inputs.offers}
    waiting = [(homes[each.request_id], places[each.offer_id]) for each in assignments]
    for side in sides:
        groups: defaultdict[tuple[Corner, Corner], list[tuple[Spot, Spot]]] = defaultdict(list)
        for home, place in waiting:
            groups[_corner(*home, side), _corner(*place, side)].append((home, place))
        for (home_at, place_at), journeys in sorted(groups.items()):
            if len(journeys) >= FEWEST and home_at != place_at:
                home, place = (_centre(spots, sides[0]) for spots in zip(*journeys, strict=True))
                yield Flow(home=home, place=place, students=len(journeys))
        waiting = [each for group in groups.values() if len(group) < FEWEST for each in group]


def _first_choices(inputs: MatchInputs, first: set[str]) -> Iterator[Demand]:
    setting_of = {offer.id: offer.setting_id for offer in inputs.offers}
    named: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for request in inputs.requests:
        best = min((each.rank for each in request.preferences), default=None)
        settings = {
            setting_of.get(each.value, each.value)
            for each in request.preferences
            if each.rank == best and each.kind in (PreferenceKind.OFFER, PreferenceKind.SETTING)
        }
        named.update(settings)
        missed.update(settings if request.id not in first else ())
    known = set(setting_of.values())
    for each in sorted(missed, key=lambda setting: (-missed[setting], setting)):
        if each in known:
            yield Demand(setting_id=each, first=named[each], missed=missed[each])


def _journeys(assignments: Sequence[Assignment]) -> tuple[int, ...]:
    bands = Counter(bisect_left(BANDS, each.minutes) for each in assignments)
    return tuple(bands[at] for at in range(len(BANDS) + 1))


def picture_of(inputs: MatchInputs, assignments: Sequence[Assignment]) -> PictureFacts:
    """Return the facts for a picture of a result."""
    sides = _sides(inputs)
    cells, hidden = gathered(inputs.requests, sides)
    sites = _sites(inputs.offers, sides[0])
    minutes = {each.request_id: each.minutes for each in assignments}
    ranks = Counter(each.rank for each in assignments if not each.outside_list)
    first = {each.request_id for each in assignments if each.rank == 1 and not each.outside_list}
    return PictureFacts(
        profile=dict(sorted(ranks.items())),
        outside=len(assignments) - ranks.total(),
        unplaced=len(inputs.requests) - len(assignments),
        cells=tuple(_cell(corner, cells[corner], minutes) for corner in cells),
        sites=tuple(
            Site(latitude=_middle(corner)[0], longitude=_middle(corner)[1], places=places)
            for corner, places in sites.items()
        ),
        flows=tuple(_flows(inputs, assignments, sides)),
        hidden=hidden,
        journeys=_journeys(assignments),
        unmet=tuple(_first_choices(inputs, first))[:MOST_SETTINGS],
    )
