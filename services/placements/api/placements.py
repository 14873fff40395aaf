"""Placements: what travels, and the routes for reading them and taking their steps."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.placement_seats import give_the_seat_back, hold_seat
from services.placements.api.placement_shapes import (
    CompletedPlacement,
    PlacementPatch,
    PlacementView,
    StepTaken,
    TransitionList,
    TransitionView,
)
from services.placements.api.resources import Id
from services.placements.domain.lifecycle import Step, after
from services.placements.domain.next_steps import missing_at_the_end
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement
from services.placements.operations.assignments import assign
from services.placements.operations.lifecycle import Actor, Why, expect_may_step, take
from services.placements.queries import placements as reading
from services.placements.queries.lives import lives_of
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.db import ConstraintBroken, Session
from shared.errors import Conflict, NotFound, Refusal
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Page
from shared.http.writing import IdempotencyKey, IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["placements"])

_ONE = TypeAdapter(PlacementView)
_MANY = TypeAdapter(list[PlacementView])


@router.get("/placements", operation_id="list_placements", response_model=Page[PlacementView])
async def list_placements(  # noqa: PLR0917 - one parameter a filter
    call: ListCall,
    wired: Wired,
    principal: Reader,
    round_id: Annotated[UUID | None, Query(description="Only placements of this round.")] = None,
    status: Annotated[PlacementStatus | None, Query(description="Only placements in this status.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only this student's.")] = None,
    educator_id: Annotated[UUID | None, Query(description="Only this practice educator's.")] = None,
    organisation_id: Annotated[UUID | None, Query(description="Only this host's.")] = None,
    university_id: Annotated[UUID | None, Query(description="Only this university's.")] = None,
) -> Response:
    """The placements the caller sees, in the order they were agreed."""
    given = {
        "round_id": round_id,
        "status": status.value if status else None,
        "student_id": student_id,
        "educator_id": educator_id,
        "organisation_id": organisation_id,
        "university_id": university_id,
    }
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.get("/placements/{placement_id}", operation_id="get_placement", response_model=PlacementView)
async def get_placement(placement_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One placement."""
    binds = {**reader(principal), "id": placement_id}
    return await single(call, wired.db, reading.SINGLE, binds, _ONE, "placement")


@router.get(
    "/placements/{placement_id}/transitions",
    operation_id="list_placement_transitions",
    response_model=TransitionList,
)
async def list_transitions(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """The steps a placement has taken, in order."""
    async with wired.db.read() as connection:
        rows = (
            await connection.execute(reading.TRANSITIONS, {**reader(principal), "id": placement_id})
        ).all()
    if not rows:
        raise NotFound("placement")
    return answer(TransitionList(items=[TransitionView.model_validate(row._mapping) for row in rows]))


@router.patch("/placements/{placement_id}", operation_id="assign_placement", response_model=PlacementView)
async def assign_placement(
    placement_id: Id, body: PlacementPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Name the tutor (the university does) or the on-site supervisor (the host does)."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        people = body.model_dump(exclude_unset=True)
        await assign(session, placement, people, actor, now=wired.clock.now())
        return await shown_now(session, reader(principal), placement_id)


@router.post(
    "/placements/{placement_id}/confirmation", operation_id="confirm_placement", response_model=PlacementView
)
async def confirm_placement(
    placement_id: Id, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Make the placement binding: eligibility is asked again and the educator's seat is held, then it is confirmed.

    Nothing is changed when the educator may not take it (`educator_not_eligible`, with each rule), has no room
    (`educator_full`), or the educators service does not answer (503).
    """
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        expect_may_step(Actor(principal.subject, stands_for(principal, placement)))
        after(Step.CONFIRMATION, PlacementStatus(placement.status))
        if placement.ends_on < london_day(wired.clock.now()):
            raise Conflict("placement_over", "Its last day is past; it cannot be confirmed any more.")
    await hold_seat(wired, placement, placement.educator_id, placement.starts_on)
    try:
        return await _step(wired, principal, placement_id, Step.CONFIRMATION, seen, key, Why())
    except (Refusal, ConstraintBroken) as refusal:
        await give_the_seat_back(wired, placement, for_good=isinstance(refusal, ConstraintBroken))
        raise


async def _step(  # noqa: PLR0917 - what every step needs
    wired: Wiring,
    principal: Principal,
    placement_id: UUID,
    step: Step,
    seen: int | None,
    key: IdempotencyKey,
    why: Why,
) -> Response:
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await take(session, placement, step, actor, why=why, now=wired.clock.now())
        shown = await shown_now(session, reader(principal), placement_id)
        if step is Step.COMPLETION:
            shown = await _with_warnings(session, placement, shown)
        return await key.keep(session, shown)


async def _with_warnings(session: Session, placement: Placement, shown: Response) -> Response:
    (life,) = await lives_of(session, [placement.id])
    view = _ONE.validate_json(bytes(shown.body))
    completed = CompletedPlacement(**view.model_dump(), warnings=missing_at_the_end(life))
    return answer(completed, version=placement.version)


async def shown_now(session: Session, binds: dict[str, object], placement_id: UUID) -> Response:
    """The placement as the caller sees it, from within the transaction that changes it."""
    asked = {**binds, "id": placement_id}
    columns = await one(await session.connection(), reading.SINGLE, asked, "placement")
    version = columns.pop("version")
    return answer(_ONE.validate_python(columns), version=version)


def _route(step: Step, operation_id: str, words: str, model: type[PlacementView] = PlacementView) -> None:
    async def take_step(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
        placement_id: Id,
        wired: Wired,
        principal: Writer,
        seen: IfMatch,
        key: Key,
        body: StepTaken | None = None,
    ) -> Response:
        why = Why(body.reason_code, body.note, body.on) if body else Why()
        return await _step(wired, principal, placement_id, step, seen, key, why)

    router.add_api_route(
        f"/placements/{{placement_id}}/{step.value}",
        take_step,
        methods=["POST"],
        operation_id=operation_id,
        description=words,
        response_model=model,
        status_code=HTTPStatus.OK,
    )


_route(Step.START, "start_placement", "The student has begun.")
_route(Step.PAUSE, "pause_placement", "The placement rests for an agreed reason.")
_route(Step.RESUMPTION, "resume_placement", "The placement goes on.")
_route(Step.SUSPENSION, "suspend_placement", "Stop the placement for now, by a person's decision.")
_route(
    Step.COMPLETION,
    "complete_placement",
    "The placement came to its planned end, with all its days and the final report. Other named steps that are missing are "
    "listed as `warnings`; only people can judge whether the evidence is there without them.",
    CompletedPlacement,
)
_route(Step.EARLY_END, "end_placement_early", "The placement ends before its planned end.")
_route(Step.CANCELLATION, "cancel_placement", "The placement will not take place.")
