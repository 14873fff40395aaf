"""The register: who is current, and who will lapse when, as it was last computed."""

from functools import cache

from sqlalchemy import Date, bindparam, case, cast, func, select

from services.educators.domain.codes import CurrencyStatus
from services.educators.models.educators import Educator
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.http.reading import Statement, listing

_LINE = select(
    Educator.id,
    Educator.organisation_id,
    Educator.mode,
    Educator.peps_stage,
    Educator.currency_status.label("status"),
    case((WHOLE, Educator.full_name)).label("full_name"),
    case((WHOLE, Educator.currency_basis)).label("basis"),
    case((WHOLE, Educator.current_until)).label("current_until"),
    Educator.currency_checked_on.label("as_at"),
).where(EDUCATORS)

_FILTERS = {
    "status": Educator.currency_status == bindparam("status"),
    "organisation_id": Educator.organisation_id == bindparam("organisation_id"),
    "peps_stage": Educator.peps_stage == bindparam("peps_stage"),
}


@cache
def listed_by(*filters: str) -> Statement:
    """The register narrowed by the named filters."""
    return listing(_LINE.where(*(_FILTERS[name] for name in filters)), Educator.id)


STATUSES = (
    select(Educator.currency_status, func.count().label("educators"))
    .where(EDUCATORS, WHOLE)
    .group_by(Educator.currency_status)
)
"""How many of the caller's educators have each status."""

_today = bindparam("today", type_=Date())
_month = cast(func.date_trunc("month", func.greatest(Educator.current_until, _today)), Date())

LAPSES = (
    select(_month.label("month"), func.count().label("lapsing"))
    .where(
        EDUCATORS,
        WHOLE,
        Educator.currency_status.in_([CurrencyStatus.CURRENT.value, CurrencyStatus.EXPIRING.value]),
        Educator.current_until < bindparam("before", type_=Date()),
    )
    .group_by("month")
    .order_by("month")
)
"""How many of the caller's educators are current until a day of each month; those in their CPD's grace count now."""
