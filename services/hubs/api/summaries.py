"""Summaries: what the facilitator tells members and their educators after a session. Themes, never who said what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Domains, Id, like
from services.hubs.operations.authors import Author
from services.hubs.operations.summaries import write
from services.hubs.queries import sessions as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Instant, LongText, Name, Wire
from shared.http.writing import IfMatchWhenChanging, answer

router = APIRouter(prefix="/v1", tags=["summaries"])

Texts = Annotated[list[Name], Field(max_length=20)]
"""Short texts."""

_EXAMPLE = {
    "themes": ["Endings with families", "Supervision as a place to think"],
    "pcf_domains": ["critical_reflection_and_analysis"],
    "resources": ["Genogram worksheet"],
    "affirmation": "Everybody brought an example. Thank you.",
    "next_session": "Strengths-based assessment; bring one question.",
}


class SummaryDraft(Wire):
    """What is told after a session."""

    model_config = like(**_EXAMPLE)

    themes: Texts = Field(default_factory=list)
    pcf_domains: Domains = Field(default_factory=list)
    resources: Texts = Field(default_factory=list)
    affirmation: LongText | None = None
    next_session: LongText | None = None


class SummaryView(SummaryDraft):
    """What was told after a session."""

    model_config = like(session_id=SAMPLE_ID, **_EXAMPLE, updated_at=SAMPLE_AT)

    session_id: UUID
    updated_at: Instant


_one = TypeAdapter(SummaryView)


@router.get(
    "/sessions/{session_id}/summary",
    operation_id="get_summary",
    summary="A session's summary",
    response_model=SummaryView,
)
async def get_summary(session_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """What the facilitator told after the session."""
    binds = {**reader(principal), "id": session_id}
    return await single(call, wired.db, reading.SUMMARY, binds, _one, "summary")


@router.put(
    "/sessions/{session_id}/summary",
    operation_id="write_summary",
    summary="Write a session's summary",
    response_model=SummaryView,
)
async def write_summary(
    session_id: Id, body: SummaryDraft, wired: Wired, principal: Writer, may_change: IfMatchWhenChanging
) -> Response:
    """Write the summary of a session, or change it (with If-Match). The same body again changes nothing."""
    binds, author = reader(principal), Author.of(principal)
    async with wired.db.begin() as session:
        held, hub = await reading.hold_visible(session, binds, session_id)
        author.must_lead(hub)
        values = body.model_dump(mode="json")
        await write(session, held, values, wired.clock.now(), may_change=may_change)
        columns = await seen_within(session, reading.SUMMARY, {**binds, "id": session_id}, "summary")
        version = columns.pop("version")
        return answer(_one.validate_python(columns), version=version)
