"""What is due: a season of placements against an independent reference, and how what is done changes it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.placements.domain.life import Observed, Reported, Supervised, rests_of
from services.placements.domain.named_steps import SupervisionKind
from services.placements.domain.next_steps import By, StepCode, missing_at_the_end, next_steps
from services.placements.domain.progress import Recorded
from services.placements.domain.schedule import plan
from services.placements.domain.vocabulary import (
    DayKind,
    DayPart,
    PcfDomain,
    PlacementStatus,
    Recommendation,
    ReportKind,
    Respondent,
)
from tests.placements.domain.seasons import due_by_reference, later, life_of, made

SEASON = list(made(600))


def test_every_step_of_a_season_is_due_on_the_right_working_day():
    for number, of in enumerate(SEASON):
        steps = next_steps(life_of(of, number), of.starts_on)
        assert {(s.code.value, s.by.value, s.about, s.due_on) for s in steps} == due_by_reference(of), of
        assert [s.due_on for s in steps] == sorted(s.due_on for s in steps)


def test_overdue_is_counted_in_working_days_of_the_organisations_concerned():
    for number, of in enumerate(SEASON[:60]):
        for today in (of.starts_on + timedelta(days=40), of.starts_on + timedelta(days=120)):
            for step in next_steps(life_of(of, number), today):
                reference = 0
                while later(step.due_on, reference + 1, of.closed) <= today:
                    reference += 1
                assert step.overdue_by == reference


@pytest.fixture
def life():
    """A placement on every weekday from 14 September 2026 on, with everybody around it."""
    of = replace(
        SEASON[0],
        starts_on=date(2026, 9, 14),
        weekdays=(1, 2, 3, 4, 5),
        half=(),
        closed=frozenset(),
        leave=frozenset(),
        supervisor=True,
        tutor=True,
    )
    return life_of(of, 1)


def due(life, code, today=date(2026, 9, 14)):
    return [(s.by, s.about, s.due_on) for s in next_steps(life, today) if s.code is code]


def test_the_next_supervision_is_five_placement_days_after_the_last_formal_one(life):
    informal = Supervised(date(2026, 9, 17), 30, SupervisionKind.INFORMAL)
    formal = Supervised(date(2026, 9, 16), 60, SupervisionKind.FORMAL)
    after = replace(life, supervisions=[formal, informal])
    assert due(after, StepCode.SUPERVISION) == [(By.PRACTICE_EDUCATOR, None, date(2026, 9, 23))]


def test_what_is_done_is_not_due_any_more(life):
    answered = replace(life.reviews[0], answered=frozenset({Respondent.STUDENT}))
    done = replace(
        life,
        agreement_held_on=date(2026, 9, 21),
        observations=[Observed(date(2026, 9, 28))],
        reviews=[answered, replace(life.reviews[1], is_moderated=True)],
        reports={ReportKind.MIDWAY: Reported(Recommendation.ON_COURSE)},
    )
    assert not due(done, StepCode.LEARNING_AGREEMENT)
    assert not due(done, StepCode.MIDWAY_REPORT)
    assert [about for _, about, _ in due(done, StepCode.OBSERVATION)] == [
        str(n) for n in range(2, len(due(life, StepCode.OBSERVATION)) + 1)
    ]
    assert {by for by, _, _ in due(done, StepCode.REVIEW_RESPONSE)} == {
        By.PRACTICE_EDUCATOR,
        By.ON_SITE_SUPERVISOR,
    }
    assert [about for _, about, _ in due(done, StepCode.REVIEW_MODERATION)] == ["four_week"]


def test_days_are_submitted_by_the_student_and_then_approved_by_whoever_is_there(life):
    friday = date(2026, 9, 18)
    assert due(life, StepCode.SUBMIT_DAYS, friday) == [(By.STUDENT, None, date(2026, 9, 21))]
    records = [Recorded(d.on, DayPart.DAY, DayKind.ATTENDED, False, friday) for d in plan(life.terms)[:5]]
    submitted = replace(life, records=records)
    assert not due(submitted, StepCode.SUBMIT_DAYS, friday)
    assert due(submitted, StepCode.APPROVE_DAYS, friday) == [(By.ON_SITE_SUPERVISOR, None, date(2026, 9, 25))]


def test_what_is_due_from_a_tutor_follows_from_no_records_but_the_agreement_and_reviews(life):
    friday = date(2026, 9, 18)
    records = [Recorded(d.on, DayPart.DAY, DayKind.ATTENDED, True, d.on) for d in plan(life.terms)]
    with_all = replace(
        life,
        records=[*records[:-1], replace(records[-1], is_approved=False)],
        supervisions=[Supervised(friday, 60, SupervisionKind.FORMAL)],
        observations=[Observed(friday)],
        reports={ReportKind.MIDWAY: Reported(Recommendation.ON_COURSE)},
    )
    for today in (friday, date(2026, 12, 1)):
        theirs, without = [
            [step for step in next_steps(each, today) if step.by is By.TUTOR] for each in (with_all, life)
        ]
        assert len(theirs) == 4
        assert theirs == without


def test_a_placement_with_all_its_days_is_to_be_completed(life):
    planned = plan(life.terms)
    records = [Recorded(d.on, DayPart.DAY, DayKind.ATTENDED, True, d.on) for d in planned]
    ((by, _, day),) = due(replace(life, records=records), StepCode.COMPLETION, planned[-1].on)
    assert (by, day) == (By.COORDINATOR, later(planned[-1].on, 5, frozenset()))


def test_a_rest_is_looked_at_again_every_five_working_days_and_nothing_else_is_due(life):
    paused = replace(
        life,
        status=PlacementStatus.PAUSED,
        terms=replace(life.terms, rests=rests_of([(PlacementStatus.PAUSED, date(2026, 9, 21))])),
    )
    for today, day in ((date(2026, 9, 21), date(2026, 9, 28)), (date(2026, 9, 29), date(2026, 10, 5))):
        (step,) = next_steps(paused, today)
        assert (step.code, step.due_on, step.overdue_by) == (StepCode.REVIEW_OF_REST, day, 0)


@pytest.mark.parametrize("status", ["proposed", "completed", "ended_early", "cancelled"])
def test_nothing_is_due_of_a_placement_that_is_not_under_way(life, status):
    assert next_steps(replace(life, status=PlacementStatus(status)), date(2026, 10, 1)) == []


def test_a_placement_ends_without_the_steps_that_are_not_on_record(life):
    assert missing_at_the_end(life) == [
        "learning_agreement",
        "supervision_minutes",
        "observations",
        "midway_report",
        "reviews",
    ]


def test_domains_are_counted_over_supervisions_observations_and_reports(life):
    touched = frozenset({PcfDomain.KNOWLEDGE})
    many = replace(
        life,
        supervisions=[Supervised(date(2026, 9, 16), 60, SupervisionKind.FORMAL, touched)],
        observations=[Observed(date(2026, 9, 17), touched)],
        reports={ReportKind.MIDWAY: Reported(Recommendation.ON_COURSE, touched)},
    )
    assert {d: n for d, n in many.domains_touched.items() if n} == {PcfDomain.KNOWLEDGE: 3}
