"""Memberships: who belongs to which hub."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, WHY, Id, Why
from services.hubs.domain.hubs import MemberKind
from services.hubs.operations.authors import Author
from services.hubs.operations.memberships import end, join
from services.hubs.queries import hubs, memberships
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.calendar import london_day
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import IfMatch, Key, answer, created, expect

router = APIRouter(prefix="/v1", tags=["memberships"])

Reason = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
"""A code, such as `moved` or `withdrew`."""


class MemberRef(Wire):
    """The student who belongs to the hub."""

    id: UUID
    full_name: str | None


class MembershipView(Wire):
    """A student's place in a hub for one placement."""

    model_config = like(
        id=SAMPLE_ID,
        hub_id=OTHER_ID,
        placement_id=SAMPLE_ID,
        student={"id": OTHER_ID, "full_name": "Ada Example"},
        university_id=SAMPLE_ID,
        programme_id=None,
        member_kind="student",
        joined_on="2026-09-21",
        ended_on=None,
        end_reason=None,
        why=WHY,
        updated_at=SAMPLE_AT,
    )

    id: UUID
    hub_id: UUID
    placement_id: UUID
    student: MemberRef
    university_id: UUID
    """For a newly qualified social worker, the employer."""

    programme_id: UUID | None
    member_kind: MemberKind
    """`asye`: newly qualified; `placement_id` is then the id of the year, which hubs gave."""

    joined_on: Day
    ended_on: Day | None
    """The last day in the hub; null while the place is taken."""

    end_reason: str | None
    why: Why
    updated_at: Instant


class MembershipDraft(Wire):
    """Whom to give a place by hand."""

    model_config = like(placement_id=SAMPLE_ID)

    placement_id: UUID
    """A candidate's placement."""


class Ending(Wire):
    """Why and when a place ends."""

    model_config = like(reason="moved")

    reason: Reason
    ended_on: Day | None = None
    """The last day in the hub; today where none is given."""


_one = TypeAdapter(MembershipView)
_many = TypeAdapter(list[MembershipView])


async def _shown(session: Any, binds: dict[str, object], membership_id: UUID) -> tuple[MembershipView, int]:
    bound = {**binds, "id": membership_id}
    columns = await seen_within(session, memberships.SINGLE, bound, "membership")
    version = columns.pop("version")
    return _one.validate_python(columns), version


@router.get(
    "/hubs/{hub_id}/memberships",
    operation_id="list_memberships",
    summary="Members of a hub",
    response_model=Page[MembershipView],
)
async def list_memberships(
    hub_id: Id,
    call: ListCall,
    wired: Wired,
    principal: Reader,
    current: Annotated[bool | None, Query(description="Only present (or only former) members.")] = None,
) -> Response:
    """Who belongs, or belonged, to the hub, as far as the caller may see."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await one(connection, hubs.SINGLE, {**binds, "id": hub_id}, "hub")
    filters: dict[str, object] = {"hub_id": hub_id}
    if current is not None:
        filters["current"] = current
    return await page(call, wired.db, memberships.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/memberships/{membership_id}",
    operation_id="get_membership",
    summary="One membership",
    response_model=MembershipView,
)
async def get_membership(membership_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One membership."""
    binds = {**reader(principal), "id": membership_id}
    return await single(call, wired.db, memberships.SINGLE, binds, _one, "membership")


@router.post(
    "/hubs/{hub_id}/memberships",
    operation_id="create_membership",
    summary="Give a student a place",
    response_model=MembershipView,
    status_code=201,
)
async def create_membership(
    hub_id: Id, body: MembershipDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Give a candidate a place by hand. Refused when the hub is full or the student already has one."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        membership = await join(session, author, hub_id, body.placement_id, now)
        view, version = await _shown(session, reader(principal), membership.id)
        location = f"/v1/memberships/{membership.id}"
        return await key.keep(session, created(view, location, version=version))


@router.post(
    "/memberships/{membership_id}/ending",
    operation_id="end_membership",
    summary="End a place",
    response_model=MembershipView,
)
async def end_membership(
    membership_id: Id, body: Ending, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """End a student's place in a hub; it is free at once, and its turns are shared among the others."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        author.must_arrange()
        membership = await memberships.hold_membership(session, author.tenant, membership_id)
        if membership is None:
            raise NotFound("membership")
        expect(membership.version, seen)
        await end(session, membership, body.ended_on or london_day(now), body.reason, now)
        view, version = await _shown(session, reader(principal), membership_id)
        return await key.keep(session, answer(view, version=version))
