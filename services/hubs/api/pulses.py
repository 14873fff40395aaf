"""Pulses: a student says how much energy they have. The number is theirs alone."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader, ReflectionWriter, Wired
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.pulses import runs_low
from services.hubs.domain.sealing import WrappedKey, unseal
from services.hubs.models.pulses import Pulse
from services.hubs.operations.authors import Author
from services.hubs.operations.pulses import answer as keep_answer
from services.hubs.operations.sealed import about_key, about_pulse
from services.hubs.queries import pulses as reading
from services.hubs.queries.visibility import reader
from services.hubs.wiring import Wiring
from shared.http.reading import one
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["pulses"])

Energy = Annotated[int, Field(ge=0, le=10)]
"""0 is none, 10 is plenty."""

_ENVELOPE = {"id": SAMPLE_ID, "placement_id": OTHER_ID, "week": 4, "created_at": SAMPLE_AT}


class PulseDraft(Wire):
    """How much energy the caller has."""

    model_config = like(energy=6)

    energy: Energy


class PulseEnvelope(Wire):
    """That a pulse was answered, and whether support was offered."""

    model_config = like(**_ENVELOPE, support_offered=False)

    id: UUID
    placement_id: UUID
    week: int
    """Of the placement; the first is 1."""

    created_at: Instant
    support_offered: bool
    """The energy was low: there is a message in the inbox, and placements hear that it was low. The number is not told."""


class PulseView(PulseEnvelope):
    """One of the caller's own pulses, opened."""

    model_config = like(**_ENVELOPE, support_offered=False, energy=6)

    energy: Energy


class Pulses(Wire):
    """The caller's pulses."""

    model_config = like(items=[{**_ENVELOPE, "support_offered": False, "energy": 6}])

    items: Annotated[list[PulseView], up_to(reading.MOST)]


def _told(pulse: Pulse, energy: int) -> PulseEnvelope:
    return PulseEnvelope(
        id=pulse.id,
        placement_id=pulse.placement_id,
        week=pulse.week,
        created_at=pulse.created_at,
        support_offered=runs_low(energy),
    )


def _opened(wired: Wiring, row: dict[str, Any]) -> PulseView:
    tenant, student_id = row["partnership_id"], row["student_id"]
    key = wired.keys.unwrap(
        WrappedKey(row["master_key_id"], row["sealed_key"]), about_key(tenant, student_id)
    )
    energy = unseal(key, row["sealed"], about_pulse(tenant, student_id, row["id"]))[0]
    return PulseView(
        id=row["id"],
        placement_id=row["placement_id"],
        week=row["week"],
        created_at=row["created_at"],
        support_offered=runs_low(energy),
        energy=energy,
    )


@router.put(
    "/pulses/this-week",
    operation_id="write_pulse",
    summary="Say how much energy one has",
    response_model=PulseEnvelope,
)
async def write_pulse(body: PulseDraft, wired: Wired, principal: ReflectionWriter) -> Response:
    """Answer the pulse for this week of one's placement. Asked in week four; welcome in any.

    The same number again changes nothing, another one in the same week is refused. There is no Idempotency-Key: even a seal
    of the request, which is kept with one, would let the number be guessed.
    """
    async with wired.db.begin() as session:
        pulse = await keep_answer(session, wired.keys, Author.of(principal), body.energy, wired.clock.now())
    return answer(_told(pulse, body.energy))


@router.get("/pulses", operation_id="list_pulses", summary="One's pulses", response_model=Pulses)
async def list_pulses(wired: Wired, principal: ReflectionReader) -> Response:
    """The caller's own pulses, the latest first. Of anybody else's there are none."""
    async with wired.db.read() as connection:
        rows = (await connection.execute(reading.LATEST, reader(principal))).all()
    return answer(Pulses(items=[_opened(wired, dict(row._mapping)) for row in rows]))


@router.get("/pulses/{pulse_id}", operation_id="get_pulse", summary="One pulse", response_model=PulseView)
async def get_pulse(pulse_id: Id, wired: Wired, principal: ReflectionReader) -> Response:
    """One of the caller's own pulses. For everybody else there is none."""
    binds = {**reader(principal), "id": pulse_id}
    async with wired.db.read() as connection:
        return answer(_opened(wired, await one(connection, reading.SINGLE, binds, "pulse")))
