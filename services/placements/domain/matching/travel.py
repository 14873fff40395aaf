"""Minutes between homes and offers, many at once. The estimator is pluggable: by default great circles, see `journey`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import EARTH_RADIUS_KM, PACES

Degrees = npt.NDArray[np.float64]
Minutes = npt.NDArray[np.int64]
Positions = npt.NDArray[np.int64]

CELLS_EAST = 1000
"""More than there are half degrees around the globe."""


class Placed(Protocol):
    """Whatever has a place on the map, in degrees."""

    @property
    def latitude(self) -> float:
        """Degrees north."""

    @property
    def longitude(self) -> float:
        """Degrees east."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points on the sphere: in degrees, and as unit vectors, one column each."""

    latitudes: Degrees
    longitudes: Degrees
    vectors: npt.NDArray[np.float64]

    @classmethod
    def of(cls, placed: Sequence[Placed]) -> "Points":
        """Return where these are."""
        latitudes = np.array([each.latitude for each in placed], np.float64)
        longitudes = np.array([each.longitude for each in placed], np.float64)
        north, east = np.radians(latitudes), np.radians(longitudes)
        level = np.cos(north)
        vectors = np.stack((level * np.cos(east), level * np.sin(east), np.sin(north)))
        return cls(latitudes, longitudes, vectors)

    def cells(self, some: Positions, most: int) -> Iterator[Positions]:
        """Yield those of some points that lie together within half a degree each way, in their order, at most so many."""
        north, east = (
            np.floor(each[some] * 2).astype(np.int64) for each in (self.latitudes, self.longitudes)
        )
        cell = north * CELLS_EAST + east
        order = np.argsort(cell, kind="stable")
        for together in np.split(some[order], np.flatnonzero(np.diff(cell[order])) + 1) if len(some) else ():
            yield from (together[first : first + most] for first in range(0, len(together), most))


class TravelEstimator(Protocol):
    """Anything that can say how long journeys take."""

    @property
    def name(self) -> str:
        """The name that is written into the result of a run."""

    def minutes(
        self, homes: Points, places: Points, pairs: tuple[Positions, Positions], mode: TravelMode
    ) -> Minutes:
        """Return whole minutes one way for pairs of a home and a place, given by their positions."""

    def reach(self, minutes: int, mode: TravelMode) -> float:
        """Return the kilometres in a straight line that no journey of so many minutes goes beyond; infinity if unknown."""


class GreatCircle:
    """The default estimator: `journey.great_circle_minutes`, for many places at once."""

    name = "great_circle"

    def minutes(
        self, homes: Points, places: Points, pairs: tuple[Positions, Positions], mode: TravelMode
    ) -> Minutes:
        """Return whole minutes one way, rounded up."""
        # Straight lines through the earth: as precise as the definition's angles, in a fifth of the time.
        squares = np.zeros(len(pairs[0]))
        for home, place in zip(homes.vectors, places.vectors, strict=True):
            apart = home[pairs[0]]
            apart -= place[pairs[1]]
            apart *= apart
            squares += apart
        pace = PACES[mode]
        minutes = np.arcsin(np.minimum(1.0, np.sqrt(squares) / 2))
        minutes *= 2 * EARTH_RADIUS_KM * pace.detour / pace.km_per_hour * 60
        minutes += pace.standing_minutes
        whole: Minutes = np.ceil(np.round(minutes, 6)).astype(np.int64)
        return whole

    def reach(self, minutes: int, mode: TravelMode) -> float:
        """Return the kilometres in a straight line that so many minutes allow."""
        pace = PACES[mode]
        return max(0.0, (minutes - pace.standing_minutes) / 60 * pace.km_per_hour / pace.detour)


def nearby(
    homes: Points, some: Positions, places: Points, reach: npt.NDArray[np.float64]
) -> tuple[Positions, Positions]:
    """Return which of some homes and all places may be within reach (km) of each other; a few too many, none too few.

    The homes lie together, so that only the places around them are looked at. Returned are positions among `some`.
    """
    vectors = homes.vectors[:, some]
    # Half a kilometre more covers the rounding of a cosine close to 1.
    angles = (reach + 0.5) / EARTH_RADIUS_KM
    centre = vectors.sum(axis=1)
    centre /= np.sqrt(centre @ centre)
    spread = np.arccos(np.minimum(1.0, (centre @ vectors).min()))
    around = np.flatnonzero(centre @ places.vectors >= _least_cosine(spread + angles.max()))
    cosines = vectors.T @ places.vectors[:, around]
    rows, columns = np.nonzero(cosines >= _least_cosine(angles)[:, None])
    return rows, around[columns]


def _least_cosine(angles: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the cosines of angles; everything is within half a circle, whatever is rounded."""
    return np.where(np.less(angles, np.pi), np.cos(np.minimum(angles, np.pi)), -np.inf)
