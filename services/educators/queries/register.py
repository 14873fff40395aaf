"""The register: who is current, who will lapse when, and who has had no student for long, as it was last computed."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.educators.domain.codes import PepsStage, WaiverState
from services.educators.domain.lapse import LapseCause
from services.educators.models.educators import Educator
from services.educators.models.waivers import Waiver
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.http.lists import Filtered, equal
from shared.http.reading import Statement


def _whole(column: Any) -> ColumnElement[Any]:
    """What only the educator, their organisation and the office may see; null to others."""
    return case((WHOLE, column)).label(column.key)


_TODAY = bindparam("today", type_=Date())
_waiver = func.json_build_object(
    "id",
    Waiver.id,
    "rule_code",
    Waiver.rule_code,
    "placement_id",
    Waiver.placement_id,
    "expires_on",
    Waiver.expires_on,
)
_WAIVERS = (
    select(func.json_agg(aggregate_order_by(_waiver, Waiver.id)))
    .where(
        Waiver.educator_id == Educator.id,
        Waiver.state == WaiverState.APPROVED.value,
        Waiver.expires_on >= _TODAY,
    )
    .correlate(Educator)
    .scalar_subquery()
)
_waivers = func.coalesce(case((WHOLE, _WAIVERS)), func.json_build_array())

_LINE = (
    select(
        Educator.id,
        Educator.organisation_id,
        Educator.mode,
        Educator.peps_stage,
        Educator.currency_status.label("status"),
        _whole(Educator.full_name),
        _whole(Educator.directorate),
        _whole(Educator.locality),
        case((WHOLE, Educator.currency_basis)).label("basis"),
        _whole(Educator.current_until),
        _whole(Educator.lapses_on),
        _whole(Educator.lapses_by),
        _whole(Educator.last_student_on),
        _waivers.label("waivers"),
        Educator.currency_checked_on.label("as_at"),
    )
    .select_from(Educator)
    .where(EDUCATORS)
)

_SEEN = equal(Educator.organisation_id, Educator.peps_stage, Educator.mode)
_OWN = {
    name: and_(WHOLE, condition) for name, condition in equal(Educator.directorate, Educator.locality).items()
}
_FILTERS = {"status": Educator.currency_status == bindparam("status"), **_SEEN, **_OWN}

LIST = Filtered(_LINE, Educator.id, **_FILTERS)
"""The register. Of another organisation's educators only what matching needs is shown, and can be searched by."""

EXPORT = Filtered(
    _LINE.add_columns(
        _whole(Educator.social_work_england_number),
        _whole(Educator.employment),
        _whole(Educator.qualified_on),
        _whole(Educator.max_concurrent),
    ),
    Educator.id,
    **_FILTERS,
)
"""The register with all that is known of each line, to be taken away."""

WITHOUT_STUDENT = Filtered(
    _LINE.where(
        WHOLE,
        Educator.peps_stage != PepsStage.NONE.value,
        or_(
            Educator.last_student_on.is_(None),
            Educator.last_student_on <= bindparam("idle_since", type_=Date()),
        ),
    ),
    Educator.id,
    **equal(Educator.organisation_id),
)
"""The caller's practice educators, in training included, who had no student after a day, or never had one."""

_FIRST, _BEFORE = bindparam("first", type_=Date()), bindparam("before", type_=Date())

LAPSING = Filtered(
    _LINE.where(WHOLE, Educator.lapses_on >= _FIRST, Educator.lapses_on < _BEFORE),
    Educator.id,
    **equal(Educator.organisation_id),
)
"""The caller's educators who lapse from the `first` day on and `before` another unless new evidence comes."""

_month = cast(func.date_trunc("month", func.greatest(Educator.lapses_on, _FIRST)), Date())

LAPSES = (
    select(
        _month.label("month"),
        func.count().label("lapsing"),
        func.count().filter(Educator.lapses_by == LapseCause.PRACTICE.value).label("by_practice"),
        func.count().filter(Educator.lapses_by == LapseCause.CPD.value).label("by_cpd"),
    )
    .where(EDUCATORS, WHOLE, Educator.lapses_on < _BEFORE)
    .group_by("month")
    .order_by("month")
)
"""How many of the caller's educators lapse in each month from the `first` day on, and for want of what."""

STATUSES = (
    select(Educator.currency_status, func.count().label("educators"))
    .where(EDUCATORS, WHOLE)
    .group_by(Educator.currency_status)
)
"""How many of the caller's educators have each status."""

_DIMENSIONS: Mapping[str, SQLColumnExpression[Any]] = {
    "status": Educator.currency_status,
    "organisation_id": cast(Educator.organisation_id, Text()),
    "directorate": Educator.directorate,
    "peps_stage": Educator.peps_stage,
    "locality": Educator.locality,
    "mode": Educator.mode,
}


@cache
def counted_by(*filters: str) -> Statement:
    """How many of the caller's educators there are by each dimension, narrowed by the named filters.

    A row is a dimension, a value of it, and a number.
    """
    columns = list(_DIMENSIONS.values())
    named = [(func.grouping(column) == 0, literal(name)) for name, column in _DIMENSIONS.items()]
    valued = [(func.grouping(column) == 0, column) for column in columns]
    return (
        select(
            case(*named).label("dimension"),
            case(*valued).label("value"),
            func.count().label("educators"),
        )
        .where(EDUCATORS, WHOLE, *(_FILTERS[name] for name in filters))
        .group_by(func.grouping_sets(*columns))
        .order_by("dimension", func.count().desc(), "value")
    )
