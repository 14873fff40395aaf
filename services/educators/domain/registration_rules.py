"""Rules of eligibility about the regulator's register."""

from datetime import date, timedelta

from services.educators.domain.case import Case, Finding
from services.educators.domain.codes import (
    RegisterStatus,
    Restriction,
    RuleCode,
    RuleResult,
    is_registration_number,
)
from services.educators.domain.evidence import RegistrationCheck
from services.educators.domain.months import in_words


def reg_number_valid(case: Case) -> Finding:
    """The registration number has the regulator's form."""
    if is_registration_number(case.educator.social_work_england_number):
        return Finding(
            RuleCode.REG_NUMBER_VALID, RuleResult.PASS, "The registration number has the regulator's form."
        )
    detail = "The registration number is not one the regulator gives: SW and up to six digits without a leading zero."
    return Finding(
        RuleCode.REG_NUMBER_VALID, RuleResult.BLOCK, detail, fix="Correct the registration number."
    )


def registered(case: Case) -> Finding:
    """Registered when last looked at, looked at lately, and through the placement."""
    check, days = latest_check(case), case.parameters.registration_check_days
    unknown = RuleResult.BLOCK if case.parameters.require_registration_check else RuleResult.WARN
    fix = "Check the public register and record what it says."
    if check is None:
        return Finding(
            RuleCode.REGISTERED, unknown, "Nobody has recorded a check of the public register.", fix=fix
        )
    ids, on = (check.id,), in_words(check.checked_on)
    if check.status is RegisterStatus.NOT_REGISTERED:
        detail = f"Not registered when the public register was checked on {on}."
        return Finding(RuleCode.REGISTERED, RuleResult.BLOCK, detail, ids, fix="Check again once registered.")
    expires = check.checked_on + timedelta(days=days)
    if expires < case.evidence.known_on:
        detail = f"The public register was last checked on {on}, more than {days} days ago."
        return Finding(RuleCode.REGISTERED, unknown, detail, ids, expires, fix)
    return _through(case, check) or Finding(
        RuleCode.REGISTERED, RuleResult.PASS, f"Registered when checked on {on}.", ids, expires
    )


def _through(case: Case, check: RegistrationCheck) -> Finding | None:
    """Why somebody registered now may not be so through the placement: a renewal lies before, or an end is shown."""
    code, ids, on = RuleCode.REGISTERED, (check.id,), in_words(check.checked_on)
    until = check.registered_until
    if until is not None and not _is_renewal(until) and until < case.placement.ends_on:
        before = until < case.placement.starts_on
        detail = f"When checked on {on} the register showed an end on {in_words(until)}, before the last day."
        fix = "Check again once the registration goes on for longer, and record what it says."
        return Finding(code, RuleResult.BLOCK if before else RuleResult.WARN, detail, ids, until, fix)
    renewal = _next_renewal(check.checked_on)
    if renewal < case.placement.ends_on:
        detail = f"Registered on {on}, but registrations renew on {in_words(renewal)}, before the last day."
        again = f"Check again after 1 December {renewal.year}."
        return Finding(code, RuleResult.WARN, detail, ids, renewal, again)
    return None


def no_restriction(case: Case) -> Finding:
    """No condition or sanction on the register that nobody has reviewed."""
    check = latest_check(case)
    if check is None:
        return Finding(RuleCode.NO_RESTRICTION, RuleResult.PASS, "No restriction of practice is known.")
    ids = (check.id,)
    if check.restriction is Restriction.NONE:
        return Finding(RuleCode.NO_RESTRICTION, RuleResult.PASS, "The register showed no restriction.", ids)
    if check.restriction_reviewed_on is not None:
        detail = f"A restriction was reviewed on {in_words(check.restriction_reviewed_on)}."
        return Finding(RuleCode.NO_RESTRICTION, RuleResult.PASS, detail, ids)
    detail = f"The register showed a restriction on {in_words(check.checked_on)} that nobody has reviewed."
    fix = "Review the restriction and record the day of the review."
    return Finding(RuleCode.NO_RESTRICTION, RuleResult.BLOCK, detail, ids, fix=fix)


def latest_check(case: Case) -> RegistrationCheck | None:
    """The last look at the public register, if there was one."""
    known = (
        check for check in case.evidence.registration_checks if check.checked_on <= case.evidence.known_on
    )
    return max(known, key=lambda check: (check.checked_on, check.id), default=None)


def _is_renewal(day: date) -> bool:
    """30 November, on which every registration ends. It may show on into December and is not a lapse by itself."""
    return (day.month, day.day) == _RENEWAL


def _next_renewal(checked_on: date) -> date:
    """The first 30 November on or after the day somebody looked: by what they saw nobody is registered beyond it."""
    this_year = date(checked_on.year, *_RENEWAL)
    return this_year if checked_on <= this_year else date(checked_on.year + 1, *_RENEWAL)


_RENEWAL = (11, 30)
