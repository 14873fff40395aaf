"""May this educator take this placement? Every rule answers, and the worst answer is the outcome."""

from dataclasses import dataclass
from uuid import UUID

from services.educators.domain import conflict_rules, qualification_rules, readiness_rules, registration_rules
from services.educators.domain.case import Case, Finding, PlacementShape, Seats
from services.educators.domain.codes import Outcome, RuleCode, RuleResult
from services.educators.domain.currency import Currency, currency
from services.educators.domain.evidence import Educator, Evidence
from services.educators.domain.months import in_words
from services.educators.domain.parameters import Parameters

RULES = (
    registration_rules.reg_number_valid,
    registration_rules.registered,
    registration_rules.no_restriction,
    qualification_rules.post_qualifying_years,
    qualification_rules.stage_for_level,
    qualification_rules.off_site_stage_2,
    readiness_rules.current_at_start,
    readiness_rules.current_through_placement,
    readiness_rules.cpd_recent,
    readiness_rules.manager_check_in,
    readiness_rules.capacity,
    conflict_rules.no_conflict,
    readiness_rules.development_plan,
    conflict_rules.hub_facilitator,
    qualification_rules.on_site_supervisor,
)
"""Every rule, in the order in which it is reported."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one educator, with what every rule said; no seats and currency for an educator nobody knows."""

    educator_id: UUID
    outcome: Outcome
    rules: tuple[Finding, ...]
    seats: Seats | None = None
    currency: Currency | None = None


def decide(
    educator: Educator,
    evidence: Evidence,
    parameters: Parameters,
    placement: PlacementShape,
    *,
    held: int = 0,
    mentor_current: bool = False,
    ratifier_current: bool = False,
) -> Decision:
    """Judge one educator for one placement.

    `held`: seats held on the busiest day of the placement. `mentor_current`: the named mentor is Stage 2 and current on
    the first day; `ratifier_current`: so is another one, whom the placement names to ratify.
    """
    at_start = currency(
        educator.peps_stage, evidence, parameters, placement.starts_on, mentor_current=mentor_current
    )
    seats = Seats(parameters.seats(educator.max_concurrent, educator.mode, educator.employment), held)
    case = Case(educator, evidence, parameters, placement, seats, at_start, mentor_current, ratifier_current)
    findings = tuple([waived(rule(case), case) for rule in RULES])
    return Decision(educator.id, outcome_of(findings), findings, seats, at_start)


def waived(finding: Finding, case: Case) -> Finding:
    """The finding as it is; or a condition, where a waiver of the rule holds on the placement's first day."""
    if finding.result is not RuleResult.BLOCK or not finding.waivable:
        return finding
    placement = case.placement
    for waiver in case.evidence.waivers:
        for_this = waiver.placement_id is None or waiver.placement_id == placement.placement_id
        if waiver.rule_code is finding.code and for_this and placement.starts_on <= waiver.expires_on:
            return finding._replace(
                result=RuleResult.CONDITION,
                detail=f"{finding.detail} This rule is waived until {in_words(waiver.expires_on)}.",
                expires_on=waiver.expires_on,
                fix="Keep the conditions of the waiver.",
                waiver_id=waiver.id,
            )
    return finding


def unknown_educator(educator_id: UUID) -> Decision:
    """The answer for an id that belongs to nobody the caller may ask about."""
    detail = "There is no such educator, or it is not visible to you."
    finding = Finding(
        RuleCode.EDUCATOR_KNOWN, RuleResult.BLOCK, detail, fix="Name an educator of the register."
    )
    return Decision(educator_id, Outcome.NOT_ELIGIBLE, (finding,))


def outcome_of(findings: tuple[Finding, ...]) -> Outcome:
    """One refusal decides; one condition makes it conditional; warnings do not change it."""
    results = {finding.result for finding in findings}
    if RuleResult.BLOCK in results:
        return Outcome.NOT_ELIGIBLE
    return Outcome.ELIGIBLE_WITH_CONDITIONS if RuleResult.CONDITION in results else Outcome.ELIGIBLE
