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
        self._count = len(offers)
        self._offers_of: dict[tuple[PreferenceKind, str], list[int]] = {}
        for at, offer in enumerate(offers):
            for kind, names in NAMED_BY.items():
                for name in names(offer):
                    self._offers_of.setdefault((kind, name), []).append(at)

    def ranks(self, request: RequestInput) -> npt.NDArray[np.int64]:
        """Return the rank of every offer for the request: 1 to the list's length, or one more when outside the list."""
        ranks = np.full(self._count, list_length(request) + 1, np.int64)
        rising = sorted({preference.rank for preference in request.preferences})
        place = {rank: at for at, rank in enumerate(rising, start=1)}
        for preference in sorted(request.preferences, key=lambda each: each.rank, reverse=True):
            ranks[self._offers_of.get((preference.kind, preference.value), [])] = place[preference.rank]
        return ranks
