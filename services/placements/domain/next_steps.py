"""What a placement needs next: what, by whom, by which working day. Computed from its life each time; nobody types it.

Working days are those of England less the closures of the organisations concerned; a day that is closed moves to the next one
that is open. Sources: the QAMP windows (five working days after the due day), and the minima in `named_steps`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.placements.domain.life import OVER, Around, Life, ReviewSoFar
from services.placements.domain.named_steps import (
    AGREEMENT_BY_DAY,
    SUPERVISION_EVERY,
    SupervisionKind,
)
from services.placements.domain.progress import approved_halves, not_recorded
from services.placements.domain.schedule import PlannedDay, day_number, plan
from services.placements.domain.surveys import ASKED_FOR, opens_on
from services.placements.domain.vocabulary import PlacementStatus, ReportKind, Respondent
from shared.calendar import Calendar

GRACE = 5
"""Working days to record a day, to approve it, to moderate a review, to close a placement, to say how it was when it is over,
and between reviews of a rest."""


class StepCode(StrEnum):
    """What can be due."""

    START = "start"
    LEARNING_AGREEMENT = "learning_agreement"
    SUBMIT_DAYS = "submit_days"
    APPROVE_DAYS = "approve_days"
    SUPERVISION = "supervision"
    OBSERVATION = "observation"
    REVIEW_RESPONSE = "review_response"
    REVIEW_MODERATION = "review_moderation"
    MIDWAY_REPORT = "midway_report"
    FINAL_REPORT = "final_report"
    COMPLETION = "completion"
    SURVEY = "survey"
    REVIEW_OF_REST = "review_of_rest"


class By(StrEnum):
    """Whose step it is. A coordinator's is anybody's who acts for the university."""

    STUDENT = "student"
    PRACTICE_EDUCATOR = "practice_educator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    TUTOR = "tutor"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that is due on a working day. `about` tells alike ones apart: a checkpoint, or a number."""

    code: StepCode
    by: By
    person_id: UUID | None
    due_on: date
    overdue_by: int
    """Working days since it was due; 0 while there is time."""
    about: str | None = None


@dataclass(frozen=True, slots=True)
class _Due:
    code: StepCode
    by: By
    day: date
    about: str | None = None


_RESTING = frozenset({PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})
_ANSWERED_BY = {
    Respondent.STUDENT: By.STUDENT,
    Respondent.PRACTICE_EDUCATOR: By.PRACTICE_EDUCATOR,
    Respondent.ON_SITE_SUPERVISOR: By.ON_SITE_SUPERVISOR,
}


Theirs = Callable[[By, UUID | None], bool]
"""Whether a step is asked for: whose it is by its part, and which person that is if it is one."""


def _anybodys(_by: By, _person_id: UUID | None) -> bool:
    return True


def next_steps(life: Life, today: date, theirs: Theirs = _anybodys) -> list[NextStep]:
    """The open steps of a placement on a day, the earliest first. Raises `NeverEnds` when its days have no room."""
    calendar = life.terms.calendar
    found = [
        _finished(due, person_id, calendar, today)
        for due in _open(life, today, calendar)
        if theirs(due.by, person_id := _person(due.by, life.around))
    ]
    return sorted(found, key=lambda step: (step.due_on, step.code, step.by, step.about or ""))


def _finished(due: _Due, person_id: UUID | None, calendar: Calendar, today: date) -> NextStep:
    due_on = calendar.next_working_day(due.day)
    overdue_by = calendar.working_days_between(due_on, today)
    return NextStep(due.code, due.by, person_id, due_on, overdue_by, due.about)


def _person(by: By, around: Around) -> UUID | None:
    return {
        By.STUDENT: around.student_id,
        By.PRACTICE_EDUCATOR: around.educator_id,
        By.ON_SITE_SUPERVISOR: around.on_site_supervisor_id,
        By.TUTOR: around.tutor_id,
        By.COORDINATOR: None,
    }[by]


def _open(life: Life, today: date, calendar: Calendar) -> Iterator[_Due]:
    if life.status is PlacementStatus.CONFIRMED:
        yield _Due(StepCode.START, By.COORDINATOR, life.terms.starts_on)
    elif life.status in _RESTING:
        yield from _rest(life, today, calendar)
    elif life.status is PlacementStatus.ACTIVE:
        planned = plan(life.terms, today)
        yield from _days(life, planned, today)
        yield from _meetings(life, planned)
        yield from _reviews(life, calendar)
        yield from _reports(life, planned)
        yield from _closing(life, planned, calendar)
    elif life.status in OVER:
        yield from _looking_back(life, today, calendar)


def _rest(life: Life, today: date, calendar: Calendar) -> Iterator[_Due]:
    began = next((rest.first for rest in life.terms.rests if rest.last is None), None)
    if began is None:
        return
    due = calendar.add_working_days(began, GRACE)
    while due < today:
        due = calendar.add_working_days(due, GRACE)
    yield _Due(StepCode.REVIEW_OF_REST, By.COORDINATOR, due)


