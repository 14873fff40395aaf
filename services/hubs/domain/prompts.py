"""Questions that help a student begin a reflection. They are offered, never required, and no answer is looked at.

The four steps of the reflective skills prompts follow the experiential learning cycle (Kolb, 1984: experience, reflection,
concept, experiment); those of practice skills ask what was tried and what to carry over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.hubs.domain.planning import SessionKind


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question, with a stable code."""

    code: str
    words: str


PROMPTS: Mapping[SessionKind, tuple[Prompt, ...]] = MappingProxyType(
    {
        SessionKind.REFLECTIVE_SKILLS: (
            Prompt("what_happened", "What happened, and what did you notice in yourself while it did?"),
            Prompt("whose_view", "How may it have looked to the others who were there?"),
            Prompt(
                "what_explains",
                "Which theory, value or law helps to understand it, and what does it leave out?",
            ),
            Prompt("power", "Who had power here, and how did it show?"),
            Prompt("next_time", "What would you do again, and what differently?"),
        ),
        SessionKind.PRACTICE_SKILLS: (
            Prompt("skill_tried", "Which skill did you try or watch, and in what situation would it serve?"),
            Prompt("what_worked", "What worked, and how do you know?"),
            Prompt("what_was_hard", "What was harder than you thought?"),
            Prompt("carry_over", "What will you try on placement before the next session?"),
            Prompt("who_helps", "Who could watch you do it and tell you what they saw?"),
        ),
    }
)
"""The questions for each kind of session."""
