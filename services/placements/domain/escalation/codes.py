"""The stable codes of escalation. They are stored, shown and translated by others: a code never changes its meaning."""

from enum import StrEnum

from services.placements.domain.vocabulary import ConcernLevel


class RuleCode(StrEnum):
    """What was noticed. Thresholds and weights are the policy's; the meaning of each code is fixed."""

    HUB_ABSENCE = "hub_absence"
    HUB_ATTENDANCE_LOW = "hub_attendance_low"
    UNAUTHORISED_ABSENCE = "unauthorised_absence"
    ABSENCE_RUN = "absence_run"
    DAYS_BEHIND = "days_behind"
    LEARNING_AGREEMENT_OVERDUE = "learning_agreement_overdue"
    SUPERVISION_GAP = "supervision_gap"
    EDUCATOR_ABSENT = "educator_absent"
    OBSERVATIONS_BEHIND = "observations_behind"
    REVIEW_OVERDUE = "review_overdue"
    REVIEW_RAG = "review_rag"
    REVIEW_DIVERGENCE = "review_divergence"
    MIDWAY_AT_RISK = "midway_at_risk"
    EDUCATOR_CURRENCY = "educator_currency"
    SETTING_PATTERN = "setting_pattern"
    AUDIT_LAPSED = "audit_lapsed"
    RAISED_FLAG = "raised_flag"
    STUDENT_FLAG = "student_flag"
    DISCRIMINATION_REPORT = "discrimination_report"
    SAFETY_OR_MISCONDUCT = "safety_or_misconduct"
    ENERGY_LOW = "energy_low"


OF_THE_STUDENT = frozenset({RuleCode.ENERGY_LOW})
"""What students say for themselves alone: only they and the partnership's office read that it was noticed."""


class Recipient(StrEnum):
    """Whom a policy can tell. The first ones are roles; the last three are found from the owner of the concern's level."""

    STUDENT = "student"
    PRACTICE_EDUCATOR = "practice_educator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    FACILITATOR = "facilitator"
    TUTOR = "tutor"
    COORDINATOR = "coordinator"
    PRACTICE_EDUCATION_LEAD = "practice_education_lead"
    PROGRAMME_MANAGER = "programme_manager"
    PANEL_CHAIR = "panel_chair"
    DISCRIMINATION_LEAD = "discrimination_lead"
    SAFETY_LEAD = "safety_lead"
    OWNER = "owner"
    DEPUTY = "deputy"
    OWNERS_LEAD = "owners_lead"


SEEN_FROM_THE_OWNER = frozenset({Recipient.OWNER, Recipient.DEPUTY, Recipient.OWNERS_LEAD})
"""Recipients that are no roles of their own."""


class StepCode(StrEnum):
    """What is due at a level. The engine fires a step that was not done by its instant."""

    ACKNOWLEDGE = "acknowledge"
    HELD = "held"
    NOTE = "note"
    REVIEW = "review"
    MEETING = "meeting"
    SECOND_OPINION = "second_opinion"
    PLAN = "plan"
    PLAN_REVIEW = "plan_review"
    PAPERS = "papers"
    PANEL = "panel"
    LETTER = "letter"
    DECISION = "decision"
    WELFARE_CONTACT = "welfare_contact"
    OTHER_UNIVERSITIES = "other_universities"
    ACKNOWLEDGEMENT_ENDS = "acknowledgement_ends"
    SNOOZE_ENDS = "snooze_ends"
    NOBODY_REACHED = "nobody_reached"


ENGINES_OWN = frozenset({StepCode.ACKNOWLEDGEMENT_ENDS, StepCode.SNOOZE_ENDS, StepCode.NOBODY_REACHED})
"""Steps nobody can do: the engine plans them for itself, and a policy cannot name them."""

DONE_BY_MEETING = frozenset({StepCode.HELD, StepCode.MEETING, StepCode.PANEL})
"""Steps that are done by recording a meeting."""

DONE_BY_DECISION = frozenset({StepCode.REVIEW, StepCode.PLAN_REVIEW})
"""Steps that only a decision about the concern, or its closure, ends."""


