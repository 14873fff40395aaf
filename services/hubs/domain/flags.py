"""What a facilitator may flag about a member's placement. What was said in the hub stays there."""

from enum import StrEnum


class FlagAbout(StrEnum):
    """What is struggling, in the words of the placements service's concerns."""

    STUDENT_PROGRESS = "student_progress"
    STUDENT_CONDUCT = "student_conduct"
    WELLBEING = "wellbeing"
    PRACTICE_EDUCATION = "practice_education"
    SETTING = "setting"
    DISCRIMINATION = "discrimination"
    SAFETY = "safety"
