"""What a decision as a whole says: every rule, in plain words."""

from typing import Any

from services.educators.domain.codes import (
    RuleCode,
)
from services.educators.domain.eligibility import RULES, decide, unknown_educator
from services.educators.domain.parameters import DEFAULT_PARAMETERS
from shared.ids import new_id
from tests.educators.eligibility_cases import FINAL, case, decided
from tests.educators.evidence import (
    a_register_check,
    a_student,
    an_educator,
    day,
    evidence,
    some_cpd,
)


def test_every_rule_answers_in_its_order() -> None:
    codes = [finding.code for finding in decided(case("all", "capacity: pass")).rules]
    assert codes == [code for code in RuleCode if code is not RuleCode.EDUCATOR_KNOWN]
    assert len(RULES) == len(codes)


def test_somebody_without_faults_is_eligible() -> None:
    decision = decided(case("all", "capacity: pass"))
    assert decision.outcome.value == "eligible"
    assert decision.seats is not None
    assert decision.seats.free == 1


def refusal(**records: Any) -> str:
    decision = decided(case("no", "current_at_start: block", **records))
    assert decision.outcome.value == "not_eligible"
    return next(finding.detail for finding in decision.rules if finding.code is RuleCode.CURRENT_AT_START)


def test_a_lapse_of_students_is_told_in_plain_words() -> None:
    assert refusal(students=(a_student("2023-05-12"),)) == (
        "Currency has lapsed by 21 September 2026. "
        "The last student's last day was 12 May 2023, more than two years before 21 September 2026."
    )


def test_a_lapse_of_cpd_is_told_in_plain_words() -> None:
    assert refusal(cpd=(some_cpd("2025-05-02"),)) == (
        "Currency has lapsed by 21 September 2026. "
        "The last practice-education CPD was 2 May 2025, more than one year before 21 September 2026."
    )


def test_both_lapses_are_told_together() -> None:
    told = refusal(students=(a_student("2023-05-12"),), cpd=())
    assert "12 May 2023" in told
    assert "No practice-education CPD is on record." in told


def test_a_renewal_already_looked_at_is_no_worry() -> None:
    known = evidence(
        students=(a_student("2026-04-30"),),
        cpd=(some_cpd("2026-06-15"),),
        checks=(a_register_check("2026-12-02"),),
        known_on=day("2026-12-03"),
    )
    found = {f.code: f for f in decide(an_educator(), known, DEFAULT_PARAMETERS, FINAL).rules}
    assert found[RuleCode.REGISTERED].result.value == "pass"


def test_an_educator_nobody_knows_is_refused_with_a_reason() -> None:
    decision = unknown_educator(new_id())
    assert decision.outcome.value == "not_eligible"
    assert [finding.code.value for finding in decision.rules] == ["educator_known"]
