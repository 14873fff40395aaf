"""The stable codes of the register. They are stored, published and shown: a code never changes its meaning."""

import re
from enum import StrEnum

NUMBER_PATTERN = r"^SW[1-9][0-9]{0,5}$"
"""How Social Work England writes a registration number: SW and up to six digits without a leading zero."""

_NUMBER = re.compile(NUMBER_PATTERN)


class PepsStage(StrEnum):
    """How far somebody is in the Practice Educator Professional Standards (PEPS)."""

    NONE = "none"
    IN_TRAINING_STAGE_1 = "in_training_stage_1"
    STAGE_1 = "stage_1"
    IN_TRAINING_STAGE_2 = "in_training_stage_2"
    STAGE_2 = "stage_2"
    LEGACY_EQUIVALENT = "legacy_equivalent"

    @property
    def held(self) -> int:
        """The stage already awarded: 0, 1 or 2. A legacy award (the Practice Teaching Award) counts as Stage 2."""
        return _STAGE_HELD[self]

    @property
    def in_training(self) -> bool:
        """Whether somebody is working towards a stage now."""
        return self in {PepsStage.IN_TRAINING_STAGE_1, PepsStage.IN_TRAINING_STAGE_2}


_STAGE_HELD = {
    PepsStage.NONE: 0,
    PepsStage.IN_TRAINING_STAGE_1: 0,
    PepsStage.STAGE_1: 1,
    PepsStage.IN_TRAINING_STAGE_2: 1,
    PepsStage.STAGE_2: 2,
    PepsStage.LEGACY_EQUIVALENT: 2,
}


class AwardedStage(StrEnum):
    """A stage somebody can be awarded."""

    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    LEGACY_EQUIVALENT = "legacy_equivalent"


class Source(StrEnum):
    """Where a record came from: the API, a file, the placements service's feed, or attendance of a CPD activity."""

    REPORTED = "reported"
    IMPORTED = "imported"
    PLACEMENTS = "placements"
    CPD_ACTIVITY = "cpd_activity"


class Mode(StrEnum):
    """Where an educator works in relation to the student."""

    ON_SITE = "on_site"
    OFF_SITE = "off_site"


class Employment(StrEnum):
    """Whether an educator is on an organisation's staff or works for themselves."""

    EMPLOYED = "employed"
    INDEPENDENT = "independent"


class Directorate(StrEnum):
    """The voice inside a council an educator belongs to; adults' and children's have parity."""

    CHILDRENS = "childrens"
    ADULTS = "adults"
    INTEGRATED = "integrated"


class PlacementLevel(StrEnum):
    """Which of a student's placements it is."""

    FIRST = "first"
    FINAL = "final"
    ADDITIONAL = "additional"
    REPEAT_FIRST = "repeat_first"
    REPEAT_FINAL = "repeat_final"

    @property
    def ends_training(self) -> bool:
        """A final placement, for the first time or repeated: it needs a Stage 2 judgement."""
        return self in {PlacementLevel.FINAL, PlacementLevel.REPEAT_FINAL}


class SupportRole(StrEnum):
    """What an educator was to a student. Only the educator of record carries full responsibility."""

    EDUCATOR_OF_RECORD = "educator_of_record"
    CO_EDUCATOR = "co_educator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    MENTOR = "mentor"


class EpisodeEnd(StrEnum):
    """How a student's placement with an educator ended."""

    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    FAILED = "failed"
    """It ran to its end and the educator's judgement was that the student did not pass."""


class LearnerKind(StrEnum):
    """A professional social work learner who is not a student on placement, assessed against the PCF."""

    ASYE = "asye"
    APPRENTICE = "apprentice"
    RETURNER = "returner"
    EDUCATOR_IN_TRAINING = "educator_in_training"


class RoleKind(StrEnum):
    """An active practice-education role that keeps somebody current without a student (route C)."""

    COORDINATES_PLACEMENTS = "coordinates_placements"
    TEACHES_PROGRAMME = "teaches_programme"
    ASSESSES_PROGRAMME = "assesses_programme"
    PRACTICE_EDUCATION_POST = "practice_education_post"
    SECOND_OPINION = "second_opinion"


