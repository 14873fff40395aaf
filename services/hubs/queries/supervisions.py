"""Reading facilitators' own supervision, and who is due."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Uuid, bindparam, cast, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from services.hubs.domain.supervisions import EVERY
from services.hubs.models.hubs import Hub
from services.hubs.models.supervisions import FacilitatorSupervision
from services.hubs.queries.visibility import PARTNERSHIP, PERSON, SUPERVISIONS, WIDE
from shared.http.lists import Filtered, equal

_VISIBLE = select(
    FacilitatorSupervision.id,
    FacilitatorSupervision.facilitator_person_id,
    FacilitatorSupervision.supervisor_person_id,
    FacilitatorSupervision.held_on,
    FacilitatorSupervision.minutes,
    FacilitatorSupervision.updated_at,
    FacilitatorSupervision.version,
).where(SUPERVISIONS)

SINGLE = _VISIBLE.where(FacilitatorSupervision.id == bindparam("id", type_=Uuid()))
"""One supervision the caller sees."""

LIST = Filtered(
    _VISIBLE,
    FacilitatorSupervision.id,
    **equal(FacilitatorSupervision.facilitator_person_id),
)
"""The supervisions the caller sees."""

_TODAY = bindparam("today", type_=Date())
_last = (
    select(
        FacilitatorSupervision.facilitator_person_id,
        func.max(FacilitatorSupervision.held_on).label("held_on"),
    )
    .where(FacilitatorSupervision.partnership_id == PARTNERSHIP)
    .group_by(FacilitatorSupervision.facilitator_person_id)
    .cte("last")
)


def _led_by(person: InstrumentedAttribute[UUID | None]) -> Select[UUID | None, date]:
    """The hubs that are not over, each with one of those who share the job."""
    return select(person.label("person_id"), Hub.starts_on).where(
        Hub.partnership_id == PARTNERSHIP,
        person.is_not(None),
        or_(Hub.ends_on.is_(None), Hub.ends_on >= _TODAY),
        or_(WIDE, person == PERSON),
    )


_led = union_all(_led_by(Hub.facilitator_person_id), _led_by(Hub.co_facilitator_person_id)).subquery("led")
_due_on = cast(func.greatest(func.min(_led.c.starts_on), func.max(_last.c.held_on)) + EVERY.days, Date)
_who = (
    select(
        _led.c.person_id.label("facilitator_person_id"),
        func.count().label("hubs"),
        func.max(_last.c.held_on).label("last_on"),
        _due_on.label("due_on"),
    )
    .outerjoin(_last, _last.c.facilitator_person_id == _led.c.person_id)
    .group_by(_led.c.person_id)
    .cte("who")
)
_overdue = _who.c.due_on < _TODAY

DUE = (
    select(
        _who.c.facilitator_person_id.label("id"),
        _who.c.hubs,
        _who.c.last_on,
        _who.c.due_on,
        _overdue.label("overdue"),
    )
    .where(_who.c.facilitator_person_id > bindparam("p_after", type_=Uuid()))
    .order_by(_who.c.facilitator_person_id)
    .limit(bindparam("p_limit", type_=Integer()))
)
"""Each facilitator of a hub that is not over, when they last had supervision, and when the next is due. One page."""

OVERDUE = DUE.where(_overdue)
"""Only those whose day has passed."""
