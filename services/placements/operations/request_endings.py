"""Requests that end without a placement in their round: withdrawn, or deferred to another; and taken up again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.requests import EndingReason
from services.placements.domain.vocabulary import PlacementStatus, ProposalStatus, RequestStatus
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.students import Student
from services.placements.operations.authors import Author
from services.placements.operations.proposals import close
from services.placements.operations.requests import REQUEST, end
from services.placements.operations.resources import NOT_YOURS, add, tell
from services.placements.queries.match_runs import hold_live_proposals
from services.placements.queries.references import owners
from shared.errors import Conflict, Fault, Forbidden, Invalid, InvalidState

_WISHES = (
    "student_id",
    "placement_level",
    "latitude",
    "longitude",
    "can_drive",
    "max_travel_minutes",
    "adjustments",
    "clearances",
    "conflicts",
    "previous",
)


async def withdraw(
    session: AsyncSession, author: Author, request: Request, reason: EndingReason, *, now: datetime
) -> None:
    """Take a request out of its round, and its proposal with it; the place is free for others at the next repair.

    The request is held for update, and its round too. Refused once both sides have accepted: then there is a placement, and
    cancelling that comes first.
    """
    await _refuse_unless_yours(session, author, request)
    await _end(session, author, request, RequestStatus.WITHDRAWN, reason, now)
    await tell(session, author, REQUEST, [request], now)


async def defer(
    session: AsyncSession,
    author: Author,
    request: Request,
    round_id: UUID,
    reason: EndingReason,
    *,
    now: datetime,
) -> Request:
    """Put a request off to another round, where it goes on with the same wishes, but for those about single offers.

    Refused as a withdrawal is, and when the student already has a request there (constraint).
    """
    if round_id == request.round_id:
        raise Invalid([Fault("/round_id", "same_round", "Name another round.")])
    await _refuse_unless_yours(session, author, request)
    await _end(session, author, request, RequestStatus.DEFERRED, reason, now)
    wishes = {name: getattr(request, name) for name in _WISHES}
    kept = [each for each in request.preferences if each["kind"] != "offer"]
    values = {**wishes, "round_id": round_id, "preferences": kept}
    later = await add(session, author, REQUEST, values, names=(), now=now)
    request.deferred_to_request_id = later.id
    await session.flush()
    await tell(session, author, REQUEST, [request], now)
    return request


async def reinstate(session: AsyncSession, author: Author, request: Request, *, now: datetime) -> None:
    """Take a withdrawn request up again. A deferred one goes on in the other round and cannot be taken up here."""
    await _refuse_unless_yours(session, author, request)
    if request.status != RequestStatus.WITHDRAWN:
        raise InvalidState("request", request.status, _open_from(request))
    request.status, request.status_reason, request.closed_at = RequestStatus.OPEN.value, None, None
    request.version += 1
    request.updated_at = now
    await session.flush()
    await tell(session, author, REQUEST, [request], now)


async def _end(  # noqa: PLR0917 - what an ending is
    session: AsyncSession,
    author: Author,
    request: Request,
    status: RequestStatus,
    reason: EndingReason,
    now: datetime,
) -> None:
    if request.status != RequestStatus.OPEN:
        raise InvalidState("request", request.status, _open_from(request))
    for proposal in await hold_live_proposals(session, author.tenant, Proposal.request_id == request.id):
        if proposal.status == ProposalStatus.ACCEPTED and not await _is_cancelled(session, proposal):
            raise Conflict(
                "already_placed",
                "Both sides have accepted a place for this request. Cancel that placement first.",
            )
        await close(session, proposal, ProposalStatus.WITHDRAWN, now)
    end(request, status, reason, now)
    await session.flush()


async def _is_cancelled(session: AsyncSession, proposal: Proposal) -> bool:
    statement = select(Placement.status).where(Placement.id == proposal.placement_id)
    return (await session.execute(statement)).scalar_one_or_none() == PlacementStatus.CANCELLED


def _open_from(request: Request) -> list[str]:
    return ["reinstatement"] if request.status == RequestStatus.WITHDRAWN else []


async def _refuse_unless_yours(session: AsyncSession, author: Author, request: Request) -> None:
    owner = await owners(session, author.tenant, Student, [request.student_id])
    if not author.may_write(owner.get(request.student_id)):
        raise Forbidden(*NOT_YOURS)