class ReturnStepKind(StrEnum):
    """What a practice educator whose currency lapsed does to come back."""

    RE_ENGAGEMENT_CPD = "re_engagement_cpd"
    MENTORED_STUDENT = "mentored_student"
    """The first student back, supported with a Stage 2 mentor; dated on the student's last day."""

    DIRECT_OBSERVATION = "direct_observation"
    PORTFOLIO_REVIEW = "portfolio_review"
    """Needed after more than five years away."""


class ConflictKind(StrEnum):
    """Why an educator must not assess a particular student."""

    KIN = "kin"
    LINE_MANAGER = "line_manager"


class WaiverState(StrEnum):
    """What became of a request to set a rule aside. `expired` is an approved one whose day is over; it is never stored."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"


class RegisterStatus(StrEnum):
    """What the regulator's public register said about somebody on the day it was looked at."""

    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"


class Restriction(StrEnum):
    """A restriction of practice shown on the public register."""

    NONE = "none"
    CONDITIONS = "conditions"
    SANCTION = "sanction"


class CurrencyStatus(StrEnum):
    """Whether somebody is a current practice educator; computed from evidence, never typed."""

    CURRENT = "current"
    EXPIRING = "expiring"
    LAPSED = "lapsed"
    IN_TRAINING = "in_training"
    NOT_YET_QUALIFIED = "not_yet_qualified"
    UNVERIFIED = "unverified"


class Basis(StrEnum):
    """The route by which somebody is current (PEPS guidance of 2013)."""

    A = "A"
    B = "B"
    C = "C"


class GroundCode(StrEnum):
    """What currency rests on: one of three routes or a completed return, and CPD beside it."""

    ROUTE_A = "route_a"
    ROUTE_B = "route_b"
    ROUTE_C = "route_c"
    RETURN_TO_PRACTICE = "return_to_practice"
    CPD = "cpd"


class RuleCode(StrEnum):
    """A rule of eligibility. The order of the members is the order in which rules are reported."""

    EDUCATOR_KNOWN = "educator_known"
    REG_NUMBER_VALID = "reg_number_valid"
    REGISTERED = "registered"
    NO_RESTRICTION = "no_restriction"
    POST_QUALIFYING_YEARS = "post_qualifying_years"
    STAGE_FOR_LEVEL = "stage_for_level"
    OFF_SITE_STAGE_2 = "off_site_stage_2"
    CURRENT_AT_START = "current_at_start"
    CURRENT_THROUGH_PLACEMENT = "current_through_placement"
    CPD_RECENT = "cpd_recent"
    MANAGER_CHECK_IN = "manager_check_in"
    CAPACITY = "capacity"
    NO_CONFLICT = "no_conflict"
    DEVELOPMENT_PLAN = "development_plan"
    HUB_FACILITATOR = "hub_facilitator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"


WAIVABLE = frozenset(
    {
        RuleCode.POST_QUALIFYING_YEARS,
        RuleCode.CURRENT_AT_START,
        RuleCode.MANAGER_CHECK_IN,
        RuleCode.NO_CONFLICT,
    }
)
"""The rules that may be set aside for an educator, by two people and for a time."""


class RuleResult(StrEnum):
    """What one rule says: fine, fine but look, only under a condition, or no."""

    PASS = "pass"  # noqa: S105 - a result, not a secret
    WARN = "warn"
    CONDITION = "condition"
    BLOCK = "block"


class Outcome(StrEnum):
    """Whether an educator may take a placement."""

    ELIGIBLE = "eligible"
    ELIGIBLE_WITH_CONDITIONS = "eligible_with_conditions"
    NOT_ELIGIBLE = "not_eligible"


def normal_number(number: str) -> str:
    """A registration number as the regulator writes it: without blanks around it, in capitals."""
    return number.strip().upper()


def is_registration_number(number: str) -> bool:
    """Whether this could be a Social Work England number, as it stands."""
    return _NUMBER.fullmatch(number) is not None
