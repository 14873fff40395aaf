"""Changing a result after it was computed: swaps made by hand."""

from enum import StrEnum


class SwapReason(StrEnum):
    """Why a coordinator moves students by hand; coded, so that a partnership can count and learn."""

    MEETING_DECISION = "meeting_decision"
    STUDENT_NEED = "student_need"
    HOST_REQUEST = "host_request"
    UNIVERSITY_REQUEST = "university_request"
    EDUCATOR_CHANGE = "educator_change"
    TRAVEL = "travel"
    ERROR_CORRECTED = "error_corrected"
    OTHER = "other"
