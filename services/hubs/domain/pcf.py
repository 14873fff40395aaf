"""The nine domains of the Professional Capabilities Framework for social work in England."""

from enum import StrEnum


class PcfDomain(StrEnum):
    """One domain of the framework."""

    PROFESSIONALISM = "professionalism"
    VALUES_AND_ETHICS = "values_and_ethics"
    DIVERSITY_AND_EQUALITY = "diversity_and_equality"
    RIGHTS_JUSTICE_AND_ECONOMIC_WELLBEING = "rights_justice_and_economic_wellbeing"
    KNOWLEDGE = "knowledge"
    CRITICAL_REFLECTION_AND_ANALYSIS = "critical_reflection_and_analysis"
    SKILLS_AND_INTERVENTIONS = "skills_and_interventions"
    CONTEXTS_AND_ORGANISATIONS = "contexts_and_organisations"
    PROFESSIONAL_LEADERSHIP = "professional_leadership"
