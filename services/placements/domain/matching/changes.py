"""The smallest change that would place an unmatched student, everybody else staying where they are.

Every claim made here is exact: the offer named has room for the student (or lacks one seat of the limits
named), and no rule but the one named forbids it.
"""

import numpy as np

from services.placements.domain.matching.codes import ChangeKind, RuleCode
from services.placements.domain.matching.inputs import MatchInputs, RequestInput
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.result import LimitUsedUp, SmallestChange
from services.placements.domain.matching.rules import Verdict

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


class Openings:
    """What stands between one unmatched request and each offer. Ranks and minutes are those of all offers."""

    def __init__(self, inputs: MatchInputs, verdict: Verdict, ranks: Ints, minutes: Ints) -> None:
        self._inputs, self._verdict, self._ranks, self._minutes = inputs, verdict, ranks, minutes

    def smallest(self, request: RequestInput, seats: SeatsLeft) -> SmallestChange:
        """Return the smallest change: one waiver, else one more seat, else both, else a bare `more_than_one`."""
        near = [int(offer) for offer in np.flatnonzero(self._verdict.forbidding <= 1)]
        full = {offer: seats.used_up(request.id, offer) for offer in near}
        against = {offer: self._verdict.rules_against(offer) for offer in near}
        waivable = {offer: rules[0] for offer, rules in against.items() if rules and rules[0] in WAIVED_BY}
        roomy = {offer: rule for offer, rule in waivable.items() if not full[offer]}
        feasible = [offer for offer in near if not against[offer]]
        if roomy:
            return self._waiver(roomy, full)
        if feasible:
            best = min(feasible, key=lambda offer: (len(full[offer]), *self._liked(offer)))
            return self._one_more_seat(best, full[best], len(feasible))
        return self._waiver(waivable, full) if waivable else SmallestChange(kind=ChangeKind.MORE_THAN_ONE)

    def _liked(self, offer: int) -> tuple[int, ...]:
        return int(self._ranks[offer]), int(self._minutes[offer]), offer

    def _one_more_seat(self, offer: int, limits: tuple[LimitUsedUp, ...], choices: int) -> SmallestChange:
        return SmallestChange(
            kind=ChangeKind.ONE_MORE_SEAT,
            offer_id=self._inputs.offers[offer].id,
            limits=limits,
            choices=choices,
        )

    def _waiver(
        self, waivable: dict[int, RuleCode], full: dict[int, tuple[LimitUsedUp, ...]]
    ) -> SmallestChange:
        def eased(offer: int) -> tuple[int, ...]:
            further = int(self._minutes[offer]) if waivable[offer] is RuleCode.TRAVEL else 0
            return len(full[offer]), EASE[waivable[offer]], further, *self._liked(offer)

        best = min(waivable, key=eased)
        rule, minutes, cap = waivable[best], int(self._minutes[best]), self._inputs.rules.travel_cap_minutes
        beyond_round = rule is RuleCode.TRAVEL and cap is not None and minutes > cap
        opened = [each for each in waivable if waivable[each] is rule and self._opens_too(rule, best, each)]
        return SmallestChange(
            kind=ChangeKind.WAIVE_RULE_AND_ONE_MORE_SEAT if full[best] else ChangeKind.WAIVE_RULE,
            offer_id=self._inputs.offers[best].id,
            rule=rule,
            waived_by=ROUND_TRAVEL_CAP_WAIVED_BY if beyond_round else WAIVED_BY[rule],
            limits=full[best],
            choices=len(opened),
            travel_minutes=minutes if rule is RuleCode.TRAVEL else None,
        )

    def _opens_too(self, rule: RuleCode, offer: int, other: int) -> bool:
        """Return whether the very waiver that opens one offer opens the other, or one just like it does."""
        if rule is RuleCode.TRAVEL:
            return bool(self._minutes[other] <= self._minutes[offer])
        if rule is RuleCode.AGREEMENT:
            return self._inputs.offers[offer].organisation_id == self._inputs.offers[other].organisation_id
        return True
