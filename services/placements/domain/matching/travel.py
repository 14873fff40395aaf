"""Minutes from one home to every offer at once. The estimator is pluggable: by default great circles, see `journey`."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import EARTH_RADIUS_KM, PACES

Degrees = npt.NDArray[np.float64]
Minutes = npt.NDArray[np.int64]


class TravelEstimator(Protocol):
    """Anything that can say how long the journeys from one home take."""

    @property
    def name(self) -> str:
        """The name that is written into the result of a run."""

    def minutes(
        self, home: tuple[float, float], latitudes: Degrees, longitudes: Degrees, mode: TravelMode
    ) -> Minutes:
        """Return whole minutes one way from the home to every point, in the order of the points."""


class GreatCircle:
    """The default estimator: `journey.great_circle_minutes`, for many places at once."""

    name = "great_circle"

    def minutes(
        self, home: tuple[float, float], latitudes: Degrees, longitudes: Degrees, mode: TravelMode
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
