"""QAMP reviews (Quality Assurance Monitoring Process): what is asked of whom, and the light each section gets.

Student, practice educator, on-site supervisor and, where there is one, an expert by experience answer separately and blind;
the light is proposed by rule and a moderator confirms it. What is asked is data: see `review_templates`.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.placements.domain.review_templates import (
    SECTION_IS_ABOUT,
    ClosingKind,
    Question,
    Section,
    Template,
)
from services.placements.domain.schedule import ONE_DAY, PlannedDay, Terms, day_number, plan
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Rag, Respondent
from shared.errors import Fault

FOUR_WEEKS = 28
"""Calendar days from the first day to the first review."""
FEW_DAYS_A_WEEK = 4
FIRST_REVIEW_NOT_BEFORE_DAY = 15
LAST_DAYS = 5
"""Placement days at the end in which the last review is held."""
WINDOW = 5
"""Working days before and after the day a review is due."""
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


class Choice(StrEnum):
    """An answer to a closing question that is never scored."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


_NEEDS_COMMENT = frozenset({Answer.PARTLY, Answer.NOT_YET})

Answers = Mapping[str, Answer]
"""Question code -> answer, of one respondent."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a respondent sends: an answer to every question asked of them, words to some, and what is never scored.

    That is their energy (0 to 10), whether they would like to talk to somebody, and choices to closing questions.
    """

    answers: Mapping[str, Answer]
    comments: Mapping[str, str]
    energy: int | None = None
    wants_talk: bool | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)


def faults_in(
    template: Template, checkpoint: Checkpoint, respondent: Respondent, given: Given, *, is_statutory: bool
) -> list[Fault]:
    """What is wrong with a response: questions left out or not asked, and words missing to a low answer or to a no."""
    asked = {each.code for each in template.asked(checkpoint, respondent, is_statutory=is_statutory)}
    closing = template.closes_with(checkpoint, respondent)
    choices = {each.code for each in closing if each.kind is ClosingKind.CHOICE}
    if not asked and not given.comments:
        return [
            Fault(
                "/comments", "missing", "No statement is put to this respondent here: take down their words."
            )
        ]
    faults = [
        Fault(f"/answers/{code}", "missing", "Answer it, or say that it is not applicable.")
        for code in sorted(asked - given.answers.keys())
    ]
    allowed = {
        "answers": given.answers.keys() - asked,
        "comments": given.comments.keys() - asked - {each.code for each in closing},
        "choices": given.choices.keys() - choices,
    }
    faults += [
        Fault(f"/{member}", "not_asked", f"Some {member} are on questions not asked of this respondent here.")
        for member, others in allowed.items()
        if others
    ]
    low = {code for code, answer in given.answers.items() if code in asked and answer in _NEEDS_COMMENT}
    low |= {code for code, choice in given.choices.items() if code in choices and choice is Choice.NO}
    faults += [
        Fault(f"/comments/{code}", "missing", "Say in a few words why not.")
        for code in sorted(low - given.comments.keys())
    ]
    return faults


def _scored(responses: Mapping[Respondent, Answers]) -> Iterator[tuple[str, int]]:
    for answers in responses.values():
        for code, answer in answers.items():
            if answer in SCORES:
                yield code, SCORES[answer]


def differences(responses: Mapping[Respondent, Answers]) -> dict[str, int]:
    """Question code -> how far the answers of two respondents lie apart, where at least two gave a scored one."""
    by_question: dict[str, list[int]] = {}
    for code, score in _scored(responses):
        by_question.setdefault(code, []).append(score)
    return {code: max(scores) - min(scores) for code, scores in by_question.items() if len(scores) > 1}


@dataclass(frozen=True, slots=True)
class Standing:
    """What beside the answers bears on the lights: the answers to the last review, and how quality issues stand."""

    before: Mapping[Respondent, Answers] = field(default_factory=dict)
    with_open_issue: Collection[Section] = ()
    with_missed_date: Collection[Section] = ()
    """Sections in which something agreed was not done by its date, even if it is done by now."""


