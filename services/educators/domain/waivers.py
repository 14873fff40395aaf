"""A waiver's life: asked for by one person, decided by another, and over by its day at the latest."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from services.educators.domain.codes import WAIVABLE, RuleCode, WaiverState
from services.educators.domain.months import add_months
from shared.errors import Conflict, Fault, InvalidState

LONGEST_MONTHS = 12
"""A waiver expires within twelve months of being asked for."""


class WaiverStep(StrEnum):
    """What can be done with a waiver."""

    APPROVAL = "approval"
    REFUSAL = "refusal"
    REVOCATION = "revocation"


_STEPS: Mapping[WaiverState, Mapping[WaiverStep, WaiverState]] = {
    WaiverState.REQUESTED: {
        WaiverStep.APPROVAL: WaiverState.APPROVED,
        WaiverStep.REFUSAL: WaiverState.REFUSED,
    },
    WaiverState.APPROVED: {WaiverStep.REVOCATION: WaiverState.REVOKED},
    WaiverState.REFUSED: {},
    WaiverState.REVOKED: {},
    WaiverState.EXPIRED: {},
}


def after(step: WaiverStep, state: WaiverState) -> WaiverState:
    """The state after the step; refused with the steps that are open when this one is not."""
    if step not in _STEPS[state]:
        raise InvalidState("waiver", state, _STEPS[state])
    return _STEPS[state][step]


def faults_of_request(rule_code: RuleCode, expires_on: date, today: date) -> Iterator[Fault]:
    """Why a waiver cannot be asked for: a rule nobody may set aside, or a day too early or too late."""
    if rule_code not in WAIVABLE:
        rules = ", ".join(code.value for code in RuleCode if code in WAIVABLE)
        yield Fault("/rule_code", "not_waivable", f"This rule cannot be waived; these can: {rules}.")
    if expires_on < today:
        yield Fault("/expires_on", "in_the_past", "This day is over.")
    if expires_on > add_months(today, LONGEST_MONTHS):
        words = "A waiver expires within twelve months of being asked for."
        yield Fault("/expires_on", "too_late", words)


def expect_second_person(requested_by: str, subject: str) -> None:
    """Nobody decides what they asked for themselves."""
    if requested_by == subject:
        words = "A waiver is decided by somebody other than who asked for it."
        raise Conflict("second_person_needed", words)


def expect_still_of_use(expires_on: date, today: date) -> None:
    """Nobody approves what is over already."""
    if expires_on < today:
        raise Conflict("waiver_expired", "The day until which the waiver was asked for is over.")
