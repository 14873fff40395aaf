"""Proposals: what travels, and the routes for answering them."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.proposals import DeclineReason
from services.placements.domain.vocabulary import Party, ProposalStatus
from services.placements.operations import proposals
from services.placements.operations.authors import Author
from services.placements.queries import match_runs as reading
from services.placements.queries.match_runs import hold_proposal, hold_round_of_proposal
from services.placements.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, Page, Wire, like
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["matching"])


class ProposalView(Wire):
    """One student and one offer, waiting for two answers."""

    model_config = like(
        id=SAMPLE_ID,
        run_id=SAMPLE_ID,
        round_id=SAMPLE_ID,
        request_id=SAMPLE_ID,
        offer_id=SAMPLE_ID,
        student_id=SAMPLE_ID,
        university_id=SAMPLE_ID,
        organisation_id=SAMPLE_ID,
        setting_id=SAMPLE_ID,
        educator_id=SAMPLE_ID,
        preference_rank=1,
        outside_list=False,
        travel_minutes=25,
        status="published",
        host_answered_at=None,
        university_answered_at=None,
        declined_by=None,
        decline_reason=None,
        answer_due_at="2026-07-20T16:00:00Z",
        placement_id=None,
        repair_id=None,
        swap_id=None,
        closed_at=None,
        updated_at="2026-07-06T09:05:00Z",
    )

    id: UUID
    run_id: UUID
    round_id: UUID
    request_id: UUID
    offer_id: UUID
    student_id: UUID
    university_id: UUID
    organisation_id: UUID
    """The host."""
    setting_id: UUID
    educator_id: UUID | None
    preference_rank: int
    outside_list: bool
    """Whether the student did not ask for it; its rank is then one after the end of the list."""
    travel_minutes: int
    """One way, by the student's means."""
    status: ProposalStatus
    host_answered_at: Instant | None
    """When the host accepted."""
    university_answered_at: Instant | None
    """When the university accepted."""
    declined_by: Party | None
    decline_reason: DeclineReason | None
    answer_due_at: Instant | None
    placement_id: UUID | None
    """The placement it became, once both accepted."""

    repair_id: UUID | None
    """The repair that proposed it."""

    swap_id: UUID | None
    """The swap by hand that made it."""

    closed_at: Instant | None
    """When it was replaced or withdrawn."""
    updated_at: Instant


class AcceptanceIn(Wire):
    """Which side accepts."""

    model_config = like(party="host")

    party: Party


class DeclineIn(Wire):
    """Which side declines, and why."""

    model_config = like(party="host", reason_code="capacity_lost")

    party: Party
    reason_code: DeclineReason


_ONE = TypeAdapter(ProposalView)
_MANY = TypeAdapter(list[ProposalView])


@router.get("/proposals", operation_id="list_proposals", response_model=Page[ProposalView])
async def list_proposals(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    call: ListCall,
    wired: Wired,
    principal: Reader,
    round_id: Annotated[UUID | None, Query(description="Only proposals of this round.")] = None,
    status: Annotated[ProposalStatus | None, Query(description="Only proposals in this status.")] = None,
    organisation_id: Annotated[UUID | None, Query(description="Only this host's.")] = None,
    university_id: Annotated[UUID | None, Query(description="Only this university's.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only this student's.")] = None,
    answer_due_before: Annotated[
        Instant | None,
        Query(description="Only those to be answered before this; with `status=published`, what is overdue."),
    ] = None,
) -> Response:
    """The proposals the caller sees."""
    given = {
        "round_id": round_id,
        "status": status.value if status else None,
        "organisation_id": organisation_id,
        "university_id": university_id,
        "student_id": student_id,
        "answer_due_before": answer_due_before,
    }
    return await _page(call, wired, principal, given)


@router.get(
    "/match-runs/{run_id}/proposals",
    operation_id="list_match_run_proposals",
    response_model=Page[ProposalView],
)
async def list_match_run_proposals(run_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The places one run found."""
    return await _page(call, wired, principal, {"run_id": run_id})


@router.get("/proposals/{proposal_id}", operation_id="get_proposal", response_model=ProposalView)
async def get_proposal(proposal_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One proposal."""
    binds = {**reader(principal), "id": proposal_id}
    return await single(call, wired.db, reading.PROPOSAL, binds, _ONE, "proposal")


@router.post(
    "/proposals/{proposal_id}/acceptance", operation_id="accept_proposal", response_model=ProposalView
)
async def accept_proposal(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    proposal_id: Id, body: AcceptanceIn, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """One side accepts. When both have, the placement is put on record (`placement_id`), to be confirmed."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await hold_round_of_proposal(session, principal.tenant, proposal_id)
        proposal = await hold_proposal(session, reader(principal), proposal_id, seen=seen)
        now = wired.clock.now()
        await proposals.accept(session, proposal, body.party, author, by=principal.subject, now=now)
        return await key.keep(session, await _shown(session, principal, proposal_id))


@router.post("/proposals/{proposal_id}/decline", operation_id="decline_proposal", response_model=ProposalView)
async def decline_proposal(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    proposal_id: Id, body: DeclineIn, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """One side declines, with a coded reason."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await hold_round_of_proposal(session, principal.tenant, proposal_id)
        proposal = await hold_proposal(session, reader(principal), proposal_id, seen=seen)
        now = wired.clock.now()
        await proposals.decline(session, proposal, body.party, body.reason_code, author, now=now)
        return await key.keep(session, await _shown(session, principal, proposal_id))


async def _page(call: ListCall, wired: Wired, principal: Principal, given: Mapping[str, object]) -> Response:
    filters = {name: value for name, value in given.items() if value is not None}
    statement = reading.PROPOSAL_LIST.by(filters)
    return await page(call, wired.db, statement, reader(principal), _MANY, filters=filters)


async def _shown(session: Session, principal: Principal, proposal_id: UUID) -> Response:
    binds = {**reader(principal), "id": proposal_id}
    columns = await one(await session.connection(), reading.PROPOSAL, binds, "proposal")
    version = columns.pop("version")
    return answer(_ONE.validate_python(columns), version=version)
