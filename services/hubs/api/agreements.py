"""Group agreements: what a hub agreed on, where confidentiality ends, and whether the facilitator assesses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.operations.agreements import accept, make
from services.hubs.operations.authors import Author
from services.hubs.queries import agreements as reading
from services.hubs.queries import hubs
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, LongText, Page, Wire, like
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["agreements"])

Point = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]

_EXAMPLE = {
    "points": ["We start on time.", "What is said here stays here.", "Everybody may pass."],
    "limits_of_confidentiality": (
        "The facilitator must pass on what puts a child, an adult or a member at risk, and says so first."
    ),
}


class AgreementDraft(Wire):
    """The next version of a hub's agreement."""

    model_config = like(**_EXAMPLE)

    points: Annotated[list[Point], Field(min_length=1, max_length=30)]
    limits_of_confidentiality: LongText
    """What the facilitator cannot keep to the group, and what happens then."""


class AgreementView(AgreementDraft):
    """One version of a hub's agreement."""

    model_config = like(
        id=SAMPLE_ID,
        hub_id=OTHER_ID,
        number=1,
        **_EXAMPLE,
        facilitator_assesses=False,
        stands=True,
        members=7,
        accepted=6,
        accepted_by_me_at=SAMPLE_AT,
        created_at=SAMPLE_AT,
    )

    id: UUID
    hub_id: UUID
    number: int
    facilitator_assesses: bool
    """Whether the facilitator assesses members, as it was when they were told."""

    stands: bool
    """The newest, and the facilitator's part is still the same."""

    members: int
    accepted: int
    """How many of the present members have accepted it."""

    accepted_by_me_at: Instant | None
    created_at: Instant


_one = TypeAdapter(AgreementView)
_many = TypeAdapter(list[AgreementView])


async def _shown(session: Session, principal: Principal, agreement_id: UUID) -> AgreementView:
    binds = {**reader(principal), "id": agreement_id}
    return _one.validate_python(await seen_within(session, reading.SINGLE, binds, "agreement"))


@router.get(
    "/hubs/{hub_id}/agreements",
    operation_id="list_agreements",
    summary="A hub's agreements",
    response_model=Page[AgreementView],
)
async def list_agreements(hub_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The versions of a hub's agreement, oldest first, for those who take part in it."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await one(connection, hubs.SINGLE, {**binds, "id": hub_id}, "hub")
    filters: dict[str, object] = {"hub_id": hub_id}
    return await page(call, wired.db, reading.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/agreements/{agreement_id}",
    operation_id="get_agreement",
    summary="One agreement",
    response_model=AgreementView,
)
async def get_agreement(agreement_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One version, with how many members have accepted it."""
    binds = {**reader(principal), "id": agreement_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "agreement")


@router.post(
    "/hubs/{hub_id}/agreements",
    operation_id="make_agreement",
    summary="Make a hub's next agreement",
    response_model=AgreementView,
    status_code=201,
)
async def make_agreement(
    hub_id: Id, body: AgreementDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Write down what the group agreed on. It replaces the version before, and every member is asked to accept it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        hub = await hubs.hold_hub(session, author.tenant, hub_id)
        if hub is None:
            raise NotFound("hub")
        agreement = await make(session, author, hub, body.model_dump(), now)
        view = await _shown(session, principal, agreement.id)
        return await key.keep(session, created(view, f"/v1/agreements/{agreement.id}", version=None))


@router.post(
    "/agreements/{agreement_id}/acceptance",
    operation_id="accept_agreement",
    summary="Accept an agreement",
    response_model=AgreementView,
)
async def accept_agreement(agreement_id: Id, wired: Wired, principal: Reader, key: Key) -> Response:
    """Accept the agreement that stands, as a member of the hub. A second time changes nothing."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        agreement = await reading.agreement_of(session, reader(principal), agreement_id)
        if agreement is None:
            raise NotFound("agreement")
        await accept(session, Author.of(principal), agreement, wired.clock.now())
        return await key.keep(session, answer(await _shown(session, principal, agreement_id)))
