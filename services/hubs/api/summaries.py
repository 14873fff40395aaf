"""Summaries: what the facilitator tells members and their educators after a session. Themes, never who said what.

And the follow-up: a few words of the facilitator to all members.
"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Domains, Id
from services.hubs.domain.themes import Theme
from services.hubs.operations.authors import Author
from services.hubs.operations.summaries import follow_up, write
from services.hubs.queries import sessions as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, LongText, Name, Page, Wire, like
from shared.http.writing import IfMatchWhenChanging, Key, answer

router = APIRouter(prefix="/v1", tags=["summaries"])

Texts = Annotated[list[Name], Field(max_length=20)]
"""Short texts."""

_EXAMPLE = {
    "themes": ["endings", "use_of_supervision"],
    "pcf_domains": ["critical_reflection_and_analysis"],
    "resources": ["Genogram worksheet"],
    "resource_ids": [],
    "affirmation": "Everybody brought an example. Thank you.",
    "next_session": "Strengths-based assessment; bring one question.",
}


class SummaryDraft(Wire):
    """What is told after a session."""

    model_config = like(**_EXAMPLE)

    themes: Annotated[list[Theme], Field(max_length=24)] = Field(default_factory=list)
    pcf_domains: Domains = Field(default_factory=list)
    resources: Texts = Field(default_factory=list)
    """Titles of what is not in the resource bank."""

    resource_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    """Resources of the bank."""

    affirmation: LongText | None = None
    next_session: LongText | None = None


_VIEW = {
    "id": SAMPLE_ID,
    "session_id": SAMPLE_ID,
    "hub_id": OTHER_ID,
    "held_on": "2026-09-22",
    **_EXAMPLE,
    "updated_at": SAMPLE_AT,
}


class SummaryView(Wire):
    """What was told after a session."""

    model_config = like(**_VIEW)

    id: UUID
    session_id: UUID
    hub_id: UUID
    held_on: Day
    themes: Texts
    pcf_domains: Domains
    resources: Texts
    resource_ids: Annotated[list[UUID], Field(max_length=20)]
    affirmation: LongText | None
    next_session: LongText | None
    updated_at: Instant


class FollowUpDraft(Wire):
    """A few words to all members. Write to the group: nobody should be named in them."""

    model_config = like(text="Thank you for last week. The reading I promised is in the resource bank.")

    text: LongText


class FollowUpView(Wire):
    """How many were written to."""

    model_config = like(session_id=SAMPLE_ID, sent=7)

    session_id: UUID
    sent: int


_one = TypeAdapter(SummaryView)
_many = TypeAdapter(list[SummaryView])


@router.get(
    "/summaries",
    operation_id="list_summaries",
    summary="Summaries of sessions",
    response_model=Page[SummaryView],
)
async def list_summaries(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    hub_id: Annotated[UUID | None, Query(description="Only of this hub.")] = None,
    only_for: Annotated[
        Literal["me"] | None,
        Query(alias="for", description="`me`: only of the caller's own hub, or of their students' hubs."),
    ] = None,
) -> Response:
    """What facilitators told after the sessions the caller has to do with, in the order they were written."""
    filters: dict[str, object] = {} if hub_id is None else {"hub_id": hub_id}
    if only_for is not None:
        filters["mine"] = True
    return await page(
        call, wired.db, reading.SUMMARIES.by(filters), reader(principal), _many, filters=filters
    )


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
        author.must_lead(hub, covered_by=held.covered_by_person_id)
        values = body.model_dump(mode="json")
        await write(session, held, values, wired.clock.now(), may_change=may_change)
        columns = await seen_within(session, reading.SUMMARY, {**binds, "id": session_id}, "summary")
        version = columns.pop("version")
        return answer(_one.validate_python(columns), version=version)


@router.post(
    "/sessions/{session_id}/follow-ups",
    operation_id="create_follow_up",
    summary="Write to all members after a session",
    response_model=FollowUpView,
    status_code=201,
)
async def create_follow_up(
    session_id: Id, body: FollowUpDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Write to everybody who belonged to the hub on the day of the session; they find it in their inbox."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        held, hub = await reading.hold_visible(session, reader(principal), session_id)
        Author.of(principal).must_lead(hub, covered_by=held.covered_by_person_id)
        sent = await follow_up(session, held, body.text, wired.clock.now())
        return await key.keep(session, answer(FollowUpView(session_id=held.id, sent=sent), status=201))
