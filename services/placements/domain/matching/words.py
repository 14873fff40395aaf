"""What a student is told, in plain words: short sentences, one thing each.

No word here names another student, an educator or an offer. The style is that of public services in England
(GOV.UK style guide): plain words, active voice, no sentence that needs a second reading.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from services.placements.domain.matching.codes import AimCode, ChangeKind, RuleCode, TravelMode, WhyNot
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

LOST: dict[AimCode, tuple[str, str]] = {
    AimCode.PLACED: ("student would lose their place", "students would lose their places"),
    AimCode.FIRST_PREFERENCE: (
        "student would lose their first preference",
        "students would lose their first preference",
    ),
    AimCode.FIRST_OR_SECOND: (
        "student would lose a first or second preference",
        "students would lose a first or second preference",
    ),
    AimCode.WITHIN_LIST: (
        "student would get a place they did not ask for",
        "students would get places they did not ask for",
    ),
    AimCode.ADULTS: (
        "student would not be in an adults' team",
        "students would not be in an adults' team",
    ),
    AimCode.CHILDRENS: (
        "student would not be in a children's team",
        "students would not be in a children's team",
    ),
}
"""What others would lose where an aim counts students. Every bound in these words begins with "at least"."""


def counted(number: int, one: str, more: str) -> str:
    """Return the number with the words for one or for more."""
    return f"{number} {one if number == 1 else more}"


def ordinal(rank: int) -> str:
    """Return "first" to "tenth", and "number 11" after that."""
    return ORDINALS[rank - 1] if rank <= len(ORDINALS) else f"number {rank}"


def lost_by_others(aim: AimCode | None, number: int) -> str | None:
    """Return what the other students would lose at least; None where nothing is proved about an aim that has words."""
    if aim is None or number < 1:
        return None
    return (
        f"at least {counted(number, f'other {LOST[aim][0]}', f'other {LOST[aim][1]}')}"
        if aim in LOST
        else ("other students would get a worse result")
    )


def say_journey(assignment: Assignment) -> str:
    """Return the sentence about the journey."""
    journey = counted(assignment.minutes, "minute", "minutes")
    return f"The journey is estimated at {journey} one way {MODES[assignment.mode]}."


def _better(reasons: Mapping[str, int], passed_over: Sequence[PassedOver]) -> Iterator[str]:
    total = sum(reasons.values())
    yield counted(
        total, "offer met a preference you ranked higher.", "offers met a preference you ranked higher."
    )
    for rule, words in FORBIDDEN.items():
        if rule in reasons:
            yield f"{counted(reasons[rule], *words)}."
    if full := reasons.get(WhyNot.FULL):
        yield f"{counted(full, 'has no place left', 'have no place left')}."
    if total == len(passed_over):
        yield from _losses(passed_over)
    if lost := reasons.get(WhyNot.AIM):
        yield f"{lost} would have meant a worse result for the round as a whole."


def _losses(passed_over: Sequence[PassedOver]) -> Iterator[str]:
    """A preference that several offers meet is not spoken of: the claim would have to hold for each of them."""
    told = [
        (each.rank, words)
        for each in passed_over
        if each.reason is WhyNot.FULL and (words := lost_by_others(each.aim, each.others_lose))
    ]
    alone = Counter(each.rank for each in passed_over) if told else {}
    for rank, words in told:
        if alone[rank] == 1:
            yield f"To give you your {ordinal(rank)} preference, {words}."


def say_placed(
    assignment: Assignment,
    listed: int,
    reasons: Mapping[str, int],
    passed_over: Sequence[PassedOver],
    *,
    held: bool = False,
) -> tuple[str, ...]:
    """Return the sentences for a student who got a place.

    `listed` is the length of the student's list, `reasons` why the better-ranked offers were not given, `held`
    that the place was accepted earlier.
    """
    if not listed:
        parts = [
            "You have been matched.",
            "You named no preferences, so every place open to you counted alike.",
        ]
    elif assignment.outside_list:
        parts = ["You have been matched with a place outside your list of preferences."]
    else:
        parts = [f"You have been matched with your {ordinal(assignment.rank)} preference."]
    parts.append(say_journey(assignment))
    if held:
        parts.append("This place was accepted earlier, so it stayed yours.")
    if assignment.review:
        parts.append("That is a long way, so a coordinator looks at it before anything is settled.")
    if reasons:
        parts.extend(_better(reasons, passed_over))
    return tuple(parts)


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
    room = counted(change.choices, "offer would have room for you", "offers would each have room for you")
    return f"If {condition}, {room}."


def say_unplaced(offers: int, waterfall: Sequence[RuleCount], change: SmallestChange) -> tuple[str, ...]:
    """Return the sentences for a student who got no place: what stood in the way and what would help."""
    parts = ["You have not been matched in this run."]
    feasible = waterfall[-1].remaining if waterfall else offers
    removed = [counted(each.removed, *FORBIDDEN[each.code]) for each in waterfall if each.removed]
    parts.append(
        f"There {'is' if offers == 1 else 'are'} {counted(offers, 'offer', 'offers')} in this round."
    )
    parts.extend(f"{each}." for each in removed)
    if feasible:
        parts.append(
            counted(
                feasible, "is open to you but has no place left.", "are open to you but have no place left."
            )
        )
    parts.append(_change(change))
    return tuple(parts)
