"""The stable codes of matching. They are stored, shown and translated by others: a code never changes its meaning."""

from enum import StrEnum


class RuleCode(StrEnum):
    """A hard rule. The order of the members is the fixed order in which rules are applied and reported."""

    LEVEL = "level"
    STATUTORY = "statutory"
    CONTRAST = "contrast"
    AGREEMENT = "agreement"
    CONFLICT = "conflict"
    PREVIOUS_SETTING = "previous_setting"
    DRIVER = "driver"
    CLEARANCE = "clearance"
    ADJUSTMENT = "adjustment"
    EDUCATOR_ELIGIBLE = "educator_eligible"
    AUDIT = "audit"
    DATES = "dates"
    TRAVEL = "travel"


class AimCode(StrEnum):
    """Something a round wants as much, or as little, of as possible. The order of the aims is data of the round."""

    PLACED = "placed"
    KEPT = "kept"
    FIRST_PREFERENCE = "first_preference"
    FIRST_OR_SECOND = "first_or_second"
    UNIVERSITY_FAIRNESS = "university_fairness"
    GROUP_FAIRNESS = "group_fairness"
    WITHIN_LIST = "within_list"
    RANK_SUM = "rank_sum"
    TRAVEL_BANDS = "travel_bands"
    FRONTLINE_COVERAGE = "frontline_coverage"
    ADULTS = "adults"
    CHILDRENS = "childrens"
    TRAVEL_MINUTES = "travel_minutes"
    LOTTERY = "lottery"


class RepairWay(StrEnum):
    """How a result is repaired: nobody moves, as few as possible move for the full count, or as if nothing had been."""

    FILL_ONLY = "fill_only"
    FEWEST_MOVES = "fewest_moves"
    RE_OPTIMISE = "re_optimise"


class LimitKind(StrEnum):
    """Whose students a limit counts: one offer's, an educator's over all offers, a setting's, an organisation's."""

    PLACES = "places"
    EDUCATOR = "educator"
    SETTING = "setting"
    ORGANISATION = "organisation"


class PreferenceKind(StrEnum):
    """What a student may name in a preference."""

    OFFER = "offer"
    SETTING = "setting"
    SERVICE_AREA = "service_area"
    DIRECTORATE = "directorate"
    LOCALITY = "locality"


class ConflictKind(StrEnum):
    """With whom a student has a declared conflict."""

    ORGANISATION = "organisation"
    SETTING = "setting"
    EDUCATOR = "educator"


class ContrastFactor(StrEnum):
    """In what a placement must bring something new after the student's previous ones."""

    ORGANISATION = "organisation"
    DIRECTORATE = "directorate"
    STATUTORY = "statutory"


class TravelMode(StrEnum):
    """How a student travels: those who can drive by car, everybody else by public transport."""

    CAR = "car"
    PUBLIC_TRANSPORT = "public_transport"


class WhyNot(StrEnum):
    """Why an offer was not given: a hard rule forbids it, a limit is used up, or an earlier aim would have lost."""

    RULE = "rule"
    FULL = "full"
    AIM = "aim"


class ChangeKind(StrEnum):
    """The smallest change that would place an unmatched student."""

    WAIVE_RULE = "waive_rule"
    ONE_MORE_SEAT = "one_more_seat"
    WAIVE_RULE_AND_ONE_MORE_SEAT = "waive_rule_and_one_more_seat"
    MORE_THAN_ONE = "more_than_one"


PLACEMENT_LEVELS_THAT_END_TRAINING = frozenset({"final", "repeat_final"})
"""The levels that must be in a statutory setting where the round says so."""

FAIRNESS_AIMS = frozenset({AimCode.UNIVERSITY_FAIRNESS, AimCode.GROUP_FAIRNESS})
"""Aims that count how many first or second preferences some group is short of its share of all of them."""

DIRECTORATE_AIMS = frozenset({AimCode.ADULTS, AimCode.CHILDRENS})
"""Aims that count the students in settings of one directorate, whose code they bear: the way to say "adults first"."""

MINIMISED_AIMS = FAIRNESS_AIMS | {
    AimCode.RANK_SUM,
    AimCode.TRAVEL_BANDS,
    AimCode.TRAVEL_MINUTES,
    AimCode.LOTTERY,
}
"""Aims of which less is better. All others are maximised."""

DEFAULT_AIMS = (
    AimCode.PLACED,
    AimCode.FIRST_OR_SECOND,
    AimCode.UNIVERSITY_FAIRNESS,
    AimCode.FIRST_PREFERENCE,
    AimCode.WITHIN_LIST,
    AimCode.RANK_SUM,
    AimCode.TRAVEL_BANDS,
    AimCode.FRONTLINE_COVERAGE,
    AimCode.TRAVEL_MINUTES,
    AimCode.LOTTERY,
)
"""The order of aims of a round that has not chosen another. `kept`, `group_fairness`, `adults` and `childrens`
are asked for where wanted."""

PROBED_AT_ONCE = 600
"""In rounds of up to so many requests a run itself tries whether a shorter list would help; for larger ones it is tried after
it, in a policy comparison, because each try is one more match."""
