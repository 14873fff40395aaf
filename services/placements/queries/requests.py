"""Reading requests. What is sensitive in them needs a scope of its own, except for the student whose request it is."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    SQLColumnExpression,
    bindparam,
    case,
    cast,
    func,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.visibility import PERSON, REQUESTS
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

SENSITIVE = bindparam("p_sensitive", type_=Boolean())
"""Whether the caller may see what is sensitive about students."""


def _discreet(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    return case((or_(SENSITIVE, Request.student_id == PERSON), column), else_=null())


def _london_day(instant: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    return cast(func.timezone("Europe/London", instant), Date())


_VISIBLE = (
    select(
        Request.id,
        Request.round_id,
        Request.student_id,
        Request.placement_level,
        Request.preferences,
        _discreet(func.json_build_object("latitude", Request.latitude, "longitude", Request.longitude)).label(
            "home"
        ),
        Request.can_drive,
        Request.max_travel_minutes,
        _discreet(Request.adjustments).label("adjustments"),
        Request.clearances,
        _discreet(Request.conflicts).label("conflicts"),
        Request.previous,
        Request.status,
        Request.status_reason,
        Request.deferred_to_request_id,
        (_london_day(Request.created_at) > Round.preference_deadline_on).label("arrived_late"),
        external_ids_of("request", Request.id).label("external_ids"),
        Request.updated_at,
        Request.version,
    )
    .join(Round, Round.id == Request.round_id)
    .where(REQUESTS)
)

SINGLE = _VISIBLE.where(Request.id == bindparam("id"))
"""One request the caller sees."""

LIST = Filtered(_VISIBLE, Request.id, **equal(Request.round_id, Request.student_id, Request.status))
"""The requests the caller sees."""


async def levels_of(session: AsyncSession, tenant: UUID, rounds: Collection[UUID]) -> dict[UUID, str]:
    """The placement level of each of these rounds."""
    statement = select(Round.id, Round.placement_level).where(
        Round.partnership_id == tenant, Round.id.in_(list(rounds))
    )
    return {row[0]: row[1] for row in await session.execute(statement)} if rounds else {}


async def hold_round_of_request(session: AsyncSession, tenant: UUID, request_id: UUID) -> Round:
    """The round of a request, locked: whatever changes who is to be placed in it waits for its turn."""
    statement = (
        select(Round)
        .join(Request, Request.round_id == Round.id)
        .where(Request.partnership_id == tenant, Request.id == request_id)
        .with_for_update(of=Round)
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("request")
    return found


async def profiles_of(
    session: AsyncSession, tenant: UUID, settings: Collection[UUID]
) -> dict[str, Mapping[str, Any]]:
    """What having been in each of these settings means for a next placement: organisation, directorate, statutory or not."""
    statement = select(Setting.id, Setting.organisation_id, Setting.directorate, Setting.is_statutory).where(
        Setting.partnership_id == tenant, Setting.id.in_(list(settings))
    )
    rows = await session.execute(statement) if settings else ()
    return {
        str(id_): {
            "organisation_id": str(organisation),
            "directorate": directorate,
            "is_statutory": statutory,
        }
        for id_, organisation, directorate, statutory in rows
    }


async def of_students(
    session: AsyncSession, tenant: UUID, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], UUID]:
    """The requests of these (round, student) pairs."""
    statement = select(Request.round_id, Request.student_id, Request.id).where(
        Request.partnership_id == tenant, tuple_(Request.round_id, Request.student_id).in_(list(pairs))
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)} if pairs else {}
