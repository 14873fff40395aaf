"""QAMP reviews: what is asked, when, and the light of a section."""

from datetime import date

import pytest

from services.placements.domain.review_templates import Section
from services.placements.domain.reviews import (
    Answer,
    Standing,
    differences,
    overall,
    plan_reviews,
    propose,
    struggling,
)
from services.placements.domain.schedule import Pattern, Terms
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Rag, Respondent
from services.placements.queries.review_templates import shipped

TEMPLATE = shipped()
STUDENT, EDUCATOR = Respondent.STUDENT, Respondent.PRACTICE_EDUCATOR
FULL_TIME = [1, 2, 3, 4, 5]


def all_well(
    checkpoint: Checkpoint = Checkpoint.FOUR_WEEK, respondent: Respondent = STUDENT
) -> dict[str, Answer]:
    return {question.code: Answer.MEETS for question in TEMPLATE.asked(checkpoint, respondent)}


def lights(
    student: dict[str, Answer], educator: dict[str, Answer] | None = None, **kwargs
) -> dict[Section, Rag]:
    responses = {STUDENT: student} | ({EDUCATOR: educator} if educator is not None else {})
    return propose(TEMPLATE, responses, Standing(**kwargs))


def test_a_review_in_which_all_is_met_is_green():
    assert set(lights(all_well()).values()) == {Rag.GREEN}


def test_mostly_is_still_green():
    assert lights(all_well() | {"peer_group": Answer.MOSTLY})[Section.SUPPORT] is Rag.GREEN


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.NOT_YET])
def test_anything_below_mostly_is_amber(answer):
    found = lights(all_well() | {"peer_group": answer})
    assert found[Section.SUPPORT] is Rag.AMBER
    assert found[Section.PROGRESS] is Rag.GREEN


def test_not_yet_on_a_critical_question_is_red():
    found = lights(all_well() | {"supervision_as_agreed": Answer.NOT_YET})
    assert found[Section.SUPPORT] is Rag.RED
    assert overall(found.values()) is Rag.RED
    assert struggling(found) is ConcernAbout.PRACTICE_EDUCATION


def test_respondents_two_steps_apart_make_a_section_amber():
    student = all_well() | {"days_on_plan": Answer.MEETS}
    educator = all_well(respondent=EDUCATOR) | {"days_on_plan": Answer.PARTLY}
    assert lights(student, educator)[Section.PROGRESS] is Rag.AMBER
    assert differences({STUDENT: student, EDUCATOR: educator})["days_on_plan"] == 2


def test_two_questions_partly_met_twice_running_are_red():
    partly = {"peer_group": Answer.PARTLY, "reflective_space": Answer.PARTLY}
    before = {STUDENT: all_well() | partly}
    assert lights(all_well() | partly, before=before)[Section.SUPPORT] is Rag.RED
    one = all_well() | {"peer_group": Answer.PARTLY}
    assert lights(one, before=before)[Section.SUPPORT] is Rag.AMBER


def test_an_open_quality_issue_keeps_a_section_from_green():
    assert lights(all_well(), with_open_issue=[Section.SETTING])[Section.SETTING] is Rag.AMBER


def test_a_section_that_does_not_apply_has_no_light():
    answers = {q.code: Answer.NOT_APPLICABLE for q in TEMPLATE.asked(Checkpoint.END, STUDENT)}
    assert lights(answers) == {}
    assert overall(()) is Rag.GREEN
    assert struggling({}) is None


def test_a_red_section_says_what_is_struggling_before_an_amber_one():
    found = {Section.START_UP: Rag.AMBER, Section.PROGRESS: Rag.RED, Section.SUPPORT: Rag.GREEN}
    assert struggling(found) is ConcernAbout.STUDENT_PROGRESS
    assert struggling({Section.START_UP: Rag.AMBER}) is ConcernAbout.SETTING


def test_statutory_work_is_asked_only_where_the_placement_is_statutory():
    asked = {question.code for question in TEMPLATE.asked(Checkpoint.MIDWAY, STUDENT, is_statutory=False)}
    assert "statutory_work" not in asked
    assert "statutory_work" in {question.code for question in TEMPLATE.asked(Checkpoint.MIDWAY, STUDENT)}


def terms(starts_on: date, days_required: int, *weekdays: int) -> Terms:
    pattern = Pattern(frozenset(weekdays or FULL_TIME))
    return Terms(starts_on=starts_on, days_required=days_required, pattern=pattern)


def due_on(of: Terms, today: date | None = None) -> dict[Checkpoint, date]:
    return {checkpoint: planned.due_on for checkpoint, planned in plan_reviews(of, today).items()}


def test_reviews_are_due_at_four_weeks_at_half_of_the_days_and_at_the_last_day():
    due = due_on(terms(date(2026, 9, 14), 70))
    assert due[Checkpoint.FOUR_WEEK] == date(2026, 10, 12)
    assert due[Checkpoint.MIDWAY] == date(2026, 10, 30)
    assert due[Checkpoint.END] == date(2026, 12, 18)


def test_a_pattern_of_few_days_a_week_waits_for_placement_day_fifteen():
    due = due_on(terms(date(2026, 9, 14), 100, 1, 2))
    assert due[Checkpoint.FOUR_WEEK] == date(2026, 11, 2)


@pytest.mark.parametrize("weekdays", [(1, 2, 3, 4, 5), (1, 2, 3), (3,)])
def test_in_a_short_placement_the_first_review_still_comes_before_midway_and_midway_before_the_end(weekdays):
    due = due_on(terms(date(2026, 9, 14), 20, 1, 2, 3, 4, 5))
    assert (due[Checkpoint.FOUR_WEEK], due[Checkpoint.MIDWAY]) == (date(2026, 9, 18), date(2026, 9, 25))
    for days in range(4, 101):
        due = due_on(terms(date(2026, 9, 14), days, *weekdays))
        assert due[Checkpoint.FOUR_WEEK] < due[Checkpoint.MIDWAY] < due[Checkpoint.END], days


def test_a_bank_holiday_is_no_placement_day():
    due = due_on(terms(date(2026, 12, 21), 10))
    assert due[Checkpoint.END] == date(2027, 1, 6)
