"""Escalation policies: reading which ones a partnership has, and the default."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.shapes import SAMPLE_ID, like
from services.placements.queries.escalation_policies import ESCALATION_POLICIES
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire

router = APIRouter(prefix="/v1", tags=["escalation policies"])


class EscalationPolicyView(Wire):
    """One version of a policy: what counts how much, who owns which level, what is due when, and who is told."""

    model_config = like(
        id=SAMPLE_ID,
        name="struggling_placement_policy",
        number=2,
        is_default=True,
        effective_from="2026-09-01T00:00:00Z",
        policy={"opening_points": 3, "signals_expire_after": 20},
    )

    id: UUID
    name: str
    number: int
    """Its version. A version never changes once it is here."""
    is_default: bool
    """Shipped with the service, for partnerships without a policy of their own."""
    effective_from: Instant
    policy: dict[str, Any]
    """All of it, as data."""


_MANY = TypeAdapter(list[EscalationPolicyView])


@router.get(
    "/escalation-policies",
    operation_id="list_escalation_policies",
    response_model=Page[EscalationPolicyView],
)
async def list_escalation_policies(call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """The policies the partnership has or had, and the default. A concern keeps the one with which it was opened."""
    return await page(call, wired.db, ESCALATION_POLICIES, reader(principal), _MANY, filters={})
