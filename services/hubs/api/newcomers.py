"""Newly qualified social workers as candidates: added, changed, withdrawn. Students come and go with their placements."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter, model_validator
from starlette.responses import Response

from services.hubs.api.candidates import CandidateView
from services.hubs.api.deps import Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_ID, Id
from services.hubs.models.candidates import Candidate
from services.hubs.operations import newcomers as operations
from services.hubs.operations.authors import Author
from services.hubs.queries import candidates as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.db import Session
from shared.errors import NotFound
from shared.http.wire import Day, Latitude, Longitude, Name, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer, created

router = APIRouter(prefix="/v1", tags=["candidates"])


class NewcomerDraft(Wire):
    """A newly qualified social worker who is to have a hub in the Assessed and Supported Year in Employment."""

    model_config = like(
        person_id=SAMPLE_ID,
        full_name="Ben Example",
        organisation_id=OTHER_ID,
        starts_on="2026-09-07",
        ends_on="2027-09-06",
        locality="Ipswich",
    )

    person_id: UUID
    full_name: Name
    organisation_id: UUID
    """The employer."""

    starts_on: Day
    ends_on: Day
    locality: Name | None = None
    service_area: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "NewcomerDraft":
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must be on or after starts_on")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give latitude and longitude, or neither")
        return self


class NewcomerPatch(Wire):
    """What is to change about a first year in employment."""

    model_config = like(ends_on="2027-11-30", locality="Norwich")

    full_name: Name = absent()
    starts_on: Day = absent()
    ends_on: Day = absent()
    locality: Name | None = absent()
    service_area: Name | None = absent()
    latitude: Latitude | None = absent()
    longitude: Longitude | None = absent()


class Withdrawal(Wire):
    """When somebody leaves the scheme: no reason is asked for."""

    model_config = like(last_on="2027-03-31")

    last_on: Day | None = None
    """The last day; today where none is given."""


_one = TypeAdapter(CandidateView)


async def _held(session: Session, principal: Principal, candidate_id: UUID) -> Candidate:
    candidate = await reading.hold_visible(session, reader(principal), candidate_id)
    if candidate is None:
        raise NotFound("candidate")
    return candidate


async def _shown(session: Session, principal: Principal, candidate_id: UUID) -> tuple[CandidateView, int]:
    columns = await seen_within(
        session, reading.SINGLE, {**reader(principal), "id": candidate_id}, "candidate"
    )
    version = columns.pop("version")
    return _one.validate_python(columns), version


@router.post(
    "/candidates",
    operation_id="create_candidate",
    summary="Add a newly qualified social worker",
    response_model=CandidateView,
    status_code=201,
)
async def create_candidate(body: NewcomerDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add somebody in their ASYE, who has no placement. Students are never added: they come with their placements."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        newcomer, author = operations.Newcomer(**body.model_dump()), Author.of(principal)
        candidate = await operations.welcome(session, author, newcomer, wired.clock.now())
        view, version = await _shown(session, principal, candidate.id)
        return await key.keep(session, created(view, f"/v1/candidates/{candidate.id}", version=version))


@router.patch(
    "/candidates/{candidate_id}",
    operation_id="change_candidate",
    summary="Change a newly qualified social worker's year",
    response_model=CandidateView,
)
async def change_candidate(
    candidate_id: Id, body: NewcomerPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given, as long as the year runs. A student's placement is changed where it is kept."""
    values: dict[str, Any] = body.model_dump(exclude_unset=True)
    if "full_name" in values:
        values["student_name"] = values.pop("full_name")
    async with wired.db.begin() as session:
        candidate, now = await _held(session, principal, candidate_id), wired.clock.now()
        await operations.change(session, Author.of(principal), candidate, seen, values, now=now)
        view, version = await _shown(session, principal, candidate_id)
        return answer(view, version=version)


@router.post(
    "/candidates/{candidate_id}/withdrawal",
    operation_id="withdraw_candidate",
    summary="Withdraw a newly qualified social worker",
    response_model=CandidateView,
)
async def withdraw_candidate(
    candidate_id: Id, body: Withdrawal, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """End somebody's year in the scheme: their place in a hub is free from the next day on, their turns are shared out."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        candidate, now = await _held(session, principal, candidate_id), wired.clock.now()
        last_on = body.last_on or london_day(now)
        await operations.withdraw(session, Author.of(principal), candidate, seen, last_on, now=now)
        view, version = await _shown(session, principal, candidate_id)
        return await key.keep(session, answer(view, version=version))
