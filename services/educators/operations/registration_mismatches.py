"""A person decides about a line of the regulator's answer that could not be taken as it was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.regulator import MismatchStatus
from services.educators.operations.authors import Author
from services.educators.operations.registration_batches import NOT_FOUND, check_of
from services.educators.queries.educators import hold_educator
from services.educators.queries.registration_batches import hold_mismatch
from shared.calendar import london_day
from shared.errors import Conflict, InvalidState, StaleVersion


async def decide(
    session: AsyncSession,
    author: Author,
    place: tuple[UUID, UUID],
    *,
    accepted: bool,
    reason: str,
    decided_by: str,
    seen: int | None,
    now: datetime,
) -> None:
    """Accept what the register said as a check of the educator, or reject it. `place` is the batch and the mismatch.

    To accept that somebody is missing from the answer records them as not registered.
    """
    mismatch, batch = await hold_mismatch(session, author.binds(), *place)
    if seen is not None and seen != mismatch.version:
        raise StaleVersion
    if mismatch.status != MismatchStatus.OPEN:
        raise InvalidState("mismatch", mismatch.status, ())
    if accepted:
        if mismatch.educator_id is None:
            words = (
                "No educator of the register has this number, so there is nobody to record it for. Reject it."
            )
            raise Conflict("nobody_has_this_number", words)
        educator = await hold_educator(session, author.tenant, mismatch.educator_id)
        author.expect_may_write(educator)
        checked_on = batch.checked_on or london_day(now)
        session.add(check_of(educator, mismatch.found or NOT_FOUND, checked_on, now))
    mismatch.status = MismatchStatus.ACCEPTED if accepted else MismatchStatus.REJECTED
    mismatch.reason = reason
    mismatch.decided_by = decided_by
    mismatch.decided_at = now
    mismatch.version += 1
    mismatch.updated_at = now
    await session.flush()
