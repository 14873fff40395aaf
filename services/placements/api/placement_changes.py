"""Changes of what was agreed for a placement: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.placements.api.deps import Wired, Writer
from services.placements.api.placement_seats import hold_seat, let_the_seat_stay
from services.placements.api.placement_shapes import PlacementView, Weekdays
from services.placements.api.placements import shown_now
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.operations import placement_changes
from services.placements.operations.lifecycle import Actor, Why
from services.placements.operations.placement_changes import SecondSetting, expect_may_change_educator
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.db import ConstraintBroken
from shared.errors import Refusal
from shared.http.wire import Code, Day, LongText, Wire, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["placements"])


class EducatorChange(Wire):
    """Who is to be the practice educator from today on, and why."""

    model_config = like(educator_id=SAMPLE_ID, reason_code="educator_left", note=None)

    educator_id: UUID
    reason_code: Code
    note: LongText | None = None


class SettingChange(Wire):
    """Where the placement goes on from today, and why."""

    model_config = like(setting_id=SAMPLE_ID, on_site_supervisor_person_id=None, reason_code="team_closed")

    setting_id: UUID
    on_site_supervisor_person_id: UUID | None = None
    reason_code: Code
    note: LongText | None = None


class SecondSettingIn(Wire):
    """The other setting of an integrated placement: on some of its weekdays, or from one day to another."""

    model_config = like(setting_id=SAMPLE_ID, weekdays=[4, 5], starts_on=None, ends_on=None)

    setting_id: UUID
    weekdays: Weekdays | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None


class PatternIn(Wire):
    """On which weekdays the student is there (ISO, Monday 1), and on which of those for half a day."""

    model_config = like(weekdays=[1, 2, 3, 4], half_days=[4])

    weekdays: Weekdays
    half_days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = Field(
        default_factory=list
    )


@router.post(
    "/placements/{placement_id}/change-of-educator",
    operation_id="change_placement_educator",
    response_model=PlacementView,
)
async def change_educator(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    placement_id: Id, body: EducatorChange, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Give the placement to another practice educator: eligibility is asked and their seat held first, as for a confirmation.

    Nothing is changed when they may not take it (`educator_not_eligible`, with each rule) or have no room (`educator_full`).
    """
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, binds, placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        expect_may_change_educator(placement, actor, body.educator_id)
        agreed_on = placement.version
    now = wired.clock.now()
    starting = max(placement.starts_on, london_day(now))
    await hold_seat(wired, placement, body.educator_id, min(starting, placement.ends_on))
    try:
        async with wired.db.begin() as session:
            if replay := await key.claim(session):
                return replay
            held = await hold_placement(session, binds, placement_id, seen=agreed_on)
            why = Why(body.reason_code, body.note)
            await placement_changes.change_educator(session, held, body.educator_id, actor, why=why, now=now)
            return await key.keep(session, await shown_now(session, binds, placement_id))
    except (Refusal, ConstraintBroken):
        await let_the_seat_stay(wired, placement, min(starting, placement.ends_on))
        raise


@router.post(
    "/placements/{placement_id}/change-of-setting",
    operation_id="change_placement_setting",
    response_model=PlacementView,
)
async def change_setting(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    placement_id: Id, body: SettingChange, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Move the placement to another setting, of another host perhaps. Both hosts are told."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await placement_changes.change_setting(
            session,
            placement,
            body.setting_id,
            body.on_site_supervisor_person_id,
            actor,
            why=Why(body.reason_code, body.note),
            now=wired.clock.now(),
        )
        binds = {
            **reader(principal),
            "p_wide": True,
        }  # a host that gave the placement away still gets its answer
        return await key.keep(session, await shown_now(session, binds, placement_id))


@router.put(
    "/placements/{placement_id}/second-setting",
    operation_id="assign_second_setting",
    response_model=PlacementView,
)
async def assign_second_setting(
    placement_id: Id, body: SecondSettingIn, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Make the placement an integrated one, in two settings, or change the second."""
    weekdays = tuple(body.weekdays) if body.weekdays is not None else None
    second = SecondSetting(body.setting_id, body.starts_on, body.ends_on, weekdays)
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await placement_changes.set_second_setting(session, placement, second, actor, now=wired.clock.now())
        return await shown_now(session, reader(principal), placement_id)


@router.delete(
    "/placements/{placement_id}/second-setting",
    operation_id="delete_second_setting",
    status_code=204,
    response_class=Response,
)
async def delete_second_setting(placement_id: Id, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """The placement goes on in its first setting alone."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await placement_changes.set_second_setting(session, placement, None, actor, now=wired.clock.now())
    return Response(status_code=204)


@router.put(
    "/placements/{placement_id}/pattern",
    operation_id="change_placement_pattern",
    response_model=PlacementView,
)
async def change_pattern(
    placement_id: Id, body: PatternIn, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Agree on the weekdays of the placement, and on half days among them; its schedule follows."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id, seen=seen)
        actor = Actor(principal.subject, stands_for(principal, placement))
        weekdays, half_days = frozenset(body.weekdays), frozenset(body.half_days)
        now = wired.clock.now()
        await placement_changes.change_pattern(session, placement, weekdays, half_days, actor, now=now)
        return await shown_now(session, reader(principal), placement_id)
