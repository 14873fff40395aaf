"""The offers that students ranked better than what they got, all at once: what forbade each, or what it would cost."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from services.placements.domain.matching.aims import Aim
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.pairs import Ints, Pairs, place_in_group
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.prove import Losses
from services.placements.domain.matching.result import MOST_PASSED_OVER
from services.placements.domain.matching.shortage import NOBODY, Shortage
from services.placements.domain.matching.survey import Survey
from services.placements.domain.matching.verdict import RULES, Bits, first_against

FULL, AIM = len(RULES), len(RULES) + 1
"""The reasons after all rules: a limit is used up, or an aim would lose."""

AT_ONCE = 500
"""How many requests are looked at together: each may have listed thousands of offers."""

LONGEST = (1 << 22) - 1
"""Journeys of more minutes than this (eight years) are as long as one another."""

NO_AIM = -1
"""Where nothing is proved about what an offer would cost the others."""


@dataclass(frozen=True, slots=True)
class Better:
    """One entry per request and offer it ranked better: its rank, the rules against it, and the reason it was not given.

    The reason is the position of the first rule against it, `FULL` or `AIM`.
    """

    requests: Ints
    offers: Ints
    ranks: Ints
    minutes: Ints
    against: Bits
    reasons: Ints

    def at(self, positions: Ints) -> "Better":
        """Return the entries at these positions."""
        columns = (self.requests, self.offers, self.ranks, self.minutes, self.against, self.reasons)
        return Better(*(each[positions] for each in columns))

    def best_liked(self) -> "Better":
        """Return the best liked and nearest entries of each request, as many as are explained one by one."""
        # One number for the whole order is sorted many times as fast as four keys.
        ranked = self.requests * (int(self.ranks.max(initial=0)) + 1) + self.ranks
        width = int(self.offers.max(initial=0)) + 1
        order = np.argsort((ranked * (LONGEST + 1) + np.minimum(self.minutes, LONGEST)) * width + self.offers)
        return self.at(order[place_in_group(self.requests[order]) < MOST_PASSED_OVER])

    def counts(self, requests: int) -> Ints:
        """Return how many entries each request (rows) has for each reason (columns)."""
        cells = self.requests * (AIM + 1) + self.reasons
        counts: Ints = np.bincount(cells, minlength=requests * (AIM + 1)).reshape(requests, AIM + 1)
        return counts

    @classmethod
    def joined(cls, parts: Sequence["Better"]) -> "Better":
        """Return the entries of all parts."""
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def better_offers(lists: Lists, reached: Ints, survey: Survey, shortage: Shortage) -> tuple[Better, Ints]:
    """Return the best liked of the listed offers ranked better than what each request has `reached`, and counts of all."""
    liked, requests = [], len(reached)
    counts = np.zeros((requests, AIM + 1), np.int64)
    for first in range(0, max(1, requests), AT_ONCE):
        better = _of_some(*lists.better(first, first + AT_ONCE, reached), survey, shortage)
        liked.append(better.best_liked())
        counts += better.counts(requests)
    return Better.joined(liked), counts


def _of_some(requests: Ints, offers: Ints, ranks: Ints, survey: Survey, shortage: Shortage) -> Better:
    minutes = survey.minutes(requests, offers)
    against = survey.against(requests, offers, minutes)
    reasons = first_against(against)
    open_ = np.flatnonzero(reasons == FULL)
    reasons[open_[~shortage.is_full(requests[open_], offers[open_])]] = AIM
    return Better(requests, offers, ranks, minutes, against, reasons)


def what_others_lose(
    better: Better, pairs: Pairs, aims: tuple[Aim, ...], own: Ints, losses: Losses
) -> tuple[Ints, Ints]:
    """Return for each full offer the first aim at which the other students must lose, or `NO_AIM`, and how much at least.

    The round as a whole loses at least the bound; what this student gains on top comes from the others as well. `own` is
    the pair that each request has, or `NOBODY`.
    """
    pair, given = pairs.find_all(better.requests, better.offers), own[better.requests]
    first, amount = losses.first[pair], losses.amount[pair]
    which, lost = np.full(len(pair), NO_AIM), np.zeros(len(pair), np.int64)
    for at, aim in enumerate(aims):
        if aim.code is AimCode.LOTTERY or aim.shares is not None or aim.teams is not None:
            continue
        before = np.where(given == NOBODY, 0, aim.coefficients[given])
        gain = (before - aim.coefficients[pair]) if aim.least else (aim.coefficients[pair] - before)
        here = np.where(first == at, amount, 0) + gain
        new = (which == NO_AIM) & (at <= first) & (here > 0)
        which[new], lost[new] = at, here[new]
    return which, lost


def own_losses(better: Better, pairs: Pairs, aims: tuple[Aim, ...], own: Ints) -> Ints:
    """Return for each offer that has room the first aim on which it differs from the one given.

    Nobody else would be touched by the move, so the aim's loss is exactly this pair's; and it is a loss, since the result is
    optimal. Where no aim tells them apart it is the last one.
    """
    pair, given = pairs.find_all(better.requests, better.offers), own[better.requests]
    which = np.full(len(pair), len(aims) - 1)
    for at in reversed(range(len(aims))):
        which[aims[at].coefficients[pair] != aims[at].coefficients[given]] = at
    return which
