"""Who takes part in CPD across the partners: counted by organisation and by kind."""

from sqlalchemy import Date, bindparam, distinct, func, or_, select, tuple_

from services.educators.models.cpd import CpdActivity, CpdBooking
from services.educators.models.educators import Educator
from services.educators.queries.visibility import OF_ACTIVITY, ORGANISATION, PARTNERSHIP, WIDE

_SEEN = or_(WIDE, CpdBooking.organisation_id == ORGANISATION).is_(True)
_DAYS = CpdBooking.attended_on.between(bindparam("from_day", type_=Date()), bindparam("to_day", type_=Date()))

PARTICIPATION = (
    select(
        CpdBooking.organisation_id,
        CpdActivity.kind,
        func.count().label("n"),
        func.count(distinct(CpdBooking.activity_id)).label("activities"),
        func.count(distinct(CpdBooking.educator_id)).label("educators"),
        func.sum(CpdActivity.hours).label("hours"),
        func.sum(CpdBooking.price_pence).label("spend_pence"),
    )
    .join(CpdActivity, OF_ACTIVITY)
    .where(CpdBooking.partnership_id == PARTNERSHIP, _SEEN, _DAYS)
    .group_by(
        func.grouping_sets(
            tuple_(CpdBooking.organisation_id, CpdActivity.kind), tuple_(CpdBooking.organisation_id)
        )
    )
    .order_by(CpdBooking.organisation_id, CpdActivity.kind.nulls_first())
)
"""Attendances by organisation and kind, and (without a kind) by organisation."""

STRENGTH = (
    select(Educator.organisation_id, func.count().label("educators"))
    .where(
        Educator.partnership_id == PARTNERSHIP, or_(WIDE, Educator.organisation_id == ORGANISATION).is_(True)
    )
    .group_by(Educator.organisation_id)
)
"""How many educators each organisation has."""
