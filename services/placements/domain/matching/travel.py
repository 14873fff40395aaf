"""Minutes between homes and offers, many at once. The estimator is pluggable: by default great circles, see `journey`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import EARTH_RADIUS_KM, PACES

Degrees = npt.NDArray[np.float64]
Minutes = npt.NDArray[np.int64]


class TravelEstimator(Protocol):
    """Anything that can say how long journeys take."""

    @property
    def name(self) -> str:
        """The name that is written into the result of a run."""

    def minutes(
        self,
        home: tuple[float, float] | tuple[Degrees, Degrees],
        latitudes: Degrees,
        longitudes: Degrees,
        mode: TravelMode,
    ) -> Minutes:
        """Return whole minutes one way from the home to every point, or from each of many homes to the point beside it."""

    def reach(self, minutes: int, mode: TravelMode) -> float:
        """Return the kilometres in a straight line that no journey of so many minutes goes beyond; infinity if unknown."""


class GreatCircle:
    """The default estimator: `journey.great_circle_minutes`, for many places at once."""

    name = "great_circle"

    def minutes(
        self,
        home: tuple[float, float] | tuple[Degrees, Degrees],
        latitudes: Degrees,
        longitudes: Degrees,
        mode: TravelMode,
    ) -> Minutes:
        """Return whole minutes one way, rounded up."""
        here, there = np.radians(home[0]), np.radians(latitudes)
        half_north = np.sin((there - here) / 2)
        half_east = np.sin(np.radians(longitudes - home[1]) / 2)
        chord = half_north**2 + np.cos(here) * np.cos(there) * half_east**2
        kilometres = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        pace = PACES[mode]
        minutes = kilometres * pace.detour / pace.km_per_hour * 60 + pace.standing_minutes
        whole: Minutes = np.ceil(np.round(minutes, 6)).astype(np.int64)
        return whole

    def reach(self, minutes: int, mode: TravelMode) -> float:
        """Return the kilometres in a straight line that so many minutes allow."""
        pace = PACES[mode]
        return max(0.0, (minutes - pace.standing_minutes) / 60 * pace.km_per_hour / pace.detour)


@dataclass(frozen=True, slots=True)
class Points:
    """Points on the sphere, in degrees and as unit vectors, one row each."""

    latitudes: Degrees
    longitudes: Degrees
    vectors: npt.NDArray[np.float64]

    @classmethod
    def of(cls, degrees: Sequence[tuple[float, float]]) -> "Points":
        """Return the points at these latitudes and longitudes."""
        both = np.array(degrees, np.float64).reshape(-1, 2)
        north, east = np.radians(both[:, 0]), np.radians(both[:, 1])
        level = np.cos(north)
        return cls(
            both[:, 0],
            both[:, 1],
            np.column_stack((level * np.cos(east), level * np.sin(east), np.sin(north))),
        )

    def at(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the vectors of the points at these positions."""
        vectors: npt.NDArray[np.float64] = self.vectors[positions]
        return vectors


def nearby(
    homes: npt.NDArray[np.float64], places: npt.NDArray[np.float64], reach: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return which homes and places may be within the home's reach (km) of each other; a few too many, none too few."""
    # Half a kilometre more covers the rounding of a cosine close to 1.
    angle = np.minimum(np.pi, (reach + 0.5) / EARTH_RADIUS_KM)
    near = np.flatnonzero((homes @ places.T >= np.cos(angle)[:, None]).ravel())
    rows, columns = np.divmod(near.astype(np.int64), max(1, len(places)))
    return rows, columns
