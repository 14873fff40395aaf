"""QAMP reviews (Quality Assurance Monitoring Process): what is asked of whom, and the light each section gets.

Student, practice educator and on-site supervisor answer separately and blind; the light is proposed by rule and a moderator
confirms it. The template is data with a version; answers keep the version they were given to.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.placements.domain.schedule import Terms, day_number, plan
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Rag, Respondent

FOUR_WEEKS = timedelta(days=28)
FEW_DAYS_A_WEEK = 4
FIRST_REVIEW_NOT_BEFORE_DAY = 15
FAR_APART = 2
"""Steps between two respondents' answers from which they differ."""
CARRIED_OVER = 2
"""Questions that are `partly` twice running and make a section red."""


class Answer(StrEnum):
    """How far a statement is met."""

    MEETS = "meets"
    MOSTLY = "mostly"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"


SCORES: Mapping[Answer, int] = {Answer.MEETS: 4, Answer.MOSTLY: 3, Answer.PARTLY: 2, Answer.NOT_YET: 1}
"""What an answer weighs. `not_applicable` is no answer."""


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


@dataclass(frozen=True, slots=True)
class Question:
    """One statement, when it is asked and of whom. A critical one (starred in QAMP) makes its section red on `not_yet`."""

    code: str
    section: Section
    checkpoints: frozenset[Checkpoint]
    respondents: frozenset[Respondent]
    is_critical: bool = False
    only_statutory: bool = False
    """Asked only where the placement counts as statutory."""
    is_safety: bool = False


_4, _M, _E = Checkpoint.FOUR_WEEK, Checkpoint.MIDWAY, Checkpoint.END
_S, _P, _O = Respondent.STUDENT, Respondent.PRACTICE_EDUCATOR, Respondent.ON_SITE_SUPERVISOR
_ALL = frozenset(Checkpoint)


def _ask(
    code: str, section: Section, when: Collection[Checkpoint], *who: Respondent, critical: bool = False
) -> Question:
    return Question(code, section, frozenset(when), frozenset(who), is_critical=critical)


TEMPLATE_VERSION = 1
QUESTIONS: tuple[Question, ...] = (
    _ask("induction", Section.START_UP, (_4,), _S, _P, _O, critical=True),
    _ask("learning_agreement", Section.START_UP, (_4, _M), _S, _P),
    _ask("access_and_equipment", Section.START_UP, (_4,), _S, _O, critical=True),
    _ask("agreed_adjustments", Section.START_UP, _ALL, _S, _P, critical=True),
    _ask("supervision_as_agreed", Section.SUPPORT, _ALL, _S, _P, critical=True),
    _ask("reflective_space", Section.SUPPORT, _ALL, _S),
    _ask("whom_to_call", Section.SUPPORT, (_4, _M), _S, critical=True),
    _ask("peer_group", Section.SUPPORT, _ALL, _S),
    Question("safe_and_respected", Section.SUPPORT, _ALL, frozenset({_S}), is_critical=True, is_safety=True),
    _ask("level_and_amount_of_work", Section.OPPORTUNITIES, _ALL, _S, _P, critical=True),
    _ask("pcf_domains_covered", Section.OPPORTUNITIES, _ALL, _S, _P),
    Question(
        "statutory_work",
        Section.OPPORTUNITIES,
        frozenset({_M, _E}),
        frozenset({_S, _P}),
        is_critical=True,
        only_statutory=True,
    ),
    _ask("people_who_use_services", Section.OPPORTUNITIES, (_M, _E), _S, _P),
    _ask("on_course_for_pcf_level", Section.PROGRESS, _ALL, _P, _S, critical=True),
    _ask("concerns_said_openly", Section.PROGRESS, _ALL, _S, _P, critical=True),
    _ask("observations_on_plan", Section.PROGRESS, (_M, _E), _P),
    _ask("days_on_plan", Section.PROGRESS, _ALL, _S, _P),
    _ask("time_for_learning", Section.SETTING, _ALL, _S, _O),
    _ask("could_take_another_student", Section.SETTING, (_M, _E), _P, _O),
)
"""QAMP template version 1, without the closing part, which is never scored."""

CLOSING = ("start", "stop", "continue")
"""Closing questions answered in words only."""

