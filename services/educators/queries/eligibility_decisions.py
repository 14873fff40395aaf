"""Eligibility decisions that were kept, for those who may see the educator whole."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.educators.models.educators import Educator
from services.educators.models.eligibility_decisions import EligibilityDecision
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.errors import NotFound
from shared.http.lists import Filtered, equal

LINES = Filtered(
    select(
        EligibilityDecision.id,
        EligibilityDecision.educator_id,
        EligibilityDecision.placement_id,
        EligibilityDecision.outcome,
        EligibilityDecision.decided_at,
        EligibilityDecision.decided_for,
    )
    .join(Educator, Educator.id == EligibilityDecision.educator_id)
    .where(EDUCATORS, WHOLE),
    EligibilityDecision.id,
    **equal(EligibilityDecision.educator_id, EligibilityDecision.placement_id),
)
"""The decisions, the oldest first."""

_DOCUMENT = (
    select(EligibilityDecision.document)
    .join(Educator, Educator.id == EligibilityDecision.educator_id)
    .where(EDUCATORS, WHOLE, EligibilityDecision.id == bindparam("p_id"))
)


async def document(connection: AsyncConnection, binds: Mapping[str, object], decision_id: UUID) -> str:
    """A decision as it was given, byte for byte."""
    found = (await connection.execute(_DOCUMENT, {**binds, "p_id": decision_id})).scalar_one_or_none()
    if found is None:
        raise NotFound("decision")
    return str(found)
