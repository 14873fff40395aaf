"""The regulator's public register: when somebody must be looked up there again, and whether an answer is about them.

Source: Social Work England, "Information for employers": the public search takes up to 100 numbers and gives a CSV; renewal
runs from 1 September to 30 November, the register is updated from 1 December, and while it is, some may still show
"registered until 30 November" without their registration having ended.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.educators.domain.codes import RegisterStatus, Restriction

BATCH_SIZE = 100
"""Numbers the regulator's public search takes at once."""

_DECEMBER = 12


class DueBecause(StrEnum):
    """Why somebody must be looked up on the public register."""

    NEVER_CHECKED = "never_checked"
    CHECK_TOO_OLD = "check_too_old"
    RENEWAL_PASSED = "renewal_passed"
    """Last checked before the renewal of 30 November, with a student on both sides of it."""

    REGISTRATION_RAN_OUT = "registration_ran_out"
    """The last check showed a registration that has ended since, and the renewal window is over."""


class BatchStatus(StrEnum):
    """What became of a batch of numbers."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LineOutcome(StrEnum):
    """What became of one number of a batch."""

    CHECKED = "checked"
    MISMATCH = "mismatch"
    CANCELLED = "cancelled"


class MismatchKind(StrEnum):
    """Why a person must look at a line of the regulator's answer."""

    UNKNOWN_NUMBER = "unknown_number"
    """The answer has a number that was not asked for."""

    SURNAME_DIFFERS = "surname_differs"
    MISSING_FROM_ANSWER = "missing_from_answer"
    """The number was asked for and the answer does not have it."""

    REGISTRATION_RAN_OUT = "registration_ran_out"
    """The answer says registered, until a day that is over, and the renewal window does not explain it."""


class MismatchStatus(StrEnum):
    """Whether a person has decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the public register says about one number."""

    number: str
    surname: str
    status: RegisterStatus
    registered_until: date | None
    restriction: Restriction


def last_renewal(today: date) -> date:
    """The last 30 November that is over: from 1 December on, this year's."""
    return date(today.year if today.month == _DECEMBER else today.year - 1, 11, 30)


def ran_out_before(today: date) -> date:
    """A registration until a day before this one has ended. All through December, 30 November has not."""
    return date(today.year, 11, 30) if today.month == _DECEMBER else today


def mismatch_of(answer: Answer, full_name: str, checked_on: date) -> MismatchKind | None:
    """Why the answer about somebody's number cannot be taken as it is; nothing when it can."""
    if not same_surname(full_name, answer.surname):
        return MismatchKind.SURNAME_DIFFERS
    until = answer.registered_until
    ended = until is not None and until < ran_out_before(checked_on)
    if ended and answer.status is RegisterStatus.REGISTERED:
        return MismatchKind.REGISTRATION_RAN_OUT
    return None


def same_surname(full_name: str, surname: str) -> bool:
    """Whether the name ends in this surname. Case, accents, hyphens, apostrophes and blanks do not matter."""
    family, comma, _ = full_name.partition(",")
    ours, theirs = _words(family if comma else full_name), "".join(_words(surname))
    return theirs != "" and any("".join(ours[start:]) == theirs for start in range(len(ours)))


def surname_in(full_name: str) -> str:
    """The surname in a whole name: what stands before a comma, or else the last word."""
    family, comma, _ = full_name.partition(",")
    return family.strip() if comma else full_name.rpartition(" ")[2]


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name.casefold())
    without_marks = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.findall(r"\w+", re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}`.]", "", without_marks))
