"""The smallest change that would place each unmatched student, everybody else staying where they are.

Every claim made here is exact: the offer named has room for the student (or lacks one seat of the limits
named), and no rule but the one named forbids it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import ChangeKind, RuleCode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.result import LimitUsedUp, SmallestChange
from services.placements.domain.matching.rules import numbered
from services.placements.domain.matching.shortage import Shortage
from services.placements.domain.matching.survey import Survey
from services.placements.domain.matching.verdict import RULES, number_against, only_against

WAIVED_BY: dict[RuleCode, str] = {
    RuleCode.TRAVEL: "student",
    RuleCode.DRIVER: "organisation",
    RuleCode.AGREEMENT: "university_and_organisation",
    RuleCode.EDUCATOR_ELIGIBLE: "practice_education_lead",
    RuleCode.DATES: "organisation",
    RuleCode.ADJUSTMENT: "organisation",
    RuleCode.CLEARANCE: "student",
    RuleCode.LEVEL: "organisation",
    RuleCode.CONTRAST: "programme_manager",
    RuleCode.PREVIOUS_SETTING: "tutor",
    RuleCode.STATUTORY: "programme_manager",
    RuleCode.AUDIT: "organisation",
}
"""Who may decide that a rule need not hold, the most easily waived rule first.

A declared conflict is never up for a waiver.
"""

ROUND_TRAVEL_CAP_WAIVED_BY = "programme_manager"
"""The student decides about their own limit of travel, not about the round's."""

AT_ONCE = 64
"""How many requests are looked at together: each may have thousands of offers that one rule alone forbids."""

_EASIEST_FIRST = list(WAIVED_BY)
_EASE = np.array([_EASIEST_FIRST.index(each) if each in WAIVED_BY else 0 for each in RULES] + [0], np.int64)
"""The place of each rule among those that can be waived; without a rule there is nothing to waive."""
_TRAVEL, _AGREEMENT, _CONFLICT = map(RULES.index, (RuleCode.TRAVEL, RuleCode.AGREEMENT, RuleCode.CONFLICT))
NO_RULE = len(RULES)
"""Where no rule forbids an offer, and only seats are lacking."""


@dataclass(frozen=True, slots=True)
class Openings:
    """Offers that one waiver would open to requests, or one more seat, by request: the rule against each, or `NO_RULE`.

    `short` is how many limits are used up there.
    """

    requests: Ints
    offers: Ints
    rules: Ints
    minutes: Ints
    ranks: Ints
    short: Ints

    def at(self, positions: Ints) -> "Openings":
        """Return the entries at these positions."""
        return Openings(*(getattr(self, each.name)[positions] for each in fields(self)))

    def best_first(self) -> "Openings":
        """Return them in order: by request, what needs least, then the best liked and nearest."""
        further = np.where(self.rules == _TRAVEL, self.minutes, 0)
        keys = self.offers, self.minutes, self.ranks, further, _EASE[self.rules], self.short, self.requests
        return self.at(np.lexsort(keys))


class Changes:
    """The smallest changes of one round and result."""

    def __init__(self, inputs: MatchInputs, survey: Survey, lists: Lists, shortage: Shortage) -> None:
        self._inputs, self._survey, self._lists, self._shortage = inputs, survey, lists, shortage
        self._roomy = np.flatnonzero(shortage.of_all == 0)
        self._all = np.arange(len(inputs.offers))
        self._hosts = numbered(each.organisations for each in inputs.offers)[0]

    def smallest(self, unplaced: Ints) -> dict[int, SmallestChange]:
        """Return for each of these requests one waiver, else one more seat, else both, else a bare `more_than_one`."""
        found = {at: SmallestChange(kind=ChangeKind.MORE_THAN_ONE) for at in unplaced.tolist()}
        for first in range(0, len(unplaced), AT_ONCE):
            some = unplaced[first : first + AT_ONCE]
            waived = self._nearly_open(some, self._roomy)
            waived = waived.at(np.flatnonzero(waived.rules != NO_RULE))
            others = self._nearly_open(np.setdiff1d(some, waived.requests), self._all)
            unruled = others.rules == NO_RULE
            ruled_out = ~np.isin(others.requests, others.requests[unruled])
            for openings in (waived, others.at(np.flatnonzero(unruled | ruled_out))):
                found.update(self._told(openings.best_first()))
        return found

    def _nearly_open(self, requests: Ints, offers: Ints) -> Openings:
        """Return which of the offers one rule forbids each of the requests, a conflict excepted, or none does."""
        requests, offers = np.repeat(requests, len(offers)), np.tile(offers, len(requests))
        near = np.flatnonzero(number_against(self._survey.before_travel(requests, offers)) <= 1)
        requests, offers = requests[near], offers[near]
        minutes = self._survey.minutes(requests, offers)
        against = self._survey.against(requests, offers, minutes)
        rules = np.where(against == 0, NO_RULE, only_against(against))
        # A conflict is nobody's to waive.
        near = np.flatnonzero((rules >= 0) & (rules != _CONFLICT))
        requests, offers = requests[near], offers[near]
        ranks, short = self._lists.ranks(requests, offers), self._shortage.of_all[offers]
        return Openings(requests, offers, rules[near], minutes[near], ranks, short)

    def _told(self, openings: Openings) -> Iterator[tuple[int, SmallestChange]]:
        """Yield each request with the change that opens the first of its offers, and how many others like it."""
        first = np.diff(openings.requests, prepend=-1) != 0
        best, number = openings.at(np.flatnonzero(first)), np.cumsum(first) - 1
        choices = np.bincount(number[self._alike(openings, best.at(number))], minlength=len(best.rules))
        limits = self._shortage.used_up(best.requests, best.offers)
        columns = best.requests, best.offers, best.rules, best.minutes, choices
        for request, offer, rule, minutes, count, full in zip(
            *(each.tolist() for each in columns), limits, strict=True
        ):
            yield request, self._change(offer, rule, minutes, count, full)

    def _alike(self, openings: Openings, best: Openings) -> npt.NDArray[np.bool_]:
        """Return what the very waiver that opens the best offer of the same request opens, too, or one just like it."""
        alike = openings.rules == best.rules
        alike &= (openings.rules != _TRAVEL) | (openings.minutes <= best.minutes)
        agreed = np.flatnonzero(alike & (openings.rules == _AGREEMENT))
        alike[agreed] = self._hosts[openings.offers[agreed]] == self._hosts[best.offers[agreed]]
        return np.asarray(alike, np.bool_)

    def _change(
        self, offer: int, rule: int, minutes: int, choices: int, limits: tuple[LimitUsedUp, ...]
    ) -> SmallestChange:
        offer_id = self._inputs.offers[offer].id
        if rule == NO_RULE:
            return SmallestChange(
                kind=ChangeKind.ONE_MORE_SEAT, offer_id=offer_id, limits=limits, choices=choices
            )
        code, cap = RULES[rule], self._inputs.rules.travel_cap_minutes
        beyond_round = code is RuleCode.TRAVEL and cap is not None and minutes > cap
        return SmallestChange(
            kind=ChangeKind.WAIVE_RULE_AND_ONE_MORE_SEAT if limits else ChangeKind.WAIVE_RULE,
            offer_id=offer_id,
            rule=code,
            waived_by=ROUND_TRAVEL_CAP_WAIVED_BY if beyond_round else WAIVED_BY[code],
            limits=limits,
            choices=choices,
            travel_minutes=minutes if code is RuleCode.TRAVEL else None,
        )
