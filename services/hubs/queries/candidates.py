"""Reading candidates: placements whose students belong in a hub."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.hubs.domain.hubs import RUNNING, Level
from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Membership
from services.hubs.queries.visibility import CANDIDATES
from shared.http.lists import Filtered, equal

_HUB = (
    select(Membership.hub_id)
    .where(Membership.placement_id == Candidate.placement_id, Membership.ended_on.is_(None))
    .scalar_subquery()
)

_VISIBLE = select(
    Candidate.id,
    Candidate.placement_id,
    func.json_build_object(
        "id",
        Candidate.student_id,
        "full_name",
        Candidate.student_name,
        "external_ids",
        Candidate.student_external_ids,
    ).label("student"),
    Candidate.university_id,
    Candidate.organisation_id,
    func.json_build_object("id", Candidate.setting_id, "name", Candidate.setting_name).label("setting"),
    Candidate.educator_id,
    Candidate.programme_id,
    Candidate.placement_level,
    Candidate.status,
    Candidate.starts_on,
    Candidate.ends_on,
    Candidate.weekdays,
    func.json_build_object(
        "name",
        Candidate.locality,
        "service_area",
        Candidate.service_area,
        "latitude",
        Candidate.latitude,
        "longitude",
        Candidate.longitude,
    ).label("locality"),
    _HUB.label("hub_id"),
    Candidate.why,
    Candidate.updated_at,
    Candidate.version,
).where(CANDIDATES)

SINGLE = _VISIBLE.where(Candidate.id == bindparam("id", type_=Uuid()))
"""One candidate the caller sees."""

LIST = Filtered(
    _VISIBLE,
    Candidate.id,
    **equal(Candidate.status),
    **equal(Candidate.student_id),
    **equal(Candidate.placement_id),
    **equal(Candidate.university_id),
    **equal(Candidate.placement_level),
    has_hub=_HUB.is_not(None) == bindparam("has_hub"),
)
"""The candidates the caller sees."""


async def hold_visible(
    session: AsyncSession, binds: dict[str, object], candidate_id: UUID
) -> Candidate | None:
    """A candidate the caller sees, locked until the transaction ends."""
    statement = (
        select(Candidate).where(CANDIDATES, Candidate.id == candidate_id).with_for_update(key_share=True)
    )
    return (await session.execute(statement, binds)).scalar_one_or_none()


async def hold_candidate(session: AsyncSession, tenant: UUID, placement_id: UUID) -> Candidate | None:
    """The candidate of a placement, locked until the transaction ends; None when it is none."""
    statement = (
        select(Candidate)
        .where(Candidate.partnership_id == tenant, Candidate.placement_id == placement_id)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def hold_without_hub(session: AsyncSession, tenant: UUID, today: date) -> Sequence[Candidate]:
    """The candidates whose placement runs or is to run and who have no hub, locked, in the order they came.

    Nobody tells when a first year in employment is over: its last day does.
    """
    has_one = select(Membership.placement_id).where(
        Membership.partnership_id == tenant, Membership.ended_on.is_(None)
    )
    statement = (
        select(Candidate)
        .where(
            Candidate.partnership_id == tenant,
            Candidate.status.in_(sorted(RUNNING)),
            or_(Candidate.placement_level != Level.ASYE.value, Candidate.ends_on >= today),
            Candidate.placement_id.not_in(has_one),
        )
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_candidates(
    session: AsyncSession, tenant: UUID, placement_ids: Collection[UUID]
) -> Sequence[Candidate]:
    """The candidates of these placements, locked, in the order they came."""
    statement = (
        select(Candidate)
        .where(Candidate.partnership_id == tenant, Candidate.placement_id.in_(list(placement_ids)))
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_of_student(session: AsyncSession, tenant: UUID, student_id: UUID) -> Sequence[Candidate]:
    """All candidates that are placements of this student, locked."""
    statement = (
        select(Candidate)
        .where(Candidate.partnership_id == tenant, Candidate.student_id == student_id)
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalars().all()


async def is_candidate(connection: AsyncConnection, tenant: UUID, student_id: UUID) -> bool:
    """Whether this service knows the student at all."""
    statement = select(Candidate.id).where(
        Candidate.partnership_id == tenant, Candidate.student_id == student_id
    )
    return (await connection.execute(statement.limit(1))).scalar_one_or_none() is not None
