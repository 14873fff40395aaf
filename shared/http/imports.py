"""The door for imports: `POST /v1/imports` takes a file as it is streamed; progress and results are read as pages."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator, TypeAdapter
from sqlalchemy import bindparam, func, insert, literal, select, update
from starlette.responses import Response

from shared.auth.principal import Principal
from shared.errors import Fault, Invalid, NotFound
from shared.http.import_shapes import ImportMode, ImportOut, ImportRowOut, RowResult
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import listing, page, single
from shared.http.security import Needs
from shared.http.wire import Page
from shared.http.writing import IdempotencyKey, Key, created
from shared.ids import new_id
from shared.imports.files import error_csv
from shared.imports.kinds import ImportKind
from shared.imports.tables import import_chunks, import_rows, imports
from shared.spreadsheets import MEDIA_TYPE

CHUNK = 1024 * 1024
ImportId = Annotated[UUID, Path(description="The import.")]
_columns = [imports.c[name] for name in (*ImportOut.model_fields, "version")]
_mine = (
    (imports.c.partnership_id == bindparam("p_partnership"))
    & (imports.c.status != "receiving")
    & (
        bindparam("p_wide")
        | (imports.c.client_id == bindparam("p_client"))
        | (imports.c.organisation_id == bindparam("p_organisation", type_=imports.c.organisation_id.type))
    )
)
_ONE = select(*_columns).where(_mine, imports.c.id == bindparam("p_id"))
_LIST = listing(select(*_columns).where(_mine), imports.c.id)
_any_result = bindparam("result", type_=import_rows.c.result.type)
_ROWS = listing(
    select(*[import_rows.c[name] for name in ImportRowOut.model_fields])
    .join(imports, imports.c.id == import_rows.c.import_id)
    .where(
        _mine,
        imports.c.id == bindparam("p_id"),
        _any_result.is_(None) | (import_rows.c.result == _any_result),
    ),
    import_rows.c.number,
)
_ERRORS = (
    select(import_rows.c.number, import_rows.c.result, import_rows.c.errors)
    .where(
        import_rows.c.import_id == bindparam("p_id"),
        func.jsonb_array_length(import_rows.c.errors) > 0,
    )
    .order_by(import_rows.c.number)
)
_one = TypeAdapter(ImportOut)
_many = TypeAdapter(list[ImportOut])
_rows = TypeAdapter(list[ImportRowOut])


def _binds(principal: Principal) -> dict[str, object]:
    return {**principal.binds(), "p_partnership": principal.tenant, "p_client": principal.client_id}


_READS = APIRouter(prefix="/v1", tags=["imports"])
Importing = Annotated[Principal, Needs("imports:write")]


def imports_router(kinds: Mapping[str, ImportKind[Any]]) -> APIRouter:
    """The routes of a service that can import the given kinds. Needs `db`, `clock` and `queue` in the wiring."""
    router = APIRouter(prefix="/v1", tags=["imports"])

    @router.post(
        "/imports",
        operation_id="create_import",
        summary="Send a file",
        description=_description(kinds),
        status_code=202,
        response_model=ImportOut,
        openapi_extra={"requestBody": _body(kinds)},
    )
    async def create_import(
        *,
        request: Request,
        principal: Importing,
        key: Key,
        kind: Annotated[
            str,
            Query(description="What the rows are.", json_schema_extra={"enum": list(kinds)}),
            AfterValidator(partial(_one_of, tuple(kinds))),
        ],
        mode: Annotated[
            ImportMode, Query(description="Check only, apply all rows or none, or apply the good ones.")
        ] = ImportMode.ALL_OR_NOTHING,
        system: Annotated[
            str,
            Query(
                max_length=64,
                pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
                description="The system whose names the file uses as external ids.",
            ),
        ] = "import",
    ) -> Response:
        shape = {"kind": kind, "mode": mode.value, "system": system}
        return await _receive(request, principal, key, shape)

    router.routes.extend(_READS.routes)  # as they are: including would make them anew for every application
    return router


@_READS.get("/imports", operation_id="list_imports", summary="Imports", response_model=Page[ImportOut])
async def list_imports(call: ListCall, principal: Importing) -> Response:
    """Imports of the caller, or of the whole partnership for its office."""
    return await page(call, call.request.app.state.wiring.db, _LIST, _binds(principal), _many, filters={})


@_READS.get("/imports/{import_id}", operation_id="get_import", summary="One import", response_model=ImportOut)
async def get_import(call: SingleCall, principal: Importing, import_id: ImportId) -> Response:
    """How far an import is, and what became of its rows in numbers."""
    db = call.request.app.state.wiring.db
    return await single(call, db, _ONE, {**_binds(principal), "p_id": import_id}, _one, "import")


@_READS.get(
    "/imports/{import_id}/rows",
    operation_id="list_import_rows",
    summary="What became of each row",
    response_model=Page[ImportRowOut],
)
async def list_rows(
    call: ListCall,
    principal: Importing,
    import_id: ImportId,
    result: Annotated[RowResult | None, Query(description="Only rows of which this became.")] = None,
) -> Response:
    """The rows in the order of the file, each with its result and, where it needs attention, its faults."""
    db = call.request.app.state.wiring.db
    binds = {**_binds(principal), "p_id": import_id}
    return await page(call, db, _ROWS, binds, _rows, filters={"result": result}, key="number", start=0)


@_READS.get(
    "/imports/{import_id}/errors.csv",
    operation_id="get_import_errors",
    summary="The rows that need attention, as CSV",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def get_errors(request: Request, principal: Importing, import_id: ImportId) -> Response:
    """One line for each fault: `row,result,column,code,detail`."""
    db = request.app.state.wiring.db
    async with db.read() as connection:
        if (await connection.execute(_ONE, {**_binds(principal), "p_id": import_id})).one_or_none() is None:
            raise NotFound("import")
        found = (await connection.execute(_ERRORS, {"p_id": import_id})).all()
    text = error_csv((row.number, row.result, row.errors) for row in found)
    return Response("".join(text), media_type=MEDIA_TYPE)


def _one_of(kinds: tuple[str, ...], kind: str) -> str:
    if kind not in kinds:
        raise ValueError(f"must be one of {', '.join(kinds)}")
    return kind


def _description(kinds: Mapping[str, ImportKind[Any]]) -> str:
    listed = "\n".join(f"- `{k.name}`: `{','.join(k.columns)}`" for k in kinds.values())
    return f"Columns of each kind (NDJSON has the same members; a list in a CSV cell is `a|b|c`):\n\n{listed}"


def _body(kinds: Mapping[str, ImportKind[Any]]) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {
        "required": True,
        "content": {"text/csv": {**text, "example": _example(kinds)}, "application/x-ndjson": text},
    }


def _example(kinds: Mapping[str, ImportKind[Any]]) -> str:
    return ",".join(next(iter(kinds.values())).columns) + "\n" if kinds else ""


async def _receive(
    request: Request, principal: Principal, key: IdempotencyKey, shape: Mapping[str, str]
) -> Response:
    """Store the file chunk by chunk, each in its own short transaction, then queue the import with the last one."""
    wiring = request.app.state.wiring
    is_csv = request.headers.get("content-type", "").lower().startswith("text/csv")
    values = {
        "id": new_id(),
        "partnership_id": principal.tenant,
        "organisation_id": principal.organisation_id,
        "client_id": principal.client_id,
        "wide": principal.partnership_wide,
        **shape,
        "format": "csv" if is_csv else "ndjson",
        "status": "receiving",
        "created_at": wiring.clock.now(),
    }
    async with wiring.db.begin() as session:
        await session.execute(insert(imports).values(values))
    seal, size = hashlib.sha256(), 0
    number = 0
    async for chunk in _pieces(request):
        seal.update(chunk)
        size += len(chunk)
        async with wiring.db.begin() as session:
            await session.execute(
                insert(import_chunks).values(import_id=values["id"], number=number, data=chunk)
            )
        number += 1
    if size == 0:
        raise Invalid([Fault("", "empty_file", "The file is empty. Its first line names the columns.")])
    return await _queue(wiring, values["id"], replace(key, fingerprint=key.fingerprint + seal.hexdigest()))


async def _queue(wiring: Any, import_id: ImportId, key: IdempotencyKey) -> Response:
    async with wiring.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        queued = update(imports).where(imports.c.id == import_id).values(status=literal("queued"))
        row = (await session.execute(queued.returning(*_columns))).one()
        await wiring.queue.enqueue(session, "run_import", import_id=str(import_id))
        shown = {name: row._mapping[name] for name in ImportOut.model_fields}
        response = created(ImportOut.model_validate(shown), f"/v1/imports/{import_id}", version=row.version)
        response.status_code = 202
        return await key.keep(session, response)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    held = bytearray()
    async for part in request.stream():
        held += part
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)
