"""What a draft of a policy must not say though it can be read: rules that nothing could ever meet, or that would betray.

Policies that were published before are read as they are; only drafts are judged.
"""

from collections.abc import Iterator, Mapping

from services.placements.domain.escalation.codes import OF_THE_STUDENT, Recipient, RuleCode
from services.placements.domain.escalation.policy import Policy, Rule
from services.placements.domain.vocabulary import Severity
from shared.errors import Fault

FACTS: Mapping[RuleCode, frozenset[str]] = {
    RuleCode.HUB_ABSENCE: frozenset(
        {"consecutive_unnotified", "unnotified_of_last_six", "sessions_of_last_six"}
    ),
    RuleCode.HUB_ATTENDANCE_LOW: frozenset({"attendance_percent", "expected"}),
    RuleCode.UNAUTHORISED_ABSENCE: frozenset({"days"}),
    RuleCode.ABSENCE_RUN: frozenset({"days"}),
    RuleCode.DAYS_BEHIND: frozenset({"days"}),
    RuleCode.LEARNING_AGREEMENT_OVERDUE: frozenset({"placement_day"}),
    RuleCode.SUPERVISION_GAP: frozenset({"placement_days_without"}),
    RuleCode.EDUCATOR_ABSENT: frozenset({"working_days", "is_replaced"}),
    RuleCode.OBSERVATIONS_BEHIND: frozenset({"percent_of_required", "observed"}),
    RuleCode.REVIEW_OVERDUE: frozenset({"working_days"}),
    RuleCode.REVIEW_RAG: frozenset({"amber_sections", "red_sections"}),
    RuleCode.REVIEW_DIVERGENCE: frozenset({"difference", "difference_on_safety_or_support"}),
    RuleCode.MIDWAY_AT_RISK: frozenset({"recommendation"}),
    RuleCode.EDUCATOR_CURRENCY: frozenset({"status"}),
    RuleCode.SETTING_PATTERN: frozenset(
        {
            "stage_one_concerns_in_24_months",
            "breakdowns_in_24_months",
            "survey_mean",
            "survey_answers",
            "survey_fall",
        }
    ),
    RuleCode.AUDIT_LAPSED: frozenset({"is_lapsed"}),
    RuleCode.RAISED_FLAG: frozenset({"is_urgent"}),
    RuleCode.STUDENT_FLAG: frozenset({"is_urgent"}),
    RuleCode.DISCRIMINATION_REPORT: frozenset({"is_urgent"}),
    RuleCode.SAFETY_OR_MISCONDUCT: frozenset({"is_urgent"}),
    RuleCode.ENERGY_LOW: frozenset({"is_low", "week"}),
}
"""The facts that are noticed for each rule. A comparison with any other would never hold."""


def faults_of_draft(policy: Policy) -> list[Fault]:
    """Comparisons with facts that nobody notices, and rules that would tell of what a student keeps to themselves."""
    return [
        fault
        for place, rule in enumerate(policy.rules.values())
        for fault in (*_unknown(rule, place), *_betraying(rule, place))
    ]


def _unknown(rule: Rule, place: int) -> Iterator[Fault]:
    known = FACTS[rule.code]
    for severity, cases in rule.cases.items():
        named = {each.fact for case in cases for each in case}
        for fact in sorted(named - known):
            words = (
                f"rule {rule.code}: {fact} is no fact that it weighs; these are {', '.join(sorted(known))}."
            )
            yield Fault(f"/rules/{place}/{severity}", "unknown_fact", words)


def _betraying(rule: Rule, place: int) -> Iterator[Fault]:
    if rule.code not in OF_THE_STUDENT:
        return
    for severity in (Severity.AMBER, Severity.RED):
        if rule.cases.get(severity):
            words = f"rule {rule.code}: it has no points; nothing but kindness follows from it."
            yield Fault(f"/rules/{place}/{severity}", "kindness_only", words)
    for severity, telling in rule.telling.items():
        if set(telling.who) != {Recipient.STUDENT}:
            words = f"rule {rule.code}: only the student is told; what they said of themselves is theirs."
            yield Fault(f"/rules/{place}/telling/{severity}/who", "student_only", words)
