"""Rules of eligibility about being ready for this placement: current, learning, backed by a manager, and with room."""

from datetime import timedelta

from services.educators.domain.case import Case, Finding
from services.educators.domain.codes import CurrencyStatus, RuleCode, RuleResult
from services.educators.domain.evidence import ManagerCheckIn, Unavailability
from services.educators.domain.months import in_words
from services.educators.domain.returns import ready_to_return


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
    return _returning(case) or _lapsed(case)


def _returning(case: Case) -> Finding | None:
    """Somebody lapsed who has begun to return takes their first student back under a condition: with a Stage 2 mentor."""
    start, mentor_id = case.placement.starts_on, case.educator.mentor_educator_id
    if not case.mentor_current or mentor_id is None:
        return None
    steps = ready_to_return(case.evidence, case.parameters, start, case.at_start.practised_until)
    if steps is None:
        return None
    detail = "Lapsed, and returning to practice education with this as the first student back."
    fix = "The named Stage 2 mentor supports this student's placement, with one direct observation."
    ids = (mentor_id, *(step.id for step in steps))
    return Finding(RuleCode.CURRENT_AT_START, RuleResult.CONDITION, detail, ids, fix=fix)


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
    """One more student on every day of the placement is not one too many, and the educator is there on each of them."""
    seats, away = case.seats, _away(case)
    if away is not None:
        until = f"to {in_words(away.ends_on)}" if away.ends_on else "until further notice"
        detail = f"Unavailable from {in_words(away.starts_on)} {until}."
        fix = "Choose other days or another educator, or correct the unavailability."
        return Finding(RuleCode.CAPACITY, RuleResult.BLOCK, detail, (away.id,), away.ends_on, fix)
    if seats.free:
        detail = f"{seats.held} of {seats.max_concurrent} seats held on the busiest day of the placement."
        return Finding(RuleCode.CAPACITY, RuleResult.PASS, detail)
    detail = f"All {seats.max_concurrent} seats are held on at least one day of the placement."
    fix = "Wait for a seat to be released, or raise the educator's own number of students."
    return Finding(RuleCode.CAPACITY, RuleResult.BLOCK, detail, fix=fix)


def development_plan(case: Case) -> Finding:
    """An open plan for the educator's own practice is something to talk about before a student comes."""
    code, start = RuleCode.DEVELOPMENT_PLAN, case.placement.starts_on
    for plan in case.evidence.development_plans:
        if plan.opened_on <= start and (plan.closed_on is None or plan.closed_on > start):
            detail = f"A development plan is open since {in_words(plan.opened_on)}."
            fix = "Agree with the practice education lead whether the plan allows a student, or close it."
            return Finding(code, RuleResult.WARN, detail, (plan.id,), fix=fix)
    return Finding(code, RuleResult.PASS, "No development plan is open.")


def _away(case: Case) -> Unavailability | None:
    """The first time within the placement at which the educator takes no student."""
    first, last = case.placement.starts_on, case.placement.ends_on
    within = [
        each
        for each in case.evidence.unavailabilities
        if each.starts_on <= last and (each.ends_on is None or each.ends_on >= first)
    ]
    return min(within, key=lambda each: (each.starts_on, each.id), default=None)


def _latest_check_in(case: Case) -> ManagerCheckIn | None:
    known = (
        check_in for check_in in case.evidence.manager_check_ins if check_in.on <= case.evidence.known_on
    )
    return max(known, key=lambda check_in: (check_in.on, check_in.id), default=None)