def _days(life: Life, planned: Sequence[PlannedDay], today: date) -> Iterator[_Due]:
    calendar = life.terms.calendar
    unrecorded = not_recorded(planned, life.records, today)
    if unrecorded:
        due = calendar.add_working_days(unrecorded[0].on, GRACE)
        yield _Due(StepCode.SUBMIT_DAYS, By.STUDENT, due)
    waiting = [record.submitted_on for record in life.records if not record.is_approved]
    if waiting:
        by = By.ON_SITE_SUPERVISOR if life.around.on_site_supervisor_id else By.PRACTICE_EDUCATOR
        yield _Due(StepCode.APPROVE_DAYS, by, calendar.add_working_days(min(waiting), GRACE))


def _meetings(life: Life, planned: Sequence[PlannedDay]) -> Iterator[_Due]:
    if life.agreement_held_on is None:
        by = By.TUTOR if life.around.tutor_id else By.PRACTICE_EDUCATOR
        yield _Due(StepCode.LEARNING_AGREEMENT, by, day_number(planned, AGREEMENT_BY_DAY))
    supervision = _next_supervision(planned, life.last_formal_supervision)
    if supervision is not None:
        yield _Due(StepCode.SUPERVISION, By.PRACTICE_EDUCATOR, supervision)
    for number in range(len(life.observations) + 1, life.minima.observations + 1):
        by_midway = number <= life.minima.observations_by_midway
        due = midway(planned, life.terms.days_required) if by_midway else planned[-1].on
        yield _Due(StepCode.OBSERVATION, By.PRACTICE_EDUCATOR, due, str(number))


def _next_supervision(planned: Sequence[PlannedDay], last: date | None) -> date | None:
    reached = 0
    for day in planned:
        reached += day.halves if last is None or day.on > last else 0
        if reached >= 2 * SUPERVISION_EVERY:
            return day.on
    return None


def midway(planned: Sequence[PlannedDay], days_required: int) -> date:
    """The placement day on which half of the days are planned to be done."""
    return day_number(planned, -(-days_required // 2))


def _reviews(life: Life, calendar: Calendar) -> Iterator[_Due]:
    for review in life.reviews:
        if review.is_moderated:
            continue
        for respondent in _asked(review, life.around):
            yield _Due(
                StepCode.REVIEW_RESPONSE, _ANSWERED_BY[respondent], review.due_on, review.checkpoint.value
            )
        due = calendar.add_working_days(review.due_on, GRACE)
        yield _Due(StepCode.REVIEW_MODERATION, By.TUTOR, due, review.checkpoint.value)


def _asked(review: ReviewSoFar, around: Around) -> list[Respondent]:
    there = {
        Respondent.STUDENT: around.student_id,
        Respondent.PRACTICE_EDUCATOR: around.educator_id,
        Respondent.ON_SITE_SUPERVISOR: around.on_site_supervisor_id,
    }
    return [who for who, person in there.items() if person is not None and who not in review.answered]


def _reports(life: Life, planned: Sequence[PlannedDay]) -> Iterator[_Due]:
    if ReportKind.MIDWAY not in life.reports:
        due = midway(planned, life.terms.days_required)
        yield _Due(StepCode.MIDWAY_REPORT, By.PRACTICE_EDUCATOR, due)
    if ReportKind.FINAL not in life.reports:
        yield _Due(StepCode.FINAL_REPORT, By.PRACTICE_EDUCATOR, planned[-1].on)


def _closing(life: Life, planned: Sequence[PlannedDay], calendar: Calendar) -> Iterator[_Due]:
    if not life.is_surveyed:
        due = max(planned[-1].on, opens_on(life.agreed_end_on))
        yield _Due(StepCode.SURVEY, By.STUDENT, due)
    if approved_halves(life.records) >= 2 * life.terms.days_required:
        last = max([planned[-1].on, *(record.on for record in life.records)])
        yield _Due(StepCode.COMPLETION, By.COORDINATOR, calendar.add_working_days(last, GRACE))


def _looking_back(life: Life, today: date, calendar: Calendar) -> Iterator[_Due]:
    over = life.ended_on
    if over is not None and not life.is_surveyed and today - over <= ASKED_FOR:
        yield _Due(StepCode.SURVEY, By.STUDENT, calendar.add_working_days(over, GRACE))


def missing_at_the_end(life: Life) -> list[str]:
    """The named steps a placement ends without, as codes: beside its days and the final report none is required."""
    formal = sum(each.minutes for each in life.supervisions if each.kind is SupervisionKind.FORMAL)
    there = {
        "learning_agreement": life.agreement_held_on is not None,
        "supervision_minutes": formal >= life.minima.minutes_in(life.terms.days_required),
        "observations": len(life.observations) >= life.minima.observations,
        "midway_report": ReportKind.MIDWAY in life.reports,
        "reviews": all(review.is_moderated for review in life.reviews),
    }
    return [code for code, is_there in there.items() if not is_there]
