"""Learning agreement, supervisions and observations of a placement: what travels, and the routes. Never their content."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, Domains, Minutes
from services.placements.domain.named_steps import Signatory, SupervisionKind
from services.placements.domain.vocabulary import PcfDomain
from services.placements.models.named_steps import Observation, Supervision
from services.placements.operations import named_steps
from services.placements.operations.lifecycle import Actor
from services.placements.operations.named_steps import Supervising
from services.placements.queries import named_steps as reading
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer, created

router = APIRouter(prefix="/v1", tags=["named steps"])

_SUPERVISION = {"on": "2026-09-25", "minutes": 60, "kind": "formal", "pcf_domains": ["professionalism"]}
_OBSERVATION = {"on": "2026-10-13", "pcf_domains": ["skills_and_interventions"]}


class AgreementIn(Wire):
    """When the learning agreement meeting was held, and who has signed."""

    model_config = like(held_on="2026-09-25", signed_by=["student", "practice_educator"])

    held_on: Day
    signed_by: Annotated[list[Signatory], Field(max_length=4)] = Field(default_factory=list)


class AgreementView(Wire):
    """The learning agreement of a placement."""

    model_config = like(
        placement_id=SAMPLE_ID,
        held_on="2026-09-25",
        signed_by=["practice_educator", "student"],
        updated_at="2026-09-25T15:00:00Z",
    )

    placement_id: UUID
    held_on: date
    signed_by: Annotated[list[Signatory], up_to(4)]
    updated_at: Instant


class SupervisionIn(Wire):
    """One supervision that took place: formal ones count towards the agreed minutes."""

    model_config = like(**_SUPERVISION)

    on: Day
    minutes: Minutes
    kind: SupervisionKind = SupervisionKind.FORMAL
    pcf_domains: Domains = Field(default_factory=list)


class SupervisionView(Wire):
    """One supervision on record."""

    model_config = like(id=SAMPLE_ID, **_SUPERVISION, created_at="2026-09-25T16:00:00Z")

    id: UUID
    on: date
    minutes: int
    kind: SupervisionKind
    pcf_domains: Annotated[list[PcfDomain], up_to(9)]
    created_at: Instant


class ObservationIn(Wire):
    """One direct observation of the student's practice."""

    model_config = like(**_OBSERVATION)

    on: Day
    pcf_domains: Domains = Field(default_factory=list)


class ObservationView(Wire):
    """One observation on record."""

    model_config = like(id=SAMPLE_ID, **_OBSERVATION, created_at="2026-10-13T16:00:00Z")

    id: UUID
    on: date
    pcf_domains: Annotated[list[PcfDomain], up_to(9)]
    created_at: Instant


_AGREEMENT = TypeAdapter(AgreementView)
_SUPERVISIONS = TypeAdapter(list[SupervisionView])
_OBSERVATIONS = TypeAdapter(list[ObservationView])


@router.get(
    "/placements/{placement_id}/learning-agreement",
    operation_id="get_learning_agreement",
    response_model=AgreementView,
)
async def get_agreement(placement_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """The learning agreement of a placement; 404 until the meeting is on record."""
    binds = {**reader(principal), "placement_id": placement_id}
    return await single(call, wired.db, reading.AGREEMENT, binds, _AGREEMENT, "learning agreement")


@router.put(
    "/placements/{placement_id}/learning-agreement",
    operation_id="record_learning_agreement",
    response_model=AgreementView,
)
async def record_agreement(
    placement_id: Id, body: AgreementIn, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Record that the learning agreement meeting was held and who has signed; the first time with `If-Match: *`."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        made = await named_steps.agree(
            session, placement, body.held_on, body.signed_by, actor, seen=seen, now=wired.clock.now()
        )
        return answer(AgreementView.model_validate(made), version=made.version)


@router.get(
    "/placements/{placement_id}/supervisions",
    operation_id="list_supervisions",
    response_model=Page[SupervisionView],
)
async def list_supervisions(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The supervisions of a placement, as they were recorded."""
    binds = {**reader(principal), "placement_id": placement_id}
    return await page(call, wired.db, reading.SUPERVISIONS, binds, _SUPERVISIONS, filters={})


@router.post(
    "/placements/{placement_id}/supervisions",
    operation_id="record_supervision",
    response_model=SupervisionView,
    status_code=201,
)
async def record_supervision(
    placement_id: Id, body: SupervisionIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that a supervision took place, for how long, and which PCF domains it touched."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        given = Supervising(body.on, body.minutes, body.kind, body.pcf_domains)
        made = await named_steps.supervise(session, placement, given, actor, now=wired.clock.now())
        where = f"/v1/placements/{placement_id}/supervisions/{made.id}"
        return await key.keep(session, created(SupervisionView.model_validate(made), where, version=None))


@router.delete(
    "/placements/{placement_id}/supervisions/{supervision_id}",
    operation_id="delete_supervision",
    status_code=204,
    response_class=Response,
)
async def delete_supervision(
    placement_id: Id, supervision_id: Id, wired: Wired, principal: Writer
) -> Response:
    """Take back a supervision that was recorded by mistake; a record does not change, so there is no version to match."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await named_steps.withdraw(
            session, placement, Supervision, supervision_id, actor, now=wired.clock.now()
        )
    return Response(status_code=204)


@router.get(
    "/placements/{placement_id}/observations",
    operation_id="list_observations",
    response_model=Page[ObservationView],
)
async def list_observations(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The direct observations of a placement, as they were recorded."""
    binds = {**reader(principal), "placement_id": placement_id}
    return await page(call, wired.db, reading.OBSERVATIONS, binds, _OBSERVATIONS, filters={})


@router.post(
    "/placements/{placement_id}/observations",
    operation_id="record_observation",
    response_model=ObservationView,
    status_code=201,
)
async def record_observation(
    placement_id: Id, body: ObservationIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that the practice educator observed the student's practice directly."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        now = wired.clock.now()
        made = await named_steps.observe(session, placement, body.on, body.pcf_domains, actor, now=now)
        where = f"/v1/placements/{placement_id}/observations/{made.id}"
        return await key.keep(session, created(ObservationView.model_validate(made), where, version=None))


@router.delete(
    "/placements/{placement_id}/observations/{observation_id}",
    operation_id="delete_observation",
    status_code=204,
    response_class=Response,
)
async def delete_observation(
    placement_id: Id, observation_id: Id, wired: Wired, principal: Writer
) -> Response:
    """Take back an observation that was recorded by mistake; a record does not change, so there is no version to match."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await named_steps.withdraw(
            session, placement, Observation, observation_id, actor, now=wired.clock.now()
        )
    return Response(status_code=204)
