"""Why requests end without a placement in their round."""

from enum import StrEnum


class EndingReason(StrEnum):
    """Why a request is withdrawn or deferred; coded, and never a diagnosis."""

    LEFT_PROGRAMME = "left_programme"
    STUDIES_INTERRUPTED = "studies_interrupted"
    NOT_READY = "not_ready"
    PERSONAL_CIRCUMSTANCES = "personal_circumstances"
    PLACED_ELSEWHERE = "placed_elsewhere"
    ENTERED_IN_ERROR = "entered_in_error"
    OTHER = "other"