def propose(
    template: Template, responses: Mapping[Respondent, Answers], standing: Standing | None = None
) -> dict[Section, Rag]:
    """The light of every section that was answered.

    Red: `not_yet` on a critical question, or two questions that are `partly` now and were so at the last review. Amber: any
    `partly` or `not_yet`, two respondents two steps apart, an open quality issue, or an agreed date missed. Else green.
    """
    standing = standing or Standing()
    known = template.by_code
    scored = [(code, score) for code, score in _scored(responses) if code in known]
    carried = _partly(scored) & _partly(_scored(standing.before))
    apart = {code for code, difference in differences(responses).items() if difference >= FAR_APART}
    troubled = {*standing.with_open_issue, *standing.with_missed_date}
    lights: dict[Section, Rag] = {}
    for section in Section:
        here = [(known[code], score) for code, score in scored if known[code].section is section]
        if here:
            lights[section] = _light(here, carried, apart, is_troubled=section in troubled)
    return lights


def _partly(scored: Iterable[tuple[str, int]]) -> set[str]:
    return {code for code, score in scored if score == SCORES[Answer.PARTLY]}


def _light(here: list[tuple[Question, int]], carried: set[str], apart: set[str], *, is_troubled: bool) -> Rag:
    codes = {question.code for question, _ in here}
    if any(question.is_critical and score == SCORES[Answer.NOT_YET] for question, score in here):
        return Rag.RED
    if len(carried & codes) >= CARRIED_OVER:
        return Rag.RED
    if is_troubled or apart & codes or any(score <= SCORES[Answer.PARTLY] for _, score in here):
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


@dataclass(frozen=True, slots=True)
class Planned:
    """When a review is due, and in which days it is expected to be answered."""

    due_on: date
    opens_on: date
    closes_on: date


def plan_reviews(terms: Terms, today: date | None = None) -> dict[Checkpoint, Planned]:
    """When each review is due: four weeks in, at half of the days, and at the last day of the schedule.

    Four weeks are 28 days on which the placement did not rest. A pattern under four days a week has had too little placement
    by then, and waits for day 15. Where a short placement is half over by then, the first review is half way to midway: the
    three keep their order, and what is asked at the beginning can still be mended. The window is five working days to either
    side; that of the last review opens with the last five placement days. An answer outside of it is late or early, and still
    an answer.
    """
    planned = plan(terms, today)
    until = terms.starts_on if today is None else today
    rested = {day for rest in terms.rests for day in rest.days(rest.last or until)}
    midway = day_number(planned, -(-terms.days_required // 2))
    four_week = _four_weeks_in(terms, planned, rested)
    if four_week >= midway:
        four_week = day_number(planned, -(-terms.days_required // 4))
    last_days = day_number(planned, max(1, terms.days_required - LAST_DAYS + 1))
    return {
        Checkpoint.FOUR_WEEK: _window(terms, four_week),
        Checkpoint.MIDWAY: _window(terms, midway),
        Checkpoint.END: Planned(
            planned[-1].on, last_days, terms.calendar.add_working_days(planned[-1].on, WINDOW)
        ),
    }


def _four_weeks_in(terms: Terms, planned: Sequence[PlannedDay], rested: Container[date]) -> date:
    day = terms.starts_on
    counted = 0
    while counted < FOUR_WEEKS:
        day += ONE_DAY
        counted += day not in rested
    if terms.pattern.halves_a_week < 2 * FEW_DAYS_A_WEEK:
        return max(day, day_number(planned, FIRST_REVIEW_NOT_BEFORE_DAY))
    return day


def _window(terms: Terms, due_on: date) -> Planned:
    calendar = terms.calendar
    return Planned(
        due_on, calendar.subtract_working_days(due_on, WINDOW), calendar.add_working_days(due_on, WINDOW)
    )
