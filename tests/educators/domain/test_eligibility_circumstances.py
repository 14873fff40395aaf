"""Worked cases of what stands around an educator: times away, ties to the student, plans, hubs, waivers and returns."""

from dataclasses import replace

import pytest

from services.educators.domain.codes import ConflictKind, EpisodeEnd, PlacementLevel, RuleCode, SupportRole
from shared.ids import new_id
from tests.educators.eligibility_cases import (
    FACILITATOR,
    FAILED,
    FINAL,
    IN_HUB,
    MENTOR,
    NOT_REGISTERED,
    OF_STUDENT,
    PLACEMENT,
    REPEATED,
    SAID_NO,
    SHORT,
    STUDENT,
    WAIVED,
    Case,
    case,
    decided,
)
from tests.educators.evidence import a_plan, a_register_check, a_step, a_student, a_tie, away, day

CASES = [
    case("away on one day of the placement", "capacity: block", away=(away("2027-02-26", None),)),
    case("away on its last day", "capacity: block", away=(away("2027-02-26", "2027-03-05"),)),
    case("away from the day after it", "capacity: pass", away=(away("2027-02-27", None),)),
    case("back the day before it begins", "capacity: pass", away=(away("2026-07-01", "2026-09-20"),)),
    case("no student is named", "no_conflict: pass", conflicts=(a_tie(STUDENT),)),
    case("no tie to the student", "no_conflict: pass", placement=OF_STUDENT, conflicts=(a_tie(new_id()),)),
    case("kin to the student", "no_conflict: block", placement=OF_STUDENT, conflicts=(a_tie(STUDENT),)),
    case(
        "the student's line manager",
        "no_conflict: block",
        placement=OF_STUDENT,
        conflicts=(a_tie(STUDENT, ConflictKind.LINE_MANAGER),),
    ),
    case("assessed the failed placement", "no_conflict: block", placement=REPEATED, students=(FAILED,)),
    case(
        "assessed another student who failed",
        "no_conflict: pass",
        placement=replace(REPEATED, student_id=new_id()),
        students=(FAILED,),
    ),
    case(
        "the student failed, but repeats nothing",
        "no_conflict: pass",
        placement=OF_STUDENT,
        students=(FAILED,),
    ),
    case(
        "was the on-site supervisor of the failed placement",
        "no_conflict: pass",
        placement=REPEATED,
        students=(FAILED._replace(role=SupportRole.ON_SITE_SUPERVISOR),),
    ),
    case(
        "assessed the placement that ran to its end, and is now repeated",
        "no_conflict: block",
        placement=REPEATED,
        students=(FAILED._replace(ending=EpisodeEnd.COMPLETED),),
    ),
    case(
        "assessed another placement of the student, which is not the one repeated",
        "no_conflict: pass",
        placement=REPEATED,
        students=(FAILED._replace(ending=EpisodeEnd.COMPLETED, placement_level=PlacementLevel.FIRST),),
    ),
    case(
        "had the student in a placement that ended early",
        "no_conflict: pass",
        placement=REPEATED,
        students=(FAILED._replace(ending=EpisodeEnd.ENDED_EARLY),),
    ),
    case("no development plan", "development_plan: pass"),
    case("a development plan is open", "development_plan: warn", plans=(a_plan("2026-08-03"),)),
    case(
        "a plan that was closed before",
        "development_plan: pass",
        plans=(a_plan("2026-05-04", "2026-09-21"),),
    ),
    case(
        "a plan that is closed after the start",
        "development_plan: warn",
        plans=(a_plan("2026-05-04", "2026-09-22"),),
    ),
    case("nobody said whose hub", "hub_facilitator: pass"),
    case("facilitates another hub", "hub_facilitator: pass", placement=IN_HUB),
    case("facilitates the student's hub", "hub_facilitator: warn", {"id": FACILITATOR}, IN_HUB),
    case("a waiver until the first day", "manager_check_in: condition", check_ins=SAID_NO, waivers=(WAIVED,)),
    case(
        "a waiver until the day before",
        "manager_check_in: block",
        check_ins=SAID_NO,
        waivers=(WAIVED._replace(expires_on=day("2026-09-20")),),
    ),
    case(
        "a waiver of another rule",
        "manager_check_in: block",
        check_ins=SAID_NO,
        waivers=(WAIVED._replace(rule_code=RuleCode.NO_CONFLICT),),
    ),
    case(
        "a waiver for another placement",
        "manager_check_in: block",
        placement=OF_STUDENT,
        check_ins=SAID_NO,
        waivers=(WAIVED._replace(placement_id=new_id()),),
    ),
    case(
        "a waiver for this placement",
        "manager_check_in: condition",
        placement=OF_STUDENT,
        check_ins=SAID_NO,
        waivers=(WAIVED._replace(placement_id=PLACEMENT),),
    ),
    case("a waiver of what is fine", "manager_check_in: warn", waivers=(WAIVED,)),
    case(
        "being struck off cannot be waived",
        "registered: block",
        checks=(NOT_REGISTERED,),
        waivers=(WAIVED._replace(rule_code=RuleCode.REGISTERED),),
    ),
    case(
        "a conflict waived",
        "no_conflict: condition",
        placement=OF_STUDENT,
        conflicts=(a_tie(STUDENT),),
        waivers=(WAIVED._replace(rule_code=RuleCode.NO_CONFLICT),),
    ),
    case(
        "lapsed, and re-engaged with a mentor",
        "current_at_start: condition",
        {"mentor_educator_id": MENTOR},
        students=(a_student("2023-03-31"),),
        returns=(a_step("re_engagement_cpd", "2026-03-02"),),
        mentor=True,
    ),
    case(
        "re-engaged without a mentor",
        "current_at_start: block",
        students=(a_student("2023-03-31"),),
        returns=(a_step("re_engagement_cpd", "2026-03-02"),),
    ),
    case(
        "away for more than five years without a portfolio review",
        "current_at_start: block",
        {"mentor_educator_id": MENTOR},
        students=(a_student("2019-09-20"),),
        returns=(a_step("re_engagement_cpd", "2026-03-02"),),
        mentor=True,
    ),
    case(
        "away for five years to the day",
        "current_at_start: condition",
        {"mentor_educator_id": MENTOR},
        students=(a_student("2019-09-21"),),
        returns=(a_step("re_engagement_cpd", "2026-03-02"),),
        mentor=True,
    ),
    case(
        "away for longer, with a portfolio review",
        "current_at_start: condition",
        {"mentor_educator_id": MENTOR},
        students=(a_student("2015-03-31"),),
        returns=(a_step("re_engagement_cpd", "2026-03-02"), a_step("portfolio_review", "2026-06-01")),
        mentor=True,
    ),
    case(
        "the register shows an end before the last day",
        "registered: warn",
        checks=(a_register_check("2026-08-10", registered_until=day("2026-11-01")),),
        placement=SHORT,
    ),
    case(
        "the register shows an end before the first day",
        "registered: block",
        checks=(a_register_check("2026-08-10", registered_until=day("2026-09-20")),),
        placement=SHORT,
    ),
    case(
        "registered until 30 November is no end before then",
        "registered: pass",
        checks=(a_register_check("2026-08-10", registered_until=day("2026-11-30")),),
        placement=SHORT,
    ),
    case(
        "the renewal lies between the look and the first day",
        "registered: warn",
        checks=(a_register_check("2026-08-10", registered_until=day("2026-11-30")),),
        placement=replace(FINAL, starts_on=day("2027-01-11"), ends_on=day("2027-06-25")),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story)
def test_each_rule_answers_as_written(case: Case) -> None:
    found = {finding.code.value: finding for finding in decided(case).rules}
    assert found[case.rule].result.value == case.result
    assert found[case.rule].fix or case.result == "pass"


def test_a_waived_rule_names_its_waiver_and_the_outcome_is_conditional() -> None:
    decision = decided(case("waived", "manager_check_in: condition", check_ins=SAID_NO, waivers=(WAIVED,)))
    found = next(each for each in decision.rules if each.code is RuleCode.MANAGER_CHECK_IN)
    assert (found.waiver_id, found.expires_on) == (WAIVED.id, WAIVED.expires_on)
    assert found.detail.endswith("This rule is waived until 21 September 2026.")
    assert decision.outcome.value == "eligible_with_conditions"
