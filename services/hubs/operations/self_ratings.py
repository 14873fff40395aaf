"""Members rate themselves; nobody else does, and nobody else reads a single rating."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.evaluation import Moment, Scale
from services.hubs.models.self_ratings import SelfRating
from services.hubs.operations.versions import overwrite
from services.hubs.queries.memberships import hold_membership
from services.hubs.queries.self_ratings import rating_of
from shared.errors import NotFound
from shared.ids import new_id


async def rate(
    session: AsyncSession,
    membership: tuple[UUID, UUID],
    person_id: UUID | None,
    moment: Moment,
    ratings: Mapping[Scale, int],
    *,
    may_change: Callable[[int], None],
    now: datetime,
) -> SelfRating:
    """Make a member's ratings at one moment say this; `membership` is its partnership and id. The same again changes nothing.

    `NotFound` for everybody but the member: whether somebody rated themselves is nobody else's business.
    """
    tenant, membership_id = membership
    member = await hold_membership(session, tenant, membership_id)
    if member is None or member.student_id != person_id:
        raise NotFound("membership")
    values = {scale.value: rating for scale, rating in sorted(ratings.items())}
    row = await rating_of(session, membership_id, moment)
    if row is None:
        row = SelfRating(
            id=new_id(),
            partnership_id=tenant,
            membership_id=membership_id,
            moment=moment.value,
            ratings=values,
            version=1,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
    elif row.ratings != values:
        may_change(row.version)
        overwrite(row, {"ratings": values}, now)
    await session.flush()
    return row
