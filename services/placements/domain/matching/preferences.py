"""The rank at which a student listed each offer.

An offer counts at the best rank among the preferences it satisfies. Ranks are counted without gaps, and an
offer outside the list ranks one after the end of the list, not last: otherwise a student would gain by
listing fewer choices.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.inputs import OfferInput, RequestInput

NAMED_BY: dict[PreferenceKind, Callable[[OfferInput], tuple[str, ...]]] = {
    PreferenceKind.OFFER: lambda offer: (offer.id,),
    PreferenceKind.SETTING: lambda offer: offer.settings,
    PreferenceKind.SERVICE_AREA: lambda offer: (offer.service_area,),
    PreferenceKind.DIRECTORATE: lambda offer: (offer.directorate,),
    PreferenceKind.LOCALITY: lambda offer: (offer.locality,),
}


def list_length(request: RequestInput) -> int:
    """Return how many different ranks the student's list has."""
    return len({preference.rank for preference in request.preferences})


class Catalogue:
    """The offers by everything a preference can name."""

    def __init__(self, offers: tuple[OfferInput, ...]) -> None:
        self.count = len(offers)
        found: dict[tuple[PreferenceKind, str], list[int]] = {}
        for at, offer in enumerate(offers):
            for kind, names in NAMED_BY.items():
                for name in names(offer):
                    found.setdefault((kind, name), []).append(at)
        self._offers_of = {name: np.array(each, np.int64) for name, each in found.items()}
        self._none = np.empty(0, np.int64)

    def listed(self, request: RequestInput) -> list[tuple[int, npt.NDArray[np.int64]]]:
        """Return the offers that meet each preference with its rank, counted from 1, the best first."""
        rising = sorted(request.preferences, key=lambda each: each.rank)
        place = {rank: at for at, rank in enumerate(dict.fromkeys(each.rank for each in rising), start=1)}
        return [
            (place[each.rank], self._offers_of.get((each.kind, each.value), self._none)) for each in rising
        ]

    def ranks(self, request: RequestInput) -> npt.NDArray[np.int64]:
        """Return the rank of every offer for the request: 1 to the list's length, or one more when outside the list."""
        ranks = np.full(self.count, list_length(request) + 1, np.int64)
        for rank, offers in reversed(self.listed(request)):
            ranks[offers] = rank
        return ranks
