"""The regulator's answers about a batch: its CSV is taken in, and a person decides about what does not match."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.registration_batch_shapes import BatchWhole, MismatchDecision, MismatchView
from services.educators.api.registration_batches import BatchId, shown_batch
from services.educators.domain.regulator import MismatchStatus
from services.educators.domain.regulator_words import HEADINGS
from services.educators.operations.authors import Author
from services.educators.operations.registration_answers import read_answers
from services.educators.operations.registration_batches import take_answers
from services.educators.operations.registration_mismatches import decide
from services.educators.queries import registration_batches as reading
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Page
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1/registration-checks/batches/{batch_id}", tags=["registration"])

MismatchId = Annotated[UUID, Path(description="The line of the answer.")]

_many = TypeAdapter(list[MismatchView])
_one = TypeAdapter(MismatchView)

_HEADINGS = "; ".join(f"`{meaning}`: {', '.join(words)}" for meaning, words in HEADINGS.items())
_DESCRIPTION = f"""Take the CSV that the regulator's public search gives for a batch.

Lines are matched by number and surnames compared. What matches becomes a registration check of `checked_on`; a number that
was not asked for, another surname, a number without a line, or a registration that ran out is left for a person to decide. A
file with a fault is refused whole, each fault named by row. Accepted headings, in any order and spelling of capitals:
{_HEADINGS}. Either a surname or a name is needed; other columns are passed over."""
_EXAMPLE = "Registration number,Name,Status,Registered until,Conditions\nSW12345,Amara Fielding,Registered,30/11/2027,None\n"
_FILE: dict[str, Any] = {
    "required": True,
    "content": {"text/csv": {"schema": {"type": "string", "maxLength": 1_048_576}, "example": _EXAMPLE}},
}


@router.post(
    "/results",
    operation_id="record_registration_results",
    summary="Take the regulator's answer",
    description=_DESCRIPTION,
    response_model=BatchWhole,
    openapi_extra={"requestBody": _FILE},
)
async def record_registration_results(
    batch_id: BatchId,
    request: Request,
    wired: Wired,
    principal: Writer,
    key: Key,
    *,
    checked_on: Annotated[
        Day | None, Query(description="The day on which the regulator was asked; today when absent.")
    ] = None,
) -> Response:
    """Take the regulator's CSV about a batch."""
    author, now = Author.of(principal), wired.clock.now()
    answers = await read_answers(await request.body())
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        on = checked_on or london_day(now)
        await take_answers(session, author, batch_id, answers, checked_on=on, now=now)
        return await key.keep(session, await shown_batch(session, principal, batch_id))


@router.get(
    "/mismatches",
    operation_id="list_mismatches",
    summary="What a person must look at",
    response_model=Page[MismatchView],
)
async def list_mismatches(
    batch_id: BatchId,
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    status: Annotated[MismatchStatus | None, Query(description="Only those of this status.")] = None,
) -> Response:
    """Lines of the regulator's answer that could not be taken as they were."""
    filters = {"status": status}
    binds = {**reader(principal), "p_batch": batch_id}
    return await page(call, wired.db, reading.MISMATCHES.by(filters), binds, _many, filters=filters)


@router.get(
    "/mismatches/{mismatch_id}",
    operation_id="get_mismatch",
    summary="One line to look at",
    response_model=MismatchView,
)
async def get_mismatch(
    batch_id: BatchId, mismatch_id: MismatchId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One line of the answer that a person must look at, with its version."""
    binds = {**reader(principal), "p_batch": batch_id, "p_mismatch": mismatch_id}
    return await single(call, wired.db, reading.MISMATCH, binds, _one, "mismatch")


@router.post(
    "/mismatches/{mismatch_id}/decision",
    operation_id="decide_mismatch",
    summary="Decide about a line",
    response_model=MismatchView,
)
async def decide_mismatch(
    batch_id: BatchId,
    mismatch_id: MismatchId,
    body: MismatchDecision,
    *,
    wired: Wired,
    principal: Writer,
    key: Key,
    seen: IfMatch,
) -> Response:
    """Accept what the register said as a check of the educator, or reject it; once, and with a reason."""
    author, accepted = Author.of(principal), body.decision == "accept"
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await decide(
            session,
            author,
            (batch_id, mismatch_id),
            accepted=accepted,
            reason=body.reason,
            decided_by=principal.subject,
            seen=seen,
            now=wired.clock.now(),
        )
        binds = {**reader(principal), "p_batch": batch_id, "p_mismatch": mismatch_id}
        columns = await reading.shown(session, reading.MISMATCH, binds, "mismatch")
        view = MismatchView.model_validate({name: columns[name] for name in MismatchView.model_fields})
        return await key.keep(session, answer(view, version=columns["version"]))
