"""What a coordinator is told about one request, in plain words. Offers are called by the name of their setting.

The sentences speak of "the student", name no other student, and promise nothing that is not proved: what others would
lose is a bound and begins with "at least".
"""

from collections.abc import Iterator, Mapping, Sequence

from services.placements.domain.matching.codes import AimCode, ChangeKind, LimitKind, RuleCode, WhyNot
from services.placements.domain.matching.result import (
    Assignment,
    Explanation,
    LimitUsedUp,
    PassedOver,
    SmallestChange,
)
from services.placements.domain.matching.words import counted, lost_by_others, ordinal, say_journey

Names = Mapping[str, str]
"""The name of the setting of each offer that is spoken of."""

AGAINST = {
    RuleCode.LEVEL: "it is for another placement level",
    RuleCode.STATUTORY: "it is not a statutory setting",
    RuleCode.CONTRAST: "it is too much like the earlier placement",
    RuleCode.AGREEMENT: "the university has no agreement with the organisation",
    RuleCode.CONFLICT: "the student declared a conflict",
    RuleCode.PREVIOUS_SETTING: "the student has been in this setting",
    RuleCode.DRIVER: "it needs a driver",
    RuleCode.CLEARANCE: "it needs a clearance the student does not hold",
    RuleCode.ADJUSTMENT: "it cannot make the adjustments the student needs",
    RuleCode.EDUCATOR_ELIGIBLE: "it has no eligible practice educator",
    RuleCode.AUDIT: "the setting's audit does not allow it",
    RuleCode.DATES: "the dates do not fit",
    RuleCode.TRAVEL: "it is too far to travel",
}

RULE_NAMES = {
    RuleCode.LEVEL: "placement level",
    RuleCode.STATUTORY: "statutory setting",
    RuleCode.CONTRAST: "contrast with the earlier placement",
    RuleCode.AGREEMENT: "agreement between university and organisation",
    RuleCode.CONFLICT: "declared conflict",
    RuleCode.PREVIOUS_SETTING: "not the same setting again",
    RuleCode.DRIVER: "driver needed",
    RuleCode.CLEARANCE: "clearances",
    RuleCode.ADJUSTMENT: "adjustments",
    RuleCode.EDUCATOR_ELIGIBLE: "eligible practice educator",
    RuleCode.AUDIT: "audit of the setting",
    RuleCode.DATES: "dates",
    RuleCode.TRAVEL: "travel",
}

DECIDES = {
    "student": "the student",
    "organisation": "the host",
    "university_and_organisation": "the university and the host together",
    "practice_education_lead": "the practice education lead",
    "programme_manager": "the programme manager",
    "tutor": "the tutor",
}
"""Who may waive a rule, in words."""

USED_UP = {
    LimitKind.PLACES: "its own places are taken",
    LimitKind.EDUCATOR: "its practice educator has no seat left",
    LimitKind.SETTING: "the setting is at its limit",
    LimitKind.ORGANISATION: "the organisation is at its limit",
}

AIM_NAMES = {
    AimCode.PLACED: "most students placed",
    AimCode.KEPT: "fewest students moved",
    AimCode.FIRST_PREFERENCE: "most first preferences",
    AimCode.FIRST_OR_SECOND: "most first or second preferences",
    AimCode.UNIVERSITY_FAIRNESS: "fair shares for universities",
    AimCode.GROUP_FAIRNESS: "fair shares for groups",
    AimCode.WITHIN_LIST: "most places within the list",
    AimCode.RANK_SUM: "best preferences overall",
    AimCode.TRAVEL_BANDS: "shortest journeys in quarters of an hour",
    AimCode.FRONTLINE_COVERAGE: "most frontline teams with a student",
    AimCode.TRAVEL_MINUTES: "least travel",
    AimCode.ADULTS: "most students in adults' teams",
    AimCode.CHILDRENS: "most students in children's teams",
    AimCode.LOTTERY: "the lottery",
}


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def say_limits(limits: Sequence[LimitUsedUp]) -> str:
    """Return which limits are used up, as the end of a sentence."""
    return _listed([USED_UP[each.kind] for each in limits])


