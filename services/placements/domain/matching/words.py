"""What a student is told, in plain words. No word here names another student, an educator or an offer."""

from collections import Counter

from services.placements.domain.matching.codes import ChangeKind, RuleCode, TravelMode, WhyNot
from services.placements.domain.matching.result import Assignment, PassedOver, RuleCount, SmallestChange

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

FORBIDDEN = {
    RuleCode.LEVEL: ("is for another placement level", "are for another placement level"),
    RuleCode.STATUTORY: ("is not in a statutory setting", "are not in a statutory setting"),
    RuleCode.CONTRAST: (
        "is too much like your earlier placement",
        "are too much like your earlier placement",
    ),
    RuleCode.AGREEMENT: (
        "is with an organisation your university has no agreement with",
        "are with organisations your university has no agreement with",
    ),
    RuleCode.CONFLICT: (
        "is ruled out by a conflict you declared",
        "are ruled out by a conflict you declared",
    ),
    RuleCode.PREVIOUS_SETTING: ("is in a setting you have been in", "are in a setting you have been in"),
    RuleCode.DRIVER: ("needs a driver", "need a driver"),
    RuleCode.CLEARANCE: ("needs a clearance you do not hold", "need a clearance you do not hold"),
    RuleCode.ADJUSTMENT: ("cannot make the adjustments you need", "cannot make the adjustments you need"),
    RuleCode.EDUCATOR_ELIGIBLE: (
        "has no eligible practice educator at present",
        "have no eligible practice educator at present",
    ),
    RuleCode.AUDIT: ("is not open to students at present", "are not open to students at present"),
    RuleCode.DATES: ("does not fit your dates", "do not fit your dates"),
    RuleCode.TRAVEL: ("is too far to travel", "are too far to travel"),
}

WAIVED = {
    RuleCode.LEVEL: "a host opened its offer to your placement level",
    RuleCode.STATUTORY: "the partnership accepted a setting that is not statutory",
    RuleCode.CONTRAST: "the partnership accepted a placement like your earlier one",
    RuleCode.AGREEMENT: "your university and one more organisation agreed to work together",
    RuleCode.PREVIOUS_SETTING: "your tutor accepted a setting you have been in",
    RuleCode.DRIVER: "a host could do without a driver",
    RuleCode.CLEARANCE: "you held the clearances a host asks for",
    RuleCode.ADJUSTMENT: "a host could make the adjustments you need",
    RuleCode.EDUCATOR_ELIGIBLE: "an eligible practice educator were found for an offer",
    RuleCode.AUDIT: "a setting that is closed to students at present could open again",
    RuleCode.DATES: "the dates of an offer could be moved",
}

MODES = {TravelMode.CAR: "by car", TravelMode.PUBLIC_TRANSPORT: "by public transport"}


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def ordinal(rank: int) -> str:
    """Return "first" to "tenth", and "number 11" after that."""
    return ORDINALS[rank - 1] if rank <= len(ORDINALS) else f"number {rank}"


def _better(passed_over: tuple[PassedOver, ...]) -> str:
    reasons: Counter[str] = Counter(each.rules[0] if each.rules else each.reason for each in passed_over)
    parts = [_counted(reasons[code], *FORBIDDEN[code]) for code in RuleCode if reasons[code]]
    if reasons[WhyNot.FULL]:
        parts.append(_counted(reasons[WhyNot.FULL], "has no place left", "have no place left"))
    if reasons[WhyNot.AIM]:
        parts.append(f"{reasons[WhyNot.AIM]} would have meant a worse result for the round as a whole")
    head = _counted(len(passed_over), "offer met a better preference", "offers met a better preference")
    return f"{head}: {', '.join(parts)}."


def say_placed(assignment: Assignment, listed: int, passed_over: tuple[PassedOver, ...]) -> str:
    """Return the words for a student who got a place. `listed` is the length of the student's list."""
    if not listed:
        parts = ["You have been matched. You named no preferences, so every place open to you counted alike."]
    elif assignment.outside_list:
        parts = ["You have been matched with a place outside your list of preferences."]
    else:
        parts = [f"You have been matched with your {ordinal(assignment.rank)} preference."]
    journey = _counted(assignment.minutes, "minute", "minutes")
    parts.append(f"The journey is estimated at {journey} one way {MODES[assignment.mode]}.")
    if assignment.review:
        parts.append("That is a long way, so a coordinator looks at it before anything is settled.")
    if passed_over:
        parts.append(_better(passed_over))
    return " ".join(parts)


def _change(change: SmallestChange) -> str:
    if change.kind is ChangeKind.ONE_MORE_SEAT:
        return "One more place in one of them would be enough to place you."
    if change.rule is None:
        return "No single change would place you; your coordinator looks for another way."
    if change.rule is RuleCode.TRAVEL:
        condition = f"a journey of {change.travel_minutes} minutes were possible"
    else:
        condition = WAIVED[change.rule]
    if change.kind is ChangeKind.WAIVE_RULE_AND_ONE_MORE_SEAT:
        return f"You could be placed if {condition} and one more place were found there."
    room = _counted(change.choices, "offer would have room for you", "offers would each have room for you")
    return f"If {condition}, {room}."


def say_unplaced(offers: int, waterfall: tuple[RuleCount, ...], change: SmallestChange) -> str:
    """Return the words for a student who got no place: what stood in the way and what would help."""
    parts = ["You have not been matched in this run."]
    feasible = waterfall[-1].remaining if waterfall else offers
    removed = [_counted(each.removed, *FORBIDDEN[each.code]) for each in waterfall if each.removed]
    parts.append(f"There are {_counted(offers, 'offer', 'offers')} in this round.")
    if removed:
        parts.append(f"Of these {', '.join(removed)}.")
    if feasible:
        parts.append(
            _counted(
                feasible, "is open to you but has no place left.", "are open to you but have no place left."
            )
        )
    parts.append(_change(change))
    return " ".join(parts)
