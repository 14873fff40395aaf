"""What sessions of hubs are about, as codes: a summary names themes, so that it cannot tell who said what."""

from enum import StrEnum


class Theme(StrEnum):
    """One theme of a session."""

    ENDINGS = "endings"
    RELATIONSHIPS_WITH_FAMILIES = "relationships_with_families"
    DIRECT_WORK_WITH_CHILDREN = "direct_work_with_children"
    DIRECT_WORK_WITH_ADULTS = "direct_work_with_adults"
    ASSESSMENT_SKILLS = "assessment_skills"
    COMMUNICATION_SKILLS = "communication_skills"
    STRENGTHS_BASED_PRACTICE = "strengths_based_practice"
    RISK_AND_SAFEGUARDING = "risk_and_safeguarding"
    LAW_AND_POLICY = "law_and_policy"
    RECORDING_AND_REPORTS = "recording_and_reports"
    WORKING_WITH_OTHER_PROFESSIONS = "working_with_other_professions"
    COMMUNITY_RESOURCES = "community_resources"
    THEORY_INTO_PRACTICE = "theory_into_practice"
    CRITICAL_REFLECTION = "critical_reflection"
    PROFESSIONAL_BOUNDARIES = "professional_boundaries"
    POWER_AND_OPPRESSION = "power_and_oppression"
    IDENTITY_AND_VALUES = "identity_and_values"
    ANTI_RACIST_PRACTICE = "anti_racist_practice"
    EMOTIONAL_IMPACT = "emotional_impact"
    WORKLOAD_AND_WELLBEING = "workload_and_wellbeing"
    USE_OF_SUPERVISION = "use_of_supervision"
    FEEDBACK_AND_LEARNING = "feedback_and_learning"
    OBSERVATION_AND_ASSESSMENT = "observation_and_assessment"
    NEXT_STEPS_AFTER_QUALIFYING = "next_steps_after_qualifying"
