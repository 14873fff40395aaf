"""Rules of eligibility about being ready for this placement: current, learning, backed by a manager, and with room."""

from datetime import timedelta

from services.educators.domain.case import Case, Finding
from services.educators.domain.codes import CurrencyStatus, RuleCode, RuleResult
from services.educators.domain.evidence import ManagerCheckIn
from services.educators.domain.months import in_words


def current_at_start(case: Case) -> Finding:
    """Current on the first day, by one of the routes and CPD; in training counts where the stage allows it."""
    code, standing = RuleCode.CURRENT_AT_START, case.at_start
    start = in_words(case.placement.starts_on)
    ids = tuple(evidence_id for route in standing.routes if route.holds for evidence_id in route.evidence_ids)
    if standing.is_current and standing.basis is not None:
        detail = f"Current on {start} by route {standing.basis}."
        return Finding(code, RuleResult.PASS, detail, ids, standing.current_until)
    if standing.status is CurrencyStatus.IN_TRAINING:
        return Finding(code, RuleResult.PASS, f"In training on {start} with a current mentor.")
    if standing.status is CurrencyStatus.NOT_YET_QUALIFIED:
        detail = f"Not a qualified practice educator on {start}."
        fix = "Complete PEPS Stage 1, or train for it with a current Stage 2 mentor."
        return Finding(code, RuleResult.BLOCK, detail, fix=fix, waivable=True)
    if standing.status is CurrencyStatus.UNVERIFIED:
        detail = "No student, other learner, role or CPD is on record, so currency cannot be shown."
        return Finding(
            code, RuleResult.BLOCK, detail, fix="Record the evidence, or import it.", waivable=True
        )
    return _lapsed(case)


def _lapsed(case: Case) -> Finding:
    """Why currency lapsed, in the words of what failed: the routes, the CPD, or both."""
    standing, reasons, fixes = case.at_start, [], []
    failing = [standing.cpd]
    if standing.basis is None:
        failing = [*standing.routes[:1], *(route for route in standing.routes[1:] if route.until is not None)]
        failing += [] if standing.cpd.holds else [standing.cpd]
    for ground in failing:
        reasons.append(ground.detail)
        fixes += [ground.fix] if ground.fix else []
    ids = tuple(dict.fromkeys(evidence_id for ground in failing for evidence_id in ground.evidence_ids))
    detail = f"Currency has lapsed by {in_words(case.placement.starts_on)}. {' '.join(reasons)}"
    return Finding(
        RuleCode.CURRENT_AT_START,
        RuleResult.BLOCK,
        detail,
        ids,
        standing.current_until,
        " ".join(fixes),
        waivable=True,
    )


def current_through_placement(case: Case) -> Finding:
    """Currency that ends before the placement does is a reminder, not a refusal."""
    code, until = RuleCode.CURRENT_THROUGH_PLACEMENT, case.at_start.current_until
    if not case.at_start.is_current or until is None:
        return Finding(code, RuleResult.PASS, "Judged by the rule on the first day.")
    if until >= case.placement.ends_on:
        detail = f"Current until {in_words(until)}, through the last day."
        return Finding(code, RuleResult.PASS, detail, expires_on=until)
    detail = f"Current until {in_words(until)}, which is before the last day."
    cpd = case.at_start.cpd
    fix = cpd.fix or f"Renew the evidence before {in_words(until)}; the placement itself renews route A."
    return Finding(code, RuleResult.WARN, detail, expires_on=until, fix=fix)


def cpd_recent(case: Case) -> Finding:
    """Practice-education CPD within the year before the first day; missing CPD is forgiven for the grace only."""
    cpd, grace = case.at_start.cpd, case.at_start.cpd_grace_until
    if cpd.holds:
        return Finding(RuleCode.CPD_RECENT, RuleResult.PASS, cpd.detail, cpd.evidence_ids, cpd.until)
    if grace is not None and case.placement.starts_on <= grace:
        detail = f"{cpd.detail} This is forgiven until {in_words(grace)}."
        return Finding(RuleCode.CPD_RECENT, RuleResult.WARN, detail, cpd.evidence_ids, grace, cpd.fix)
    return Finding(RuleCode.CPD_RECENT, RuleResult.BLOCK, cpd.detail, cpd.evidence_ids, grace, cpd.fix)


def manager_check_in(case: Case) -> Finding:
    """A manager confirmed caseload and suitability shortly before the start."""
    code, days = RuleCode.MANAGER_CHECK_IN, case.parameters.manager_check_in_days
    unknown = RuleResult.BLOCK if case.parameters.require_manager_check_in else RuleResult.WARN
    latest = _latest_check_in(case)
    fix = f"Ask the manager to confirm caseload and suitability within {days} days before the start."
    if latest is None:
        return Finding(code, unknown, "No manager's check-in is on record.", fix=fix, waivable=True)
    ids, on = (latest.id,), in_words(latest.on)
    if not latest.confirmed:
        detail = f"On {on} the manager did not confirm caseload and suitability."
        return Finding(code, RuleResult.BLOCK, detail, ids, fix=fix, waivable=True)
    if latest.on < case.placement.starts_on - timedelta(days=days):
        detail = f"The manager's last check-in was on {on}, more than {days} days before the start."
        return Finding(code, unknown, detail, ids, fix=fix, waivable=True)
    detail = f"The manager confirmed caseload and suitability on {on}."
    return Finding(code, RuleResult.PASS, detail, ids, latest.on + timedelta(days=days))


def capacity(case: Case) -> Finding:
    """One more student on every day of the placement is not one too many."""
    seats = case.seats
    if seats.free:
        detail = f"{seats.held} of {seats.max_concurrent} seats held on the busiest day of the placement."
        return Finding(RuleCode.CAPACITY, RuleResult.PASS, detail)
    detail = f"All {seats.max_concurrent} seats are held on at least one day of the placement."
    fix = "Wait for a seat to be released, or raise the educator's own number of students."
    return Finding(RuleCode.CAPACITY, RuleResult.BLOCK, detail, fix=fix)


def _latest_check_in(case: Case) -> ManagerCheckIn | None:
    known = (
        check_in for check_in in case.evidence.manager_check_ins if check_in.on <= case.evidence.known_on
    )
    return max(known, key=lambda check_in: (check_in.on, check_in.id), default=None)
