"""Who must be looked up on the public register, and the batches of 100 numbers in which that is done."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.register_shapes import Organisation
from services.educators.api.registration_batch_shapes import (
    BatchesMade,
    BatchQuestion,
    BatchView,
    BatchWhole,
    DueCheck,
)
from services.educators.domain.regulator import BatchStatus
from services.educators.operations.authors import Author
from services.educators.operations.registration_batches import cancel_batch, make_batches
from services.educators.queries import registration_batches as reading
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.visibility import reader
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.db import Session
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Page
from shared.http.writing import IfMatch, Key, answer
from shared.spreadsheets import MEDIA_TYPE, written
from shared.statements import ready

router = APIRouter(prefix="/v1/registration-checks", tags=["registration"])

BatchId = Annotated[UUID, Path(description="The batch.")]

_due = TypeAdapter(list[DueCheck])
_many = TypeAdapter(list[BatchView])
_one = TypeAdapter(BatchWhole)
_NUMBERS = ready(reading.NUMBERS)


class NumbersFormat(StrEnum):
    """How numbers are written: on one line with commas for the search box, or as a table."""

    TEXT = "text"
    CSV = "csv"


@router.get(
    "/due", operation_id="list_due_checks", summary="Who must be checked", response_model=Page[DueCheck]
)
async def list_due_checks(
    call: ListCall, wired: Wired, principal: Reader, *, organisation_id: Organisation = None
) -> Response:
    """Educators you see whole whose registration must be looked up, and why.

    Never checked; checked longer ago than the partnership's parameter says; not checked since the renewal of 30 November
    with a placement on both sides of it; or registered until a day that is over. "Registered until 30 November" may show on
    all through December and is none of these.
    """
    today = london_day(wired.clock.now())
    async with wired.db.read() as connection:
        parameters = await parameters_on(connection, principal.tenant, today)
    binds = {**reader(principal), **reading.as_at(today, parameters.registration_check_days)}
    filters = {"organisation_id": organisation_id}
    statement = reading.DUE.by(filters)
    return await page(call, wired.db, statement, binds, _due, filters=filters, key="educator_id")


@router.post(
    "/batches",
    operation_id="make_registration_batches",
    summary="Make batches of those who are due",
    response_model=BatchesMade,
    status_code=201,
)
async def make_registration_batches(
    body: BatchQuestion, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put everybody who is due and waits in no batch into batches of at most 100 numbers, at most 200 batches at once."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        made = await make_batches(session, author, body.organisation_id, principal.subject, wired.clock.now())
        shown = [
            await reading.shown(session, reading.ONE, {**author.binds(), "p_batch": id_}, "batch")
            for id_ in made
        ]
        items = [BatchView(**{name: row[name] for name in BatchView.model_fields}) for row in shown]
        return await key.keep(session, answer(BatchesMade(items=items), status=201))


@router.get(
    "/batches",
    operation_id="list_registration_batches",
    summary="Batches of numbers",
    response_model=Page[BatchView],
)
async def list_registration_batches(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    status: Annotated[BatchStatus | None, Query(description="Only batches of this status.")] = None,
) -> Response:
    """The batches that were made for you, oldest first."""
    filters = {"status": status}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/batches/{batch_id}",
    operation_id="get_registration_batch",
    summary="One batch",
    response_model=BatchWhole,
)
async def get_registration_batch(
    batch_id: BatchId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One batch with its numbers and what became of each."""
    binds = {**reader(principal), "p_batch": batch_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "batch")


@router.get(
    "/batches/{batch_id}/numbers",
    operation_id="get_registration_batch_numbers",
    summary="The numbers of a batch, to be pasted",
    response_class=Response,
    responses={
        200: {
            "description": "`SW1,SW2,...` on one line, or a table with one column.",
            "content": {
                media: {"schema": {"type": "string", "maxLength": 2000}}
                for media in ("text/plain", "text/csv")
            },
        }
    },
)
async def get_registration_batch_numbers(
    batch_id: BatchId,
    wired: Wired,
    principal: Reader,
    *,
    file: Annotated[
        NumbersFormat, Query(alias="format", description="One line for the search box, or a table.")
    ] = NumbersFormat.TEXT,
) -> Response:
    """The numbers as the regulator's public search takes them: separated by commas, 100 at most."""
    found = await wired.db.rows(_NUMBERS, {**reader(principal), "p_batch": batch_id})
    if not found:
        raise NotFound("batch")
    numbers = [row[0] for row in found]
    if file is NumbersFormat.TEXT:
        return Response(",".join(numbers), media_type="text/plain; charset=utf-8")
    table = written([("social_work_england_number",), *((number,) for number in numbers)])
    return Response(table, media_type=MEDIA_TYPE)


@router.post(
    "/batches/{batch_id}/cancellation",
    operation_id="cancel_registration_batch",
    summary="Give a batch up",
    response_model=BatchWhole,
)
async def cancel_registration_batch(
    batch_id: BatchId, wired: Wired, principal: Writer, key: Key, seen: IfMatch
) -> Response:
    """Give a batch up whose answer will not come. Those in it are due as before."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await cancel_batch(session, author, batch_id, seen, wired.clock.now())
        return await key.keep(session, await shown_batch(session, principal, batch_id))


async def shown_batch(session: Session, principal: Principal, batch_id: UUID) -> Response:
    """A batch with its numbers as the answer, inside the transaction that changed it."""
    binds = {**reader(principal), "p_batch": batch_id}
    columns = await reading.shown(session, reading.ONE, binds, "batch")
    view = BatchWhole.model_validate({name: columns[name] for name in BatchWhole.model_fields})
    return answer(view, version=columns["version"])
