"""What a hub is worth: members before and after, and students with a hub beside those without one, never without n."""

from enum import StrEnum

from services.hubs.domain.small_numbers import FEWEST


class Moment(StrEnum):
    """When a member rates themselves: on joining, and at the end."""

    BEFORE = "before"
    AFTER = "after"


class Scale(StrEnum):
    """What a member rates, from 1 (not at all) to 5 (fully). Chosen after what South Coast's hubs are meant to strengthen."""

    CONFIDENCE = "confidence"
    REFLECTIVE_THINKING = "reflective_thinking"
    PRACTICE_SKILLS = "practice_skills"
    PEER_SUPPORT = "peer_support"
    WELLBEING = "wellbeing"


class Destination(StrEnum):
    """Where a student went after finishing, in the words of the placements service, as far as they are told apart here."""

    SOCIAL_WORK = "social_work"
    NOT_KNOWN = "not_known"


def shown(mean: float | None, n: int) -> float | None:
    """A mean or rate, rounded to hundredths; None where so few stand behind it that somebody could be recognised."""
    return None if mean is None or n < FEWEST else round(mean, 2)
