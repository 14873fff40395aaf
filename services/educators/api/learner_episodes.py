"""Learner episodes: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.codes import LearnerKind, Source
from services.educators.models.evidence import LearnerEpisode
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {
    "learner_kind": "asye",
    "started_on": "2025-09-01",
    "ended_on": "2026-08-31",
    "assessed_against_pcf": True,
}


class LearnerEpisodeFacts(Wire):
    """One other professional social work learner with the educator."""

    model_config = like(**_EXAMPLE)

    learner_kind: LearnerKind
    started_on: Day
    ended_on: Day | None = None
    assessed_against_pcf: bool = True
    """Only a learner assessed against the PCF counts for route B."""


class LearnerEpisodeView(LearnerEpisodeFacts):
    """A learner's stay, as it is on record."""

    model_config = like(
        id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE, source="reported"
    )

    id: UUID
    source: Source
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("learner-episodes", LearnerEpisode, LearnerEpisodeView)


@router.get(
    "/educators/{educator_id}/learner-episodes",
    operation_id="list_learner_episodes",
    summary="Learner episodes",
    response_model=Page[LearnerEpisodeView],
)
async def list_learner_episodes(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The other learners the educator assessed, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/learner-episodes",
    operation_id="create_learner_episode",
    summary="Record another learner",
    response_model=LearnerEpisodeView,
    status_code=201,
)
async def create_learner_episode(
    educator_id: EducatorId, body: LearnerEpisodeFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put another professional learner on record."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, LearnerEpisodeFacts)
