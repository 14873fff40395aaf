"""Worked cases of coming back after a lapse, and of stages held in the past."""

import pytest

from services.educators.domain.codes import AwardedStage, GroundCode, PepsStage
from services.educators.domain.currency import currency
from services.educators.domain.evidence import Evidence, Qualification
from services.educators.domain.parameters import DEFAULT_PARAMETERS
from services.educators.domain.stages import stage_on
from shared.ids import new_id
from tests.educators.currency_cases import Case, case, judged
from tests.educators.evidence import TODAY, a_step, a_student, day, evidence, some_cpd

LONG_AGO = a_student("2022-03-31")
CPD = a_step("re_engagement_cpd", "2026-03-02")
SEEN = a_step("direct_observation", "2026-05-11")
MENTORED = a_step("mentored_student", "2026-06-26")
REVIEW = a_step("portfolio_review", "2026-02-02")

CASES = [
    case("nothing done yet", "lapsed - 2024-03-31", LONG_AGO, cpd=(some_cpd("2026-09-01"),)),
    case(
        "CPD, a mentored student and an observation",
        "current A 2027-03-02",
        LONG_AGO,
        CPD,
        SEEN,
        MENTORED,
        cpd=(),
    ),
    case("the observation is missing", "lapsed - 2024-03-31", LONG_AGO, CPD, MENTORED),
    case("the mentored student is missing", "lapsed - 2024-03-31", LONG_AGO, CPD, SEEN),
    case("the day of CPD is missing", "lapsed - 2024-03-31", LONG_AGO, SEEN, MENTORED),
    case(
        "a step next week is not done",
        "lapsed - 2024-03-31",
        LONG_AGO,
        CPD,
        SEEN,
        a_step("mentored_student", "2026-09-14"),
    ),
    case(
        "it lasts two years from the last step, the anniversary included",
        "expiring A 2028-06-26",
        LONG_AGO,
        CPD,
        SEEN,
        MENTORED,
        some_cpd("2028-02-01"),
        as_at="2028-06-26",
        known_on="2028-06-26",
    ),
    case(
        "and no longer",
        "lapsed - 2028-06-26",
        LONG_AGO,
        CPD,
        SEEN,
        MENTORED,
        some_cpd("2028-02-01"),
        as_at="2028-06-27",
        known_on="2028-06-27",
    ),
    case(
        "steps more than two years apart are no return",
        "lapsed - 2024-03-31",
        LONG_AGO,
        a_step("re_engagement_cpd", "2024-06-25"),
        SEEN,
        MENTORED,
    ),
    case(
        "two years apart to the day they are",
        "current A 2027-09-01",
        LONG_AGO,
        a_step("re_engagement_cpd", "2024-06-26"),
        SEEN,
        MENTORED,
    ),
    case(
        "five years after the lapse to the day needs no review",
        "current A 2027-09-01",
        a_student("2019-06-26"),
        CPD,
        SEEN,
        MENTORED,
    ),
    case("a day later it does", "lapsed - 2021-06-25", a_student("2019-06-25"), CPD, SEEN, MENTORED),
    case(
        "and with it they are back",
        "current A 2027-09-01",
        a_student("2019-06-25"),
        REVIEW,
        CPD,
        SEEN,
        MENTORED,
    ),
    case("of whose practice nothing is known needs the review", "lapsed - -", CPD, SEEN, MENTORED),
    case("and comes back with it", "current A 2027-09-01", REVIEW, CPD, SEEN, MENTORED),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_a_return_is_as_the_guidance_says(case: Case) -> None:
    found = judged(case)
    assert f"{found.status} {found.basis or '-'} {found.current_until or '-'}" == case.verdict


def test_a_return_under_way_names_what_is_missing() -> None:
    known = evidence(students=(LONG_AGO,), returns=(CPD, SEEN))
    found = currency(PepsStage.STAGE_2, known, DEFAULT_PARAMETERS, TODAY)
    ground = next(each for each in found.routes if each.code is GroundCode.RETURN_TO_PRACTICE)
    assert (ground.holds, set(ground.evidence_ids)) == (False, {CPD.id, SEEN.id})
    assert ground.fix == "To return after a lapse: a first student back with a Stage 2 mentor."


def test_more_than_one_missing_step_is_listed_in_words() -> None:
    found = currency(PepsStage.STAGE_2, evidence(returns=(CPD,)), DEFAULT_PARAMETERS, TODAY)
    assert found.routes[-1].fix == (
        "To return after a lapse: a first student back with a Stage 2 mentor, a direct observation and a portfolio review."
    )


def an_award(stage: AwardedStage, on: str) -> Qualification:
    return Qualification(new_id(), stage, day(on))


STAGE_1, STAGE_2 = AwardedStage.STAGE_1, AwardedStage.STAGE_2
HELD: list[tuple[str, PepsStage, tuple[Qualification, ...], PepsStage]] = [
    ("no award on record", PepsStage.STAGE_2, (), PepsStage.STAGE_2),
    ("awarded that day", PepsStage.STAGE_2, (an_award(STAGE_2, "2026-09-07"),), PepsStage.STAGE_2),
    ("awarded a day later", PepsStage.STAGE_2, (an_award(STAGE_2, "2026-09-08"),), PepsStage.STAGE_1),
    (
        "neither stage awarded yet",
        PepsStage.STAGE_2,
        (an_award(STAGE_2, "2026-09-09"), an_award(STAGE_1, "2026-09-08")),
        PepsStage.NONE,
    ),
    ("Stage 1 not yet", PepsStage.STAGE_1, (an_award(STAGE_1, "2026-09-08"),), PepsStage.NONE),
    (
        "the first of two awards counts",
        PepsStage.STAGE_1,
        (an_award(STAGE_1, "2026-09-08"), an_award(STAGE_1, "2020-01-06")),
        PepsStage.STAGE_1,
    ),
    ("in training, then as now", PepsStage.IN_TRAINING_STAGE_1, (), PepsStage.IN_TRAINING_STAGE_1),
    (
        "a legacy award that came later",
        PepsStage.LEGACY_EQUIVALENT,
        (an_award(AwardedStage.LEGACY_EQUIVALENT, "2026-09-08"),),
        PepsStage.STAGE_1,
    ),
]


@pytest.mark.parametrize(
    ("story", "now", "awards", "then"), HELD, ids=lambda each: each if isinstance(each, str) else ""
)
def test_an_award_counts_from_its_day_on(
    story: str, now: PepsStage, awards: tuple[Qualification, ...], then: PepsStage
) -> None:
    assert stage_on(now, awards, TODAY) is then, story


def test_nobody_was_current_before_their_first_award() -> None:
    awarded = (an_award(STAGE_1, "2026-03-02"),)
    known = Evidence(
        TODAY, (a_student("2026-08-31"),), cpd_records=(some_cpd("2026-01-12"),), qualifications=awarded
    )

    def status(on: str) -> str:
        return str(currency(PepsStage.STAGE_1, known, DEFAULT_PARAMETERS, day(on)).status)

    assert (status("2026-03-01"), status("2026-03-02")) == ("not_yet_qualified", "current")