class PolicyStatus(StrEnum):
    """Whether a version of a policy can be in force."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Missed(StrEnum):
    """What a policy wants when a step is not done in time."""

    NEXT_LEVEL = "next_level"
    LADDER = "ladder"
    LADDER_THEN_NEXT_LEVEL = "ladder_then_next_level"


class ClockUnit(StrEnum):
    """In what a clock counts: working days of England, or the days the student is on placement."""

    WORKING_DAYS = "working_days"
    PLACEMENT_DAYS = "placement_days"


class Why(StrEnum):
    """Why a concern stands at a level. One of these is on every transition."""

    POINTS = "points"
    RED = "red"
    OPENED_AGAIN = "opened_again"
    REOPENED = "reopened"
    RULE_OPENS_HIGHER = "rule_opens_higher"
    IMMEDIATE = "immediate"
    NEW_RED = "new_red"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_HELD = "not_held"
    NOT_RESOLVED = "not_resolved"
    PLAN_NOT_MADE = "plan_not_made"
    PLAN_NOT_MET = "plan_not_met"
    NOBODY_REACHED = "nobody_reached"
    PERSON_ASKED = "person_asked"
    PERSON_LOWERED = "person_lowered"
    SHORT_OF_TIME = "short_of_time"


class Outcome(StrEnum):
    """How a person closed a concern."""

    RESOLVED = "resolved"
    ACTION_PLAN = "action_plan"
    CHANGED_EDUCATOR = "changed_educator"
    CHANGED_SETTING = "changed_setting"
    EXTENDED = "extended"
    PAUSED = "paused"
    ENDED_NO_FAULT = "ended_no_fault"
    FAILED = "failed"
    REFERRED_SUITABILITY = "referred_suitability"
    FALSE_ALARM = "false_alarm"


class Decision(StrEnum):
    """What a person can decide about an open concern, apart from closing it."""

    ESCALATE = "escalate"
    STEP_DOWN = "step_down"
    CONTINUE = "continue"
    PLAN_NOT_MET = "plan_not_met"


class MeetingOutcome(StrEnum):
    """How a conversation, meeting or panel ended. It decides nothing by itself; a person does."""

    NOTHING_FURTHER = "nothing_further"
    PLAN_TO_BE_AGREED = "plan_to_be_agreed"
    SECOND_OPINION_WANTED = "second_opinion_wanted"
    PARTIES_DISAGREE = "parties_disagree"


class Notice(StrEnum):
    """Whether the student had the notice of a meeting that the policy promises, or agreed to less."""

    KEPT = "kept"
    SHORTENED_BY_STUDENT = "shortened_by_student"
    NOT_KEPT = "not_kept"


class GoalResult(StrEnum):
    """What a review found of one goal of an action plan."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"


class PlanConclusion(StrEnum):
    """What follows from the review of an action plan: it is done with, it goes on once more, or the next level."""

    MET = "met"
    EXTENDED = "extended"
    NOT_MET = "not_met"


class PanelDecision(StrEnum):
    """What a placement panel decided. Its chair closes the concern afterwards, with an outcome."""

    PLACEMENT_GOES_ON = "placement_goes_on"
    GOES_ON_WITH_CONDITIONS = "goes_on_with_conditions"
    NEW_PLACEMENT = "new_placement"
    ENDS_WITHOUT_FAULT = "ends_without_fault"
    ENDS_AS_FAILED = "ends_as_failed"
    REFERRED_SUITABILITY = "referred_suitability"


class Seat(StrEnum):
    """For whom somebody sits on a placement panel."""

    CHAIR = "chair"
    PRACTICE = "practice"
    UNIVERSITY = "university"
    EXPERT_BY_EXPERIENCE = "expert_by_experience"


class PlacementSide(StrEnum):
    """A side of a placement that a report may be about: it then neither sees the report nor is told of it."""

    HOST = "host"
    UNIVERSITY = "university"


class Act(StrEnum):
    """What people, and the engine between two levels, did to a concern. The history is made of these and the transitions."""

    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    MET = "met"
    STEP_BEGUN = "step_begun"
    STEP_DONE = "step_done"
    DECIDED = "decided"
    CLOSED = "closed"
    INVITED = "invited"
    MEETING_CHANGED = "meeting_changed"
    NOTICE_SHORTENED = "notice_shortened"
    SUPPORTER_NAMED = "supporter_named"
    PLAN_REVIEWED = "plan_reviewed"
    STATED = "stated"
    PANEL_CONVENED = "panel_convened"
    APPEALED = "appealed"
    REPLANNED = "replanned"
    SHORTER_WAY_OFFERED = "shorter_way_offered"
    SHORTER_WAY_TAKEN = "shorter_way_taken"


BY_NOBODY = frozenset({Act.REPLANNED, Act.SHORTER_WAY_OFFERED})
"""Acts that no person did: they followed from something else."""


class Template(StrEnum):
    """Which message a person gets. Messages hold a link and a case number and never content."""

    CONCERN_LEVEL = "concern_level"
    STEP_DUE = "step_due"
    STEP_OVERDUE = "step_overdue"
    CONCERN_REOPENED = "concern_reopened"
    ACKNOWLEDGEMENT_ENDED = "acknowledgement_ended"
    SNOOZE_ENDED = "snooze_ended"
    CONCERN_CLOSED = "concern_closed"
    FRIENDLY_HUB_MESSAGE = "friendly_hub_message"
    SUPPORTIVE_MESSAGE = "supportive_message"
    WATCH_NOTICED = "watch_noticed"
    ANSWERS_DUE = "answers_due"
    ANSWERS_OVERDUE = "answers_overdue"
    DIGEST = "digest"


LEVELS = tuple(ConcernLevel)
"""All levels, lowest first."""


def is_higher(level: ConcernLevel, than: ConcernLevel) -> bool:
    """Whether `level` lies above `than`."""
    return LEVELS.index(level) > LEVELS.index(than)
