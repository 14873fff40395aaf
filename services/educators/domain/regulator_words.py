"""The words of the regulator's CSV: its headings, statuses, days and restrictions, in the spellings that are understood."""

import re
from collections.abc import Mapping
from datetime import date

from services.educators.domain.codes import RegisterStatus, Restriction

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "registration number",
        "registration no",
        "reg number",
        "reg no",
        "social work england number",
        "swe number",
        "number",
    ),
    "surname": ("surname", "last name", "family name"),
    "name": ("name", "full name", "social worker", "registrant"),
    "status": ("status", "registration status", "register status"),
    "registered_until": (
        "registered until",
        "registration expiry",
        "registration expiry date",
        "expiry date",
        "expiry",
    ),
    "restriction": (
        "conditions",
        "restrictions",
        "restriction",
        "conditions of practice",
        "sanctions",
        "warnings",
        "interim orders",
    ),
}
"""What a column means, and the headings it may have; capitals, blanks and signs do not matter, others are passed over."""

_MEANINGS = {re.sub(r"[^a-z]", "", words): meaning for meaning, all_ in HEADINGS.items() for words in all_}
_REGISTERED = re.compile(r"(currently )?registered\b.*|active|current")
_NOT_REGISTERED = re.compile(
    r"(not|no longer) registered|removed.*|(voluntarily )?deregistered|lapsed|expired|struck off|suspended.*"
)
_NO_RESTRICTION = re.compile(r"|-|n/?a|nil|no|none|false|no (current )?\w+( or \w+)?( recorded| apply)?")
_SANCTION = re.compile(r"suspen|warning|sanction|order|remov")
_NUMERIC = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WRITTEN = re.compile(r"([0-9]{1,2}) ([a-z]{3,9}) ([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(t00:00:00.*)?")
_YEARS = range(1900, 2200)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def meaning_of(heading: str) -> str | None:
    """What a column of this heading means; nothing when it is passed over."""
    return _MEANINGS.get(re.sub(r"[^a-z]", "", heading.lower()))


def status_in(words: str) -> RegisterStatus | None:
    """Registered or not; nothing when the words are not understood."""
    plain = " ".join(words.lower().split())
    if _NOT_REGISTERED.fullmatch(plain):
        return RegisterStatus.NOT_REGISTERED
    return RegisterStatus.REGISTERED if _REGISTERED.fullmatch(plain) else None


def restriction_in(status: str, *words: str) -> Restriction:
    """The gravest restriction of which the status and the columns speak; words that are not understood are a condition."""
    spoken = [" ".join(each.lower().split()) for each in words]
    spoken = [each for each in spoken if not _NO_RESTRICTION.fullmatch(each)]
    spoken += [status.lower()] if re.search(r"suspen|condition|warning|restrict", status.lower()) else []
    if any(_SANCTION.search(each) for each in spoken):
        return Restriction.SANCTION
    return Restriction.CONDITIONS if spoken else Restriction.NONE


def day_in(words: str) -> date | None:
    """A day as 30/11/2026, 30 November 2026 or 2026-11-30; nothing when it is none of these."""
    plain = " ".join(words.lower().split())
    if found := _ISO.fullmatch(plain):
        year, month, day = found[1], int(found[2]), found[3]
    elif found := _NUMERIC.fullmatch(plain):
        day, month, year = found[1], int(found[2]), found[3]
    elif (found := _WRITTEN.fullmatch(plain)) and found[2][:3] in _MONTHS:
        day, month, year = found[1], _MONTHS.index(found[2][:3]) + 1, found[3]
    else:
        return None
    try:
        found_on = date(int(year), month, int(day))
    except ValueError:
        return None
    return found_on if found_on.year in _YEARS else None
