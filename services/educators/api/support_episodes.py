"""Support episodes: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID, Days
from services.educators.domain.codes import EpisodeEnd, PlacementLevel, Source, SupportRole
from services.educators.models.evidence import SupportEpisode
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {
    "student_id": None,
    "placement_level": "final",
    "role": "educator_of_record",
    "started_on": "2025-10-06",
    "ended_on": "2026-04-30",
    "expected_end_on": None,
    "days": 100,
    "planned_days": 100,
    "midway_reported": True,
    "ending": "completed",
}


class SupportEpisodeFacts(Wire):
    """One student with the educator. `ended_on` is the last served day; without it the placement is running."""

    model_config = like(**_EXAMPLE)

    student_id: UUID | None = None
    """The student of the placements service, where that is known: nobody has one student twice on one day."""

    placement_level: PlacementLevel
    role: SupportRole = SupportRole.EDUCATOR_OF_RECORD
    started_on: Day
    ended_on: Day | None = None
    expected_end_on: Day | None = None
    """The planned last day of a placement that is running."""

    days: Days | None = None
    """Days served with this educator."""

    planned_days: Days | None = None
    """Days the placement has by plan; the usual number of its level when absent."""

    midway_reported: bool = False
    ending: EpisodeEnd | None = None


class SupportEpisodeView(SupportEpisodeFacts):
    """A student's stay, as it is on record."""

    model_config = like(
        id=SAMPLE_ID,
        created_at="2026-09-07T09:00:00Z",
        withdrawn_at=None,
        **_EXAMPLE,
        placement_id=None,
        source="reported",
    )

    id: UUID
    placement_id: UUID | None
    """The placement of the placements service it came from, if it came from there."""

    source: Source
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("support-episodes", SupportEpisode, SupportEpisodeView)


@router.get(
    "/educators/{educator_id}/support-episodes",
    operation_id="list_support_episodes",
    summary="Support episodes",
    response_model=Page[SupportEpisodeView],
)
async def list_support_episodes(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The students the educator supported, oldest record first. Placements of the placements service come by themselves."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/support-episodes",
    operation_id="create_support_episode",
    summary="Record a student",
    response_model=SupportEpisodeView,
    status_code=201,
)
async def create_support_episode(
    educator_id: EducatorId, body: SupportEpisodeFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a student's stay on record that the placements service does not know of."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, SupportEpisodeFacts)
