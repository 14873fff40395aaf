"""Facilitators' own supervision, noted by themselves, their supervisor or the office."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.messages import SupervisionRecorded
from services.hubs.models.supervisions import FacilitatorSupervision
from services.hubs.operations.authors import Author
from shared.calendar import london_day
from shared.errors import Fault, Forbidden, Invalid
from shared.events.outbox import publish
from shared.ids import new_id


async def record(
    session: AsyncSession, author: Author, values: Mapping[str, Any], now: datetime
) -> FacilitatorSupervision:
    """Note that a facilitator had supervision. One a day: the database refuses a second."""
    named = {values["facilitator_person_id"], values["supervisor_person_id"]} - {None}
    if not author.arranges and author.person_id not in named:
        raise Forbidden("not_concerned", "The two who met note it, or the office.")
    faults = []
    if values["held_on"] > london_day(now):
        faults.append(Fault("/held_on", "in_the_future", "It is noted once it has happened."))
    if values["supervisor_person_id"] == values["facilitator_person_id"]:
        faults.append(Fault("/supervisor_person_id", "same_person", "Nobody supervises themselves."))
    if faults:
        raise Invalid(faults)
    supervision = FacilitatorSupervision(
        id=new_id(),
        partnership_id=author.tenant,
        recorded_by=author.subject,
        version=1,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(supervision)
    await session.flush()
    message = SupervisionRecorded(
        supervision_id=supervision.id,
        facilitator_person_id=supervision.facilitator_person_id,
        occurred_on=supervision.held_on,
    )
    await publish(session, message, partnership_id=author.tenant, subject=supervision.id, now=now)
    return supervision