QUESTION_BY_CODE: Mapping[str, Question] = {question.code: question for question in QUESTIONS}


def questions(
    checkpoint: Checkpoint, respondent: Respondent | None = None, *, is_statutory: bool = True
) -> tuple[Question, ...]:
    """What is asked at a checkpoint, of one respondent or of all, in the order of the template."""
    return tuple(
        question
        for question in QUESTIONS
        if checkpoint in question.checkpoints
        and (respondent is None or respondent in question.respondents)
        and (is_statutory or not question.only_statutory)
    )


Answers = Mapping[str, Answer]
"""Question code -> answer, of one respondent."""


def _scored(responses: Mapping[Respondent, Answers]) -> Iterator[tuple[Question, int]]:
    for answers in responses.values():
        for code, answer in answers.items():
            if code in QUESTION_BY_CODE and answer in SCORES:
                yield QUESTION_BY_CODE[code], SCORES[answer]


def differences(responses: Mapping[Respondent, Answers]) -> dict[str, int]:
    """Question code -> how far the answers of two respondents lie apart, where at least two gave a scored one."""
    by_question: dict[str, list[int]] = {}
    for question, score in _scored(responses):
        by_question.setdefault(question.code, []).append(score)
    return {code: max(scores) - min(scores) for code, scores in by_question.items() if len(scores) > 1}


def propose(
    responses: Mapping[Respondent, Answers],
    before: Mapping[Respondent, Answers],
    sections_with_open_issue: Collection[Section] = (),
) -> dict[Section, Rag]:
    """The light of every section that was answered. `before` are the responses to the last review.

    Red: `not_yet` on a critical question, or two questions that are `partly` now and were so before. Amber: any `partly` or
    `not_yet`, two respondents two steps apart, or an open quality issue. Green: nothing of these.
    """
    scored = list(_scored(responses))
    carried = {q.code for q, score in scored if score == SCORES[Answer.PARTLY]} & {
        q.code for q, score in _scored(before) if score == SCORES[Answer.PARTLY]
    }
    apart = {code for code, difference in differences(responses).items() if difference >= FAR_APART}
    lights: dict[Section, Rag] = {}
    for section in Section:
        here = [(question, score) for question, score in scored if question.section is section]
        if here:
            lights[section] = _light(here, carried, apart, issue_open=section in sections_with_open_issue)
    return lights


def _light(
    here: Iterable[tuple[Question, int]], carried: set[str], apart: set[str], *, issue_open: bool
) -> Rag:
    here = list(here)
    codes = {question.code for question, _ in here}
    if any(question.is_critical and score == SCORES[Answer.NOT_YET] for question, score in here):
        return Rag.RED
    if len(carried & codes) >= CARRIED_OVER:
        return Rag.RED
    if issue_open or apart & codes or any(score <= SCORES[Answer.PARTLY] for _, score in here):
        return Rag.AMBER
    return Rag.GREEN


def overall(lights: Iterable[Rag]) -> Rag:
    """The light of the whole review: the worst of its sections."""
    order = (Rag.GREEN, Rag.AMBER, Rag.RED)
    return max(lights, key=order.index, default=Rag.GREEN)


def struggling(lights: Mapping[Section, Rag]) -> ConcernAbout | None:
    """What the review says is struggling: what the first red section is about, else the first amber one."""
    for light in (Rag.RED, Rag.AMBER):
        for section in Section:
            if lights.get(section) is light:
                return SECTION_IS_ABOUT[section]
    return None


def due_dates(terms: Terms) -> dict[Checkpoint, date]:
    """When each review is due: four weeks in, at half of the days, and at the last day of the schedule.

    A pattern under four days a week has had too little placement after four weeks: then the first review waits for day 15.
    """
    planned = plan(terms)
    four_week = terms.starts_on + FOUR_WEEKS
    if len(terms.pattern.weekdays) < FEW_DAYS_A_WEEK:
        four_week = max(four_week, day_number(planned, FIRST_REVIEW_NOT_BEFORE_DAY))
    return {
        Checkpoint.FOUR_WEEK: four_week,
        Checkpoint.MIDWAY: day_number(planned, -(-terms.days_required // 2)),
        Checkpoint.END: planned[-1].on,
    }
