"""The smallest change that would place an unmatched student, everybody else staying where they are.

Every claim made here is exact: the offer named has room for the student (or lacks one seat of the limits
named), and no rule but the one named forbids it.
"""

import numpy as np

from services.placements.domain.matching.codes import ChangeKind, RuleCode
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.result import SmallestChange
from services.placements.domain.matching.verdict import RULES, Bits, only_against

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

EASE = {rule: at for at, rule in enumerate(WAIVED_BY)}

ROUND_TRAVEL_CAP_WAIVED_BY = "programme_manager"
"""The student decides about their own limit of travel, not about the round's."""


_EASE_OF = np.array([EASE.get(rule, len(EASE)) for rule in RULES], np.int64)
_TRAVEL, _CONFLICT = RULES.index(RuleCode.TRAVEL), RULES.index(RuleCode.CONFLICT)


class Openings:
    """What stands between one unmatched request and the offers that at most two rules forbid it, travel being one of two."""

    def __init__(  # noqa: PLR0917 - each is a fact about the same offers
        self,
        inputs: MatchInputs,
        offers: Ints,
        against: Bits,
        ranks: Ints,
        minutes: Ints,
        seats: SeatsLeft,
        short: Ints,
    ) -> None:
        """`offers` are positions; of each the rules against it, the rank, the journey and how many limits are used up."""
        self._inputs, self._offers, self._ranks, self._minutes = inputs, offers, ranks, minutes
        self._seats, self._short = seats, short
        self._feasible = np.flatnonzero(against == 0)
        # The one rule against each offer that a single waiver opens; a conflict is nobody's to waive.
        only = only_against(against)
        self._rule = np.where(only == _CONFLICT, -1, only)
        self._waivable = np.flatnonzero(self._rule >= 0)

    def smallest(self, request: RequestInput) -> SmallestChange:
        """Return the smallest change: one waiver, else one more seat, else both, else a bare `more_than_one`."""
        roomy = self._waivable[self._short[self._waivable] == 0]
        if len(roomy):
            return self._waiver(request, roomy)
        if len(self._feasible):
            return self._one_more_seat(request)
        if len(self._waivable):
            return self._waiver(request, self._waivable)
        return SmallestChange(kind=ChangeKind.MORE_THAN_ONE)

    def _offer(self, at: int) -> OfferInput:
        return self._inputs.offers[int(self._offers[at])]

    def _least(self, offers: Ints, *keys: Ints) -> int:
        """Return the offer with the least keys, the first weighing most, then the best liked and nearest."""
        tied = (self._minutes[offers], self._ranks[offers], *reversed(keys))
        return int(offers[np.lexsort((offers, *tied))[0]])

    def _one_more_seat(self, request: RequestInput) -> SmallestChange:
        best = self._least(self._feasible, self._short[self._feasible])
        return SmallestChange(
            kind=ChangeKind.ONE_MORE_SEAT,
            offer_id=self._offer(best).id,
            limits=self._seats.used_up(request.id, int(self._offers[best])),
            choices=len(self._feasible),
        )

    def _waiver(self, request: RequestInput, offers: Ints) -> SmallestChange:
        rules = self._rule[offers]
        further = np.where(rules == _TRAVEL, self._minutes[offers], 0)
        best = self._least(offers, self._short[offers], _EASE_OF[rules], further)
        rule, minutes, cap = (
            RULES[self._rule[best]],
            int(self._minutes[best]),
            self._inputs.rules.travel_cap_minutes,
        )
        beyond_round = rule is RuleCode.TRAVEL and cap is not None and minutes > cap
        full = self._seats.used_up(request.id, int(self._offers[best]))
        alike = (int(each) for each in offers[rules == self._rule[best]])
        return SmallestChange(
            kind=ChangeKind.WAIVE_RULE_AND_ONE_MORE_SEAT if full else ChangeKind.WAIVE_RULE,
            offer_id=self._offer(best).id,
            rule=rule,
            waived_by=ROUND_TRAVEL_CAP_WAIVED_BY if beyond_round else WAIVED_BY[rule],
            limits=full,
            choices=sum(self._opens_too(rule, best, each) for each in alike),
            travel_minutes=minutes if rule is RuleCode.TRAVEL else None,
        )

    def _opens_too(self, rule: RuleCode, offer: int, other: int) -> bool:
        """Return whether the very waiver that opens one offer opens the other, or one just like it does."""
        if rule is RuleCode.TRAVEL:
            return bool(self._minutes[other] <= self._minutes[offer])
        if rule is RuleCode.AGREEMENT:
            return self._offer(offer).organisations == self._offer(other).organisations
        return True
