"""Worked cases of every rule of eligibility."""

from dataclasses import replace

import pytest

from services.educators.domain.codes import (
    Employment,
    Mode,
    PepsStage,
    PlacementLevel,
)
from tests.educators.eligibility_cases import (
    CONDITIONS,
    FINAL,
    FIRST,
    IN_TRAINING,
    MENTOR,
    NO_STAGE,
    NOT_REGISTERED,
    OFF_SITE,
    RATIFIED,
    SHORT,
    STAGE_1,
    STRICT,
    WORKS_OFF_SITE,
    Case,
    case,
    decided,
)
from tests.educators.evidence import (
    a_check_in,
    a_register_check,
    a_student,
    day,
    some_cpd,
)

CASES = [
    case("a number as the regulator gives it", "reg_number_valid: pass"),
    case("a leading zero is no number", "reg_number_valid: block", {"social_work_england_number": "SW0123"}),
    case(
        "seven digits are no number", "reg_number_valid: block", {"social_work_england_number": "SW1234567"}
    ),
    case("nobody looked at the register", "registered: warn"),
    case("nobody looked, and the partnership insists", "registered: block", parameters=STRICT),
    case(
        "registered last month", "registered: pass", checks=(a_register_check("2026-08-10"),), placement=SHORT
    ),
    case("not registered", "registered: block", checks=(NOT_REGISTERED,)),
    case(
        "not registered once, registered since",
        "registered: pass",
        checks=(a_register_check("2026-08-20"), NOT_REGISTERED),
        placement=SHORT,
    ),
    case(
        "looked at ninety days ago",
        "registered: pass",
        checks=(a_register_check("2026-06-09"),),
        placement=SHORT,
    ),
    case(
        "looked at ninety-one days ago",
        "registered: warn",
        checks=(a_register_check("2026-06-08"),),
        placement=SHORT,
    ),
    case(
        "the renewal falls into the placement", "registered: warn", checks=(a_register_check("2026-08-10"),)
    ),
    case("no restriction", "no_restriction: pass", checks=(a_register_check("2026-08-10"),)),
    case("conditions nobody reviewed", "no_restriction: block", checks=(CONDITIONS,)),
    case(
        "conditions that were reviewed",
        "no_restriction: pass",
        checks=(CONDITIONS._replace(restriction_reviewed_on=day("2026-08-12")),),
    ),
    case(
        "Stage 2 on the day of three years",
        "post_qualifying_years: pass",
        {"qualified_on": day("2023-09-21")},
    ),
    case(
        "Stage 2 a day short of three years",
        "post_qualifying_years: block",
        {"qualified_on": day("2023-09-22")},
    ),
    case(
        "Stage 1 on the day of two years",
        "post_qualifying_years: pass",
        {"qualified_on": day("2024-09-21"), **STAGE_1},
    ),
    case(
        "Stage 1 a day short of two years",
        "post_qualifying_years: block",
        {"qualified_on": day("2024-09-22"), **STAGE_1},
    ),
    case("nobody knows when they qualified", "post_qualifying_years: warn", {"qualified_on": None}),
    case(
        "a legacy award",
        "post_qualifying_years: pass",
        {"qualified_on": None, "peps_stage": PepsStage.LEGACY_EQUIVALENT},
    ),
    case("Stage 2 for a final placement", "stage_for_level: pass"),
    case("Stage 1 for a first placement", "stage_for_level: pass", STAGE_1, placement=FIRST),
    case("Stage 1 for a final placement, and nobody ratifies", "stage_for_level: block", STAGE_1),
    case(
        "Stage 1 for a final placement with a named Stage 2 who ratifies",
        "stage_for_level: condition",
        STAGE_1,
        RATIFIED,
        ratifier=True,
    ),
    case("the one who is to ratify is not Stage 2 and current", "stage_for_level: block", STAGE_1, RATIFIED),
    case(
        "the one who is named goes before the mentor",
        "stage_for_level: block",
        {**STAGE_1, "mentor_educator_id": MENTOR},
        RATIFIED,
        mentor=True,
    ),
    case(
        "a final placement repeated needs Stage 2 likewise",
        "stage_for_level: block",
        STAGE_1,
        replace(FINAL, placement_level=PlacementLevel.REPEAT_FINAL),
    ),
    case(
        "Stage 1 may assess a first placement repeated",
        "stage_for_level: pass",
        STAGE_1,
        replace(FINAL, placement_level=PlacementLevel.REPEAT_FIRST),
    ),
    case(
        "Stage 1 for a final placement with a Stage 2 mentor",
        "stage_for_level: condition",
        {**STAGE_1, "mentor_educator_id": MENTOR},
        mentor=True,
    ),
    case(
        "in training for Stage 2, for a final placement",
        "stage_for_level: condition",
        {"peps_stage": PepsStage.IN_TRAINING_STAGE_2, "mentor_educator_id": MENTOR},
        mentor=True,
    ),
    case(
        "in training for Stage 1 with a mentor, for a first",
        "stage_for_level: pass",
        IN_TRAINING,
        placement=FIRST,
        mentor=True,
    ),
    case("in training for Stage 1 without one", "stage_for_level: block", IN_TRAINING, placement=FIRST),
    case("in training for Stage 1, for a final", "stage_for_level: block", IN_TRAINING, mentor=True),
    case("no stage and no training", "stage_for_level: block", NO_STAGE, placement=FIRST),
    case("on site, nothing to ask", "off_site_stage_2: pass", STAGE_1, placement=FIRST),
    case("off site with Stage 2", "off_site_stage_2: pass", placement=OFF_SITE),
    case(
        "off site with Stage 1",
        "off_site_stage_2: block",
        STAGE_1,
        placement=replace(FIRST, mode=Mode.OFF_SITE),
    ),
    case("off site by habit", "off_site_stage_2: block", {**STAGE_1, **WORKS_OFF_SITE}, placement=FIRST),
    case(
        "off site and surely nobody on site",
        "off_site_stage_2: block",
        placement=replace(OFF_SITE, on_site_supervisor_named=False),
    ),
    case("off site and nobody said who is on site", "on_site_supervisor: warn", placement=OFF_SITE),
    case(
        "off site with somebody on site",
        "on_site_supervisor: pass",
        placement=replace(OFF_SITE, on_site_supervisor_named=True),
    ),
    case("on site needs no other", "on_site_supervisor: pass"),
    case("current on the first day", "current_at_start: pass"),
    case("last student over two years ago", "current_at_start: block", students=(a_student("2024-09-20"),)),
    case(
        "last student two years ago to the day", "current_at_start: pass", students=(a_student("2024-09-21"),)
    ),
    case("no CPD in the last year and its grace", "current_at_start: block", cpd=(some_cpd("2025-07-01"),)),
    case("imported without evidence", "current_at_start: block", students=(), cpd=()),
    case(
        "in training counts where the stage allows it",
        "current_at_start: pass",
        IN_TRAINING,
        FIRST,
        students=(),
        cpd=(),
        mentor=True,
    ),
    case("not yet qualified", "current_at_start: block", NO_STAGE),
    case("current through the placement", "current_through_placement: pass"),
    case("the CPD runs out before the end", "current_through_placement: warn", cpd=(some_cpd("2026-01-15"),)),
    case(
        "the window runs out before the end",
        "current_through_placement: warn",
        students=(a_student("2024-12-20"),),
    ),
    case("CPD this summer", "cpd_recent: pass"),
    case("CPD a year ago to the day", "cpd_recent: pass", cpd=(some_cpd("2025-09-21"),)),
    case("CPD a year and a day ago is forgiven", "cpd_recent: warn", cpd=(some_cpd("2025-09-20"),)),
    case("on the last day of grace still", "cpd_recent: warn", cpd=(some_cpd("2025-07-23"),)),
    case("a day later no more", "cpd_recent: block", cpd=(some_cpd("2025-07-22"),)),
    case("no CPD ever", "cpd_recent: block", cpd=()),
    case("no manager's check-in", "manager_check_in: warn"),
    case("no manager's check-in, and the partnership insists", "manager_check_in: block", parameters=STRICT),
    case(
        "a manager confirmed last week",
        "manager_check_in: pass",
        check_ins=(a_check_in("2026-09-01"),),
        parameters=STRICT,
    ),
    case(
        "a manager confirmed sixty days before",
        "manager_check_in: pass",
        check_ins=(a_check_in("2026-07-23"),),
    ),
    case(
        "a manager confirmed sixty-one days before",
        "manager_check_in: warn",
        check_ins=(a_check_in("2026-07-22"),),
    ),
    case(
        "a manager said no", "manager_check_in: block", check_ins=(a_check_in("2026-09-01", confirmed=False),)
    ),
    case(
        "a manager said no, then yes",
        "manager_check_in: pass",
        check_ins=(a_check_in("2026-09-01", confirmed=False), a_check_in("2026-09-03")),
    ),
    case("on site there is one seat", "capacity: pass"),
    case("and it is taken", "capacity: block", held=1),
    case("off site there are four", "capacity: pass", WORKS_OFF_SITE, held=3),
    case("and no fifth", "capacity: block", WORKS_OFF_SITE, held=4),
    case("independent is like off site", "capacity: pass", {"employment": Employment.INDEPENDENT}, held=3),
    case("their own number goes first", "capacity: block", {**WORKS_OFF_SITE, "max_concurrent": 2}, held=2),
    case("their own number may be none", "capacity: block", {"max_concurrent": 0}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_each_rule_answers_as_written(case: Case) -> None:
    found = {finding.code.value: finding for finding in decided(case).rules}
    assert found[case.rule].result.value == case.result
    assert found[case.rule].fix or case.result == "pass"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_the_worst_rule_decides(case: Case) -> None:
    decision = decided(case)
    results = {finding.result.value for finding in decision.rules}
    expected = "eligible_with_conditions" if "condition" in results else "eligible"
    assert decision.outcome.value == ("not_eligible" if "block" in results else expected)
