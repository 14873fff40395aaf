"""The rank at which each student listed each offer, for all students at once.

An offer counts at the best rank among the preferences it satisfies. Ranks are counted without gaps, and an
offer outside the list ranks one after the end of the list, not last: otherwise a student would gain by
listing fewer choices.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter

import numpy as np

from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.inputs import OfferInput, RequestInput
from services.placements.domain.matching.pairs import TOGETHER, Ints

NAMED_BY: tuple[tuple[PreferenceKind, Callable[[OfferInput], str | None]], ...] = (
    (PreferenceKind.OFFER, attrgetter("id")),
    (PreferenceKind.SETTING, attrgetter("setting_id")),
    (PreferenceKind.SETTING, attrgetter("second_setting_id")),
    (PreferenceKind.SERVICE_AREA, attrgetter("service_area")),
    (PreferenceKind.DIRECTORATE, attrgetter("directorate")),
    (PreferenceKind.LOCALITY, attrgetter("locality")),
)
"""What a preference of each kind can name of an offer."""


class Lists:
    """What the requests of a round listed of its offers; both are positions. `lengths` is how many ranks each list has."""

    def __init__(self, requests: Sequence[RequestInput], offers: Sequence[OfferInput]) -> None:
        numbers: dict[tuple[PreferenceKind, str | None], int] = {}
        columns = [
            [numbers.setdefault((kind, name), len(numbers)) for name in map(named, offers)]
            for kind, named in NAMED_BY
        ]
        self._names = np.array(columns, np.int64).reshape(len(columns), len(offers))
        """The number of everything that may be named of each offer (columns)."""
        self._width = len(numbers)
        self._named, self._offers = _by_name(self._names, self._width)
        listed = [each for request in requests for each in request.preferences]
        name = np.array([numbers.get((each.kind, each.value), -1) for each in listed], np.int64)
        given = np.array([each.rank for each in listed], np.int64)
        request = np.repeat(np.arange(len(requests)), [len(each.preferences) for each in requests])
        order = np.lexsort((given, request))
        request, given, name = request[order], given[order], name[order]
        opens = (np.diff(request, prepend=-1) != 0) | (np.diff(given, prepend=0) != 0)
        self.lengths: Ints = np.bincount(request[opens], minlength=len(requests))
        # Ranks are counted through all lists, and then from the beginning of each.
        before = np.cumsum(self.lengths) - self.lengths
        rank = np.cumsum(opens) - before[request]
        met = name >= 0
        self._request, self._name, self._rank = request[met], name[met], rank[met]

    def ranks(self, requests: Ints, offers: Ints) -> Ints:
        """Return the rank of each of these pairs, which stand by request: 1 to the list's length, or one more outside it."""
        ranks: Ints = self.lengths[requests] + 1
        # What is listed counts so much less than outside the list; nothing else counts less.
        less = (self._rank - self.lengths[self._request] - 1).astype(np.int32)
        table = np.zeros(TOGETHER * self._width, np.int32)
        begin, end = (int(requests[0]), int(requests[-1]) + 1) if len(requests) else (0, 0)
        for first in range(begin, end, TOGETHER):
            some = slice(*np.searchsorted(requests, (first, first + TOGETHER)))
            lists = slice(*np.searchsorted(self._request, (first, first + TOGETHER)))
            cells = (self._request[lists] - first) * self._width + self._name[lists]
            # The best comes last and stays, where a list says the same twice.
            table[cells[::-1]] = less[lists][::-1]
            rows, there = (requests[some] - first) * self._width, offers[some]
            best = np.zeros(len(rows), np.int32)
            for names in self._names:
                np.minimum(best, table[rows + names[there]], out=best)
            ranks[some] += best
            table[cells] = 0
        return ranks

    def better(self, first: int, last: int, reached: Ints) -> tuple[Ints, Ints, Ints]:
        """Return requests, offers and ranks of what those from `first` up to `last` ranked better than what they `reached`.

        The offers stand by request and then by position, each once and at its best rank.
        """
        some = np.arange(*np.searchsorted(self._request, (first, last)))
        some = some[self._rank[some] < reached[self._request[some]]]
        begin, end = self._named[self._name[some]], self._named[self._name[some] + 1]
        sizes = end - begin
        request, rank = np.repeat(self._request[some], sizes), np.repeat(self._rank[some], sizes)
        offer = self._offers[np.arange(len(request)) + np.repeat(begin - (np.cumsum(sizes) - sizes), sizes)]
        width, most = max(1, self._names.shape[1]), int(rank.max(initial=0)) + 1
        entries = np.sort((request * width + offer) * most + rank)
        pairs, rank = np.divmod(entries, most)
        once = np.diff(pairs, prepend=-1) != 0
        request, offer = np.divmod(pairs[once], width)
        return request, offer, rank[once]


def _by_name(names: Ints, width: int) -> tuple[Ints, Ints]:
    """Return where the offers of each name begin, and the offers, name by name."""
    offers = np.tile(np.arange(names.shape[1]), len(names))
    starts = np.concatenate(([0], np.cumsum(np.bincount(names.ravel(), minlength=width))))
    return starts, offers[np.argsort(names.ravel(), kind="stable")]
