"""Where students go after they qualify: the partnerships count who stays local (45% to 78% in one of them)."""

from enum import StrEnum


class Destination(StrEnum):
    """What a student does next."""

    SOCIAL_WORK = "social_work"
    OTHER_WORK = "other_work"
    FURTHER_STUDY = "further_study"
    NOT_WORKING = "not_working"
    NOT_KNOWN = "not_known"


class EmployedAs(StrEnum):
    """In which role they work."""

    NEWLY_QUALIFIED_SOCIAL_WORKER = "newly_qualified_social_worker"
    SOCIAL_CARE = "social_care"
    OTHER = "other"


class Interview(StrEnum):
    """What became of the guaranteed interview that some partners promise."""

    NOT_OFFERED = "not_offered"
    OFFERED = "offered"
    TAKEN = "taken"
    APPOINTED = "appointed"
