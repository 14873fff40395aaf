"""Worked cases of CPD, of the status, and of other days than today; and what each ground says."""

from datetime import date, timedelta

import pytest

from services.educators.domain.codes import PepsStage
from services.educators.domain.currency import currency
from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters
from tests.educators.currency_cases import CPD_NOW, Case, case, judged
from tests.educators.evidence import TODAY, a_learner, a_role, a_student, day, evidence, some_cpd

CPD = [
    case(
        "a year's anniversary of the CPD counts",
        "expiring A 2026-09-07",
        a_student("2026-03-06"),
        some_cpd("2025-09-07"),
    ),
    case(
        "after a year its grace begins",
        "expiring A 2026-09-06",
        a_student("2026-03-06"),
        some_cpd("2025-09-06"),
    ),
    case(
        "the sixtieth day of grace is the last",
        "expiring A 2026-07-09",
        a_student("2026-03-06"),
        some_cpd("2025-07-09"),
    ),
    case(
        "after the grace it is lapsed", "lapsed A 2026-07-08", a_student("2026-03-06"), some_cpd("2025-07-08")
    ),
    case("no CPD at all has no grace", "lapsed A -", a_student("2026-03-06"), cpd=()),
    case(
        "CPD about something else does not count",
        "lapsed A -",
        a_student("2026-03-06"),
        some_cpd("2026-09-01", practice_education=False),
    ),
    case(
        "CPD booked for next week does not count yet",
        "lapsed A -",
        a_student("2026-03-06"),
        some_cpd("2026-09-14"),
    ),
    case(
        "CPD on a leap day lasts to 28 February",
        "expiring A 2025-02-28",
        a_student("2024-12-31"),
        some_cpd("2024-02-29"),
        as_at="2025-02-28",
    ),
    case("CPD without a student keeps nobody current", "lapsed - -"),
]

STATUS = [
    case("imported without evidence", "unverified - -", cpd=()),
    case(
        "a legacy award counts as a stage",
        "current A 2027-09-01",
        a_student("2026-03-06"),
        stage=PepsStage.LEGACY_EQUIVALENT,
    ),
    case(
        "no stage and no training",
        "not_yet_qualified A 2027-09-01",
        a_student("2026-03-06"),
        stage=PepsStage.NONE,
    ),
    case(
        "in training with a current mentor",
        "in_training - -",
        stage=PepsStage.IN_TRAINING_STAGE_1,
        mentor=True,
        cpd=(),
    ),
    case("in training without one", "not_yet_qualified - -", stage=PepsStage.IN_TRAINING_STAGE_1, cpd=()),
    case(
        "Stage 1, in training for Stage 2, current in their own right",
        "current A 2027-09-01",
        a_student("2026-03-06"),
        stage=PepsStage.IN_TRAINING_STAGE_2,
        mentor=True,
    ),
    case(
        "Stage 1, in training for Stage 2, lapsed but mentored",
        "in_training - 2022-03-06",
        a_student("2020-03-06"),
        stage=PepsStage.IN_TRAINING_STAGE_2,
        mentor=True,
    ),
    case(
        "the same without a mentor",
        "lapsed - 2022-03-06",
        a_student("2020-03-06"),
        stage=PepsStage.IN_TRAINING_STAGE_2,
    ),
    case(
        "a mentor keeps no Stage 1 educator current",
        "lapsed - 2022-03-06",
        a_student("2020-03-06"),
        stage=PepsStage.STAGE_1,
        mentor=True,
    ),
]

OTHER_DAYS = [
    case(
        "in the past only what had happened then counts",
        "lapsed - 2024-03-06",
        a_student("2022-03-06"),
        a_student("2026-03-06", started_on=day("2025-09-01")),
        some_cpd("2025-01-10"),
        as_at="2025-06-01",
    ),
    case(
        "a student of that time was still there then",
        "current A 2026-01-10",
        a_student("2025-12-12", started_on=day("2025-09-01")),
        some_cpd("2025-01-10"),
        as_at="2025-10-01",
    ),
    case(
        "next spring today's evidence has aged",
        "expiring A 2027-06-15",
        a_student("2026-03-06"),
        some_cpd("2026-06-15"),
        as_at="2027-04-01",
    ),
    case(
        "a placement under way is expected to run to its planned end",
        "current A 2027-09-01",
        a_student(None, started_on=day("2026-08-31"), expected_end_on=day("2027-02-26")),
        as_at="2027-01-10",
    ),
    case(
        "a post held today is not promised for next year",
        "expiring C 2028-09-07",
        a_role(None),
        some_cpd("2026-09-07"),
        as_at="2028-09-07",
        parameters=Parameters(cpd_months=36),
    ),
    case(
        "shorter windows are data",
        "lapsed - 2026-09-06",
        a_student("2026-03-06"),
        parameters=Parameters(window_a_months=6),
    ),
    case(
        "so is the warning",
        "current A 2026-09-07",
        a_student("2024-09-07"),
        as_at="2026-09-06",
        parameters=Parameters(warn_days=0),
    ),
]

CASES = CPD + STATUS + OTHER_DAYS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_currency_is_as_the_guidance_says(case: Case) -> None:
    found = judged(case)
    assert f"{found.status} {found.basis or '-'} {found.current_until or '-'}" == case.verdict


def test_every_ground_names_its_evidence_its_end_and_what_would_fix_it() -> None:
    student, cpd = a_student("2024-03-01"), some_cpd("2025-03-01")
    found = currency(PepsStage.STAGE_2, evidence(students=(student,), cpd=(cpd,)), DEFAULT_PARAMETERS, TODAY)
    route = found.routes[0]
    assert (route.evidence_ids, route.until) == ((student.id,), day("2026-03-01"))
    assert (
        route.detail
        == "The last student's last day was 1 March 2024, more than two years before 7 September 2026."
    )
    assert route.fix is not None
    assert found.cpd.evidence_ids == (cpd.id,)
    assert found.cpd.fix == "Record practice-education CPD dated 7 September 2025 or later."


def test_the_ground_of_a_route_that_holds_asks_for_nothing() -> None:
    found = judged(case("a student", "current", a_student("2026-03-06")))
    assert found.routes[0].fix is None
    assert found.cpd.fix is None
    assert found.is_current


def test_route_b_names_both_the_student_and_the_learner() -> None:
    student, learner = a_student("2023-12-31"), a_learner("2025-08-31")
    found = currency(
        PepsStage.STAGE_2,
        evidence(students=(student,), learners=(learner,), cpd=CPD_NOW),
        DEFAULT_PARAMETERS,
        TODAY,
    )
    assert found.routes[1].evidence_ids == (student.id, learner.id)


def test_a_running_placement_keeps_its_educator_current_day_after_day() -> None:
    running = a_student(None, started_on=day("2026-08-31"), expected_end_on=day("2027-01-29"))
    for passed in range(0, 140, 7):
        today: date = TODAY + timedelta(days=passed)
        known = evidence(students=(running,), cpd=(some_cpd("2026-09-01"),), known_on=today)
        found = currency(PepsStage.STAGE_2, known, DEFAULT_PARAMETERS, today)
        assert found.routes[0].until == today.replace(year=today.year + 2)
        assert found.is_current