def say_passed_over(passed_over: Sequence[PassedOver], names: Names) -> Iterator[str]:
    """Say why the offers that the student liked better were not given: one sentence for all of one rank and reason."""
    alike: dict[tuple[int, str], list[str]] = {}
    for each in passed_over:
        alike.setdefault((each.rank, _why_not(each)), []).append(names.get(each.offer_id, "an offer"))
    for (rank, why), places in alike.items():
        yield f"{ordinal(rank).capitalize()} preference, {_listed(places)}: {why}"


def _why_not(passed: PassedOver) -> str:
    if passed.reason is WhyNot.RULE:
        return f"not possible, {_listed([AGAINST[rule] for rule in passed.rules])}."
    if passed.reason is WhyNot.AIM:
        aim = AIM_NAMES[passed.aim] if passed.aim else "an aim"
        return f"there is room, but it would be a loss at the aim “{aim}”."
    full = f"full, {say_limits(passed.limits)}."
    loss = lost_by_others(passed.aim, passed.others_lose)
    return f"{full} To give it to this student, {loss}." if loss else full


def _placed(explanation: Explanation, given: Assignment, names: Names) -> Iterator[str]:
    where = names.get(given.offer_id, "an offer")
    if not explanation.listed:
        yield f"Placed with {where}. The student named no preferences."
    elif given.outside_list:
        yield f"Placed with {where}, which is outside the student's list."
    else:
        yield f"Placed with {where}, the student's {ordinal(given.rank)} preference."
    yield say_journey(given)
    if given.review:
        yield "Please look at this journey: it is longer than the usual limit for this way of travelling."
    yield from say_passed_over(explanation.passed_over, names)
    open_ = counted(explanation.feasible, "offer was", "offers were")
    yield f"{open_} open to the student after all rules."
    for aim, number in explanation.alternatives.items():
        others = counted(number, "other offer", "other offers")
        if aim is AimCode.LOTTERY:
            yield f"{others} would have been as good by every aim; the lottery decided."
        else:
            yield f"{others} would first have lost at the aim “{AIM_NAMES[aim]}”."


def _waterfall(explanation: Explanation) -> Iterator[str]:
    yield f"Not placed. The round has {counted(explanation.offers, 'offer', 'offers')}."
    for step in explanation.waterfall:
        if step.removed:
            alone = f" By itself this rule keeps the student from {step.alone} of them." if step.alone else ""
            taken = counted(step.removed, "offer", "offers")
            yield f"The rule “{RULE_NAMES[step.code]}” removed {taken}; {step.remaining} remained.{alone}"
    if explanation.feasible:
        blocked = [f"{USED_UP[kind]} ({number})" for kind, number in explanation.blocked.items()]
        remaining = counted(explanation.feasible, "remaining offer is", "remaining offers are")
        yield f"The {remaining} full: {_listed(blocked)}."


def _change(change: SmallestChange, names: Names) -> str:
    where = names.get(change.offer_id or "", "one offer")
    if change.kind is ChangeKind.MORE_THAN_ONE:
        return "No single change would place the student: every offer needs more than one."
    seat = f"one more seat at {where} ({say_limits(change.limits)})" if change.limits else ""
    if change.rule is None:
        return f"Smallest change: {seat}."
    who = DECIDES.get(change.waived_by or "", "nobody")
    journey = f", a journey of {change.travel_minutes} minutes" if change.travel_minutes is not None else ""
    waiver = f"waive “{RULE_NAMES[change.rule]}” for {where}{journey}"
    also = f" and {seat}" if seat else ""
    opens = f" The same waiver would open {counted(change.choices, 'offer', 'offers')}."
    return f"Smallest change: {waiver}{also}. {who.capitalize()} can decide this.{opens}"


def say_to_coordinator(explanation: Explanation, names: Names) -> tuple[str, ...]:
    """Return the sentences about one request, the result first, then why, then what would change it."""
    if explanation.assignment is not None:
        return tuple(_placed(explanation, explanation.assignment, names))
    parts = [*_waterfall(explanation), *say_passed_over(explanation.passed_over, names)]
    if explanation.smallest_change is not None:
        parts.append(_change(explanation.smallest_change, names))
    return tuple(parts)
