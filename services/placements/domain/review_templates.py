"""QAMP templates: what a review asks, when and of whom. A template is data with a version, read and checked here.

A partnership may have its own; a review keeps the one with which it was opened. Sections are fixed, because each says what is
struggling when it is amber or red; questions, words, checkpoints and respondents are the template's.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from services.placements.domain.escalation.part import Part, Unreadable
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Respondent
from shared.errors import Fault, Invalid

MOST_QUESTIONS = 60
LONGEST_TEXT = 500
_CODE = re.compile(r"[a-z][a-z_]{0,63}")
T = TypeVar("T")


class Section(StrEnum):
    """What a group of questions is about."""

    START_UP = "start_up"
    SUPPORT = "support"
    OPPORTUNITIES = "opportunities"
    PROGRESS = "progress"
    SETTING = "setting"


SECTION_IS_ABOUT: Mapping[Section, ConcernAbout] = {
    Section.START_UP: ConcernAbout.SETTING,
    Section.SUPPORT: ConcernAbout.PRACTICE_EDUCATION,
    Section.OPPORTUNITIES: ConcernAbout.SETTING,
    Section.PROGRESS: ConcernAbout.STUDENT_PROGRESS,
    Section.SETTING: ConcernAbout.SETTING,
}
"""What is struggling when a section is amber or red."""


class ClosingKind(StrEnum):
    """How a closing question is answered. None of them is ever scored."""

    ENERGY = "energy"
    WORDS = "words"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One statement, when it is asked and of whom. A critical one (starred in QAMP) makes its section red on `not_yet`."""

    code: str
    section: Section
    text: str
    checkpoints: frozenset[Checkpoint]
    respondents: frozenset[Respondent]
    is_critical: bool = False
    only_statutory: bool = False
    """Asked only where the placement counts as statutory."""
    is_safety: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """One closing question: energy from 0 to 10, something in words, or yes, no and unsure."""

    code: str
    kind: ClosingKind
    text: str
    checkpoints: frozenset[Checkpoint]
    respondents: frozenset[Respondent]


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template, in the order in which it is asked."""

    name: str
    version: int
    effective_on: date
    questions: tuple[Question, ...]
    closing: tuple[Closing, ...]

    @property
    def by_code(self) -> Mapping[str, Question]:
        """Its questions by their codes."""
        return {question.code: question for question in self.questions}

    def asked(
        self, checkpoint: Checkpoint, respondent: Respondent | None = None, *, is_statutory: bool = True
    ) -> tuple[Question, ...]:
        """What is asked at a checkpoint, of one respondent or of all."""
        return tuple(
            question
            for question in self.questions
            if checkpoint in question.checkpoints
            and (respondent is None or respondent in question.respondents)
            and (is_statutory or not question.only_statutory)
        )

    def closes_with(
        self, checkpoint: Checkpoint, respondent: Respondent | None = None
    ) -> tuple[Closing, ...]:
        """The closing questions of a checkpoint, for one respondent or for all."""
        return tuple(
            each
            for each in self.closing
            if checkpoint in each.checkpoints and (respondent is None or respondent in each.respondents)
        )


def read_template(data: object) -> Template:
    """The template that the data says. Raises `Invalid` with every fault, each naming the question it is in."""
    faults: list[Fault] = []
    template: Template | None = None
    try:
        template = _template(Part(data, "", faults, "template"))
        _check_whole(template, faults)
    except Unreadable:
        pass
    if faults or template is None:
        raise Invalid(faults, code="invalid_template")
    return template


def _template(part: Part) -> Template:
    template = Template(
        name=_words(part, "name", 100),
        version=part.days("version", least=1),
        effective_on=_day(part, "effective_on"),
        questions=tuple(_each(part, "questions", "question", _question)),
        closing=tuple(_each(part, "closing", "closing question", _closing)),
    )
    part.finish()
    return template


def _each(part: Part, member: str, name: str, read: Callable[[Part], T]) -> Iterator[T]:
    items = part.items(member)
    if len(items) > MOST_QUESTIONS:
        raise part.fault(member, "too_many", f"has more than {MOST_QUESTIONS} questions")
    for at, item in enumerate(items):
        code = item.get("code") if isinstance(item, Mapping) else None
        known = code if isinstance(code, str) and _CODE.fullmatch(code) else f"number {at + 1}"
        try:
            inner = Part(item, f"/{member}/{at}", part.faults, f"{name} {known}")
            built = read(inner)
            inner.finish()
        except Unreadable:
            continue
        yield built


def _question(part: Part) -> Question:
    return Question(
        code=_code(part),
        section=part.code("section", Section),
        text=_words(part, "text", LONGEST_TEXT),
        checkpoints=_some(part, "checkpoints", Checkpoint),
        respondents=_some(part, "respondents", Respondent),
        is_critical=part.take("is_critical", False) is True,
        only_statutory=part.take("only_statutory", False) is True,
        is_safety=part.take("is_safety", False) is True,
    )


def _closing(part: Part) -> Closing:
    return Closing(
        code=_code(part),
        kind=part.code("kind", ClosingKind),
        text=_words(part, "text", LONGEST_TEXT),
        checkpoints=_some(part, "checkpoints", Checkpoint),
        respondents=_some(part, "respondents", Respondent),
    )


_C = TypeVar("_C", bound=StrEnum)


def _some(part: Part, member: str, codes: type[_C]) -> frozenset[_C]:
    found = frozenset(part.codes(member, codes))
    if not found:
        raise part.fault(member, "empty", "must name at least one")
    return found


def _code(part: Part) -> str:
    code = part.take("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise part.fault("code", "bad_code", "must be lower-case letters and underscores, up to 64")
    return code


def _words(part: Part, member: str, longest: int) -> str:
    text = part.take(member)
    if not isinstance(text, str) or not text.strip() or len(text) > longest or "\x00" in text:
        raise part.fault(member, "bad_text", f"must be a text of up to {longest} characters")
    return text


def _day(part: Part, member: str) -> date:
    try:
        return date.fromisoformat(str(part.take(member)))
    except ValueError:
        raise part.fault(member, "bad_day", "must be a day, written as 2026-09-07") from None


def _check_whole(template: Template, faults: list[Fault]) -> None:
    codes = [*(each.code for each in template.questions), *(each.code for each in template.closing)]
    faults.extend(
        Fault("/questions", "repeated", f"question {code}: the code is used twice.")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    )
    faults.extend(
        Fault(
            "/closing", "energy_once", f"closing question {each.code}: energy is asked once, of the student."
        )
        for each in template.closing
        if each.kind is ClosingKind.ENERGY
        and (each.code != "energy" or each.respondents != {Respondent.STUDENT})
    )
    faults.extend(
        Fault("/questions", "nothing_asked", f"questions: nothing is asked of the {who} at {checkpoint}.")
        for checkpoint in Checkpoint
        for who in (Respondent.STUDENT, Respondent.PRACTICE_EDUCATOR)
        if not template.asked(checkpoint, who, is_statutory=False)
    )
