"""A concern about a setting is linked to the other placements there, and can be seen from each of them."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import ConcernLevel, PlacementStatus
from services.placements.queries.concerns import refuse_invisible_concern
from services.placements.queries.setting_concerns import AROUND, LINKED
from services.placements.queries.signals import refuse_invisible_placement
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire, like

router = APIRouter(prefix="/v1", tags=["concerns"])


class LinkedPlacement(Wire):
    """Another placement in the setting that a concern is about, and the concern that is open about it, if there is one."""

    model_config = like(
        placement_id=SAMPLE_ID,
        setting_id=SAMPLE_ID,
        status="active",
        concern_id=SAMPLE_ID,
        case_number="PC-2026-000124",
        level="early_conversation",
    )

    placement_id: UUID
    setting_id: UUID
    status: PlacementStatus
    concern_id: UUID | None
    case_number: str | None
    level: ConcernLevel | None


class SettingConcern(Wire):
    """An open concern about the setting, opened at another placement there."""

    model_config = like(
        concern_id=SAMPLE_ID,
        case_number=None,
        setting_id=SAMPLE_ID,
        level="stage_one",
        opened_at="2026-10-12T09:00:00Z",
    )

    concern_id: UUID
    case_number: str | None
    """Null for those to whom the case itself is not visible."""
    setting_id: UUID
    level: ConcernLevel
    opened_at: Instant


_LINKED = TypeAdapter(list[LinkedPlacement])
_AROUND = TypeAdapter(list[SettingConcern])


@router.get(
    "/concerns/{concern_id}/linked-placements",
    operation_id="list_linked_placements",
    response_model=Page[LinkedPlacement],
)
async def list_linked_placements(
    concern_id: Id, call: ListCall, wired: Wired, principal: ConcernReader
) -> Response:
    """The other placements under way in the setting, of those the caller sees. Only a concern about a setting has any."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await refuse_invisible_concern(connection, binds, concern_id)
    filters = {"concern_id": concern_id}
    return await page(call, wired.db, LINKED, binds, _LINKED, filters=filters, key="placement_id")


@router.get(
    "/placements/{placement_id}/setting-concerns",
    operation_id="list_setting_concerns",
    response_model=Page[SettingConcern],
)
async def list_setting_concerns(
    placement_id: Id, call: ListCall, wired: Wired, principal: ConcernReader
) -> Response:
    """What was opened about the placement's setting at other placements there. Of those, students see nothing."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await refuse_invisible_placement(connection, binds, placement_id)
    filters = {"placement_id": placement_id}
    return await page(call, wired.db, AROUND, binds, _AROUND, filters=filters, key="concern_id")
