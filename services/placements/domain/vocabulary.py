"""The words of the placements service: every closed set of codes that is stored, sent or received.

A code is API: it never changes its meaning. The database holds the same sets in CHECK constraints made from these enums.
"""

from enum import StrEnum


class OrgType(StrEnum):
    """What kind of member of the partnership an organisation is."""

    HEI = "hei"
    LOCAL_AUTHORITY = "local_authority"
    CHILDRENS_TRUST = "childrens_trust"
    NHS_TRUST = "nhs_trust"
    PVI = "pvi"
    SUC_LED = "suc_led"


class Directorate(StrEnum):
    """One voice inside a council. Adults' and children's services have parity."""

    CHILDRENS = "childrens"
    ADULTS = "adults"
    INTEGRATED = "integrated"


class ProgrammeRoute(StrEnum):
    """By which route a programme leads to qualification."""

    UNDERGRADUATE = "undergraduate"
    POSTGRADUATE = "postgraduate"
    DEGREE_APPRENTICESHIP = "degree_apprenticeship"
    STEP_UP = "step_up"
    APPROACH = "approach"
    OTHER = "other"


class PlacementLevel(StrEnum):
    """Which of a student's placements it is."""

    FIRST = "first"
    FINAL = "final"
    ADDITIONAL = "additional"
    REPEAT_FIRST = "repeat_first"
    REPEAT_FINAL = "repeat_final"


class PlacementStatus(StrEnum):
    """Where a placement stands. A concern is an overlay and never a status."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    CANCELLED = "cancelled"


class PcfDomain(StrEnum):
    """The nine domains of the Professional Capabilities Framework (BASW, England)."""

    PROFESSIONALISM = "professionalism"
    VALUES_AND_ETHICS = "values_and_ethics"
    DIVERSITY_AND_EQUALITY = "diversity_and_equality"
    RIGHTS_JUSTICE_AND_ECONOMIC_WELLBEING = "rights_justice_and_economic_wellbeing"
    KNOWLEDGE = "knowledge"
    CRITICAL_REFLECTION_AND_ANALYSIS = "critical_reflection_and_analysis"
    SKILLS_AND_INTERVENTIONS = "skills_and_interventions"
    CONTEXTS_AND_ORGANISATIONS = "contexts_and_organisations"
    PROFESSIONAL_LEADERSHIP = "professional_leadership"


class Appetite(StrEnum):
    """A setting's yearly intent to host students."""

    ACTIVELY_OFFERING = "actively_offering"
    MAY_OFFER = "may_offer"
    NOT_OFFERING = "not_offering"
    ALREADY_COMMITTED = "already_committed"


class CapacityReason(StrEnum):
    """Why a setting does not offer, or may not: coded, so that a partnership can count and act."""

    NO_EDUCATOR = "no_educator"
    EDUCATOR_CURRENCY = "educator_currency"
    WORKLOAD = "workload"
    VACANCIES = "vacancies"
    NEWLY_QUALIFIED_IN_TEAM = "newly_qualified_in_team"
    REORGANISATION = "reorganisation"
    INSPECTION = "inspection"
    SPACE_OR_EQUIPMENT = "space_or_equipment"
    UNSUITABLE_WORK = "unsuitable_work"
    OTHER_LEARNERS = "other_learners"
    OTHER = "other"


class Role(StrEnum):
    """What a person does around placements."""

    COORDINATOR = "coordinator"
    TUTOR = "tutor"
    FACILITATOR = "facilitator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    PRACTICE_EDUCATOR = "practice_educator"
    PRACTICE_EDUCATION_LEAD = "practice_education_lead"
    PROGRAMME_MANAGER = "programme_manager"
    PANEL_CHAIR = "panel_chair"
    DISCRIMINATION_LEAD = "discrimination_lead"
    SAFETY_LEAD = "safety_lead"


ROLES_FOR_AN_ORGANISATION = frozenset(
    {Role.COORDINATOR, Role.PRACTICE_EDUCATION_LEAD, Role.PROGRAMME_MANAGER}
)
"""People in these roles act for their whole organisation; everybody else sees only what they have to do with themselves."""


class DayKind(StrEnum):
    """What a placement day was. Only approved days that were attended, in whole or half, give credit."""

    ATTENDED = "attended"
    HALF = "half"
    SICK = "sick"
    AUTHORISED_ABSENCE = "authorised_absence"
    UNAUTHORISED_ABSENCE = "unauthorised_absence"
    BANK_HOLIDAY = "bank_holiday"
    STUDY = "study"
    SKILLS_DAY = "skills_day"


class DayPart(StrEnum):
    """Which part of the day a record is about."""

    DAY = "day"
    AM = "am"
    PM = "pm"


class RequestStatus(StrEnum):
    """Whether a request is still to be matched: open, taken back, or put off to another round."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"


class MatchRunStatus(StrEnum):
    """Where a match run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ProposalStatus(StrEnum):
    """Where a proposal stands: a draft until its run is published, then answered by host and university.

    `superseded`: a repair or a swap gave the student another place, or none. `withdrawn`: the request was taken back.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class RepairStatus(StrEnum):
    """Where a repair stands: computed in the background, then confirmed by a person, or left alone."""

    QUEUED = "queued"
    COMPLETED = "completed"
    FAILED = "failed"
    CONFIRMED = "confirmed"


class Party(StrEnum):
    """The two sides that answer a proposal."""

    HOST = "host"
    UNIVERSITY = "university"


class ReportKind(StrEnum):
    """The two written reports of a placement."""

    MIDWAY = "midway"
    FINAL = "final"


class Recommendation(StrEnum):
    """What a report recommends: the first two at midway, the others at the end."""

    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    INCOMPLETE = "incomplete"


class Checkpoint(StrEnum):
    """The three QAMP reviews of a placement."""

    FOUR_WEEK = "four_week"
    MIDWAY = "midway"
    END = "end"


class Respondent(StrEnum):
    """Who answers a QAMP review. What an expert by experience says is taken down for them."""

    STUDENT = "student"
    PRACTICE_EDUCATOR = "practice_educator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    EXPERT_BY_EXPERIENCE = "expert_by_experience"


class Rag(StrEnum):
    """The light of a section of a QAMP review."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Severity(StrEnum):
    """How much a signal weighs: `none` informs and counts no points."""

    NONE = "none"
    AMBER = "amber"
    RED = "red"


class ConcernAbout(StrEnum):
    """What is struggling. A struggling placement is not the same as a struggling student."""

    STUDENT_PROGRESS = "student_progress"
    STUDENT_CONDUCT = "student_conduct"
    WELLBEING = "wellbeing"
    PRACTICE_EDUCATION = "practice_education"
    SETTING = "setting"
    DISCRIMINATION = "discrimination"
    SAFETY = "safety"


class ConcernLevel(StrEnum):
    """How far a concern has come. Only a person's decision lowers it."""

    WATCH = "watch"
    EARLY_CONVERSATION = "early_conversation"
    STAGE_ONE = "stage_one"
    STAGE_TWO = "stage_two"
    PLACEMENT_PANEL = "placement_panel"


class ConcernStatus(StrEnum):
    """Whether somebody has a concern in hand."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class PolicyQuestion(StrEnum):
    """What a policy comparison can answer. The order is that in which answers are wanted most."""

    RECRUITMENT = "recruitment"
    ORDERS = "orders"
    STRATEGY_PROOF = "strategy_proof"
    TRUNCATION = "truncation"
