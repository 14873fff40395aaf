"""Stop, start, continue: what members may say of their hub, and who may see how often it was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.hubs.domain.small_numbers import FEWEST


class FeedbackTheme(StrEnum):
    """What a hub can do less of, more of, or go on with."""

    CHECK_IN = "check_in"
    CASE_DISCUSSION = "case_discussion"
    PRESENTATIONS = "presentations"
    SKILLS_PRACTICE = "skills_practice"
    THEORY = "theory"
    LAW_AND_POLICY = "law_and_policy"
    GUEST_SPEAKERS = "guest_speakers"
    EXPERTS_BY_EXPERIENCE = "experts_by_experience"
    GROUP_REFLECTION = "group_reflection"
    WELLBEING = "wellbeing"
    PEER_SUPPORT = "peer_support"
    SILENCE_AND_PAUSES = "silence_and_pauses"
    TIMEKEEPING = "timekeeping"
    PACE = "pace"
    VENUE_OR_ONLINE = "venue_or_online"
    MATERIALS = "materials"
    FACILITATOR_SPEAKS = "facilitator_speaks"
    EVERYBODY_HEARD = "everybody_heard"


class Column(StrEnum):
    """What to do about a theme."""

    STOP = "stop"
    START = "start"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many members said this about a theme."""

    column: Column
    theme: str
    answers: int


def may_see(answers: int, *, leads: bool) -> bool:
    """Whether a closed round's themes are shown: to the facilitator always, without names, to others from five answers on."""
    return leads or answers >= FEWEST


def rolled_up(counts: Iterable[tuple[str, str, int]]) -> list[ThemeCount]:
    """Counts by column and theme, what was said most often first."""
    themes = [ThemeCount(Column(column), theme, answers) for column, theme, answers in counts]
    order = list(Column)
    return sorted(themes, key=lambda each: (order.index(each.column), -each.answers, each.theme))
