"""Quality issues over HTTP: raising, reading, agreeing anew, and resolving."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Monitor, Reader, Wired
from services.placements.api.quality_issue_shapes import IssueIn, IssuePatch, IssueView, ResolutionIn, raising
from services.placements.api.resources import Id
from services.placements.domain.quality_issues import IssueStatus
from services.placements.operations import quality_issues
from services.placements.operations.lifecycle import Actor
from services.placements.queries import quality_issues as reading
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Page
from shared.http.writing import IfMatch, Key, answer, created

router = APIRouter(prefix="/v1", tags=["quality issues"])

_ONE, _MANY = TypeAdapter(IssueView), TypeAdapter(list[IssueView])


@router.get("/quality-issues", operation_id="list_quality_issues", response_model=Page[IssueView])
async def list_quality_issues(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    call: ListCall,
    wired: Wired,
    principal: Reader,
    setting_id: Annotated[UUID | None, Query(description="Only those of this setting.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only those of this placement.")] = None,
    status: Annotated[IssueStatus | None, Query(description="Only those in this status.")] = None,
    owner: Annotated[UUID | None, Query(description="Only those this person is to put right.")] = None,
) -> Response:
    """What is to be put right, or was."""
    asked = {"setting_id": setting_id, "placement_id": placement_id, "status": status, "owner": owner}
    given = {name: value for name, value in asked.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _MANY, filters=given)


@router.get("/quality-issues/{issue_id}", operation_id="get_quality_issue", response_model=IssueView)
async def get_quality_issue(issue_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One quality issue."""
    binds = {**reader(principal), "id": issue_id}
    return await single(call, wired.db, reading.SINGLE, binds, _ONE, "quality issue")


@router.post(
    "/placements/{placement_id}/quality-issues",
    operation_id="raise_quality_issue",
    response_model=IssueView,
    status_code=201,
)
async def raise_quality_issue(
    placement_id: Id, body: IssueIn, wired: Wired, principal: Monitor, key: Key
) -> Response:
    """Raise a quality issue between two reviews; it is carried to the next one until it is resolved."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        quality_issues.expect_may_raise(actor)
        (made,) = await quality_issues.raise_issues(
            session, placement, [raising(body)], actor, pointer="", now=wired.clock.now()
        )
        return await key.keep(
            session, created(IssueView.model_validate(made), f"/v1/quality-issues/{made.id}", version=1)
        )


@router.patch("/quality-issues/{issue_id}", operation_id="change_quality_issue", response_model=IssueView)
async def change_quality_issue(
    issue_id: Id, body: IssuePatch, wired: Wired, principal: Monitor, seen: IfMatch
) -> Response:
    """Give it to somebody else, or agree another day while the present one has not passed."""
    async with wired.db.begin() as session:
        held = await reading.hold_visible_issue(session, reader(principal), issue_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, held.placement))
        values = body.model_dump(exclude_unset=True)
        await quality_issues.change(session, held, values, actor, now=wired.clock.now())
        return answer(IssueView.model_validate(held.issue), version=held.issue.version)


@router.post(
    "/quality-issues/{issue_id}/resolution", operation_id="close_quality_issue", response_model=IssueView
)
async def close_quality_issue(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    issue_id: Id, body: ResolutionIn, wired: Wired, principal: Monitor, key: Key, seen: IfMatch
) -> Response:
    """Say that it was put right, and how. It is not carried to another review any more."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        held = await reading.hold_visible_issue(session, reader(principal), issue_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, held.placement))
        await quality_issues.resolve(
            session, held, body.resolution, actor, person_id=principal.person_id, now=wired.clock.now()
        )
        return await key.keep(
            session, answer(IssueView.model_validate(held.issue), version=held.issue.version)
        )
