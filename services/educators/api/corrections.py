"""What can be done with each record of evidence, whatever its kind: read it, correct it, withdraw it, read its history."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Evidence
from services.educators.api.versions import Reason, correction_of, show_versions, version_of
from services.educators.operations.authors import Author
from services.educators.operations.evidence import Which, correct, withdraw
from services.educators.queries.educators import expect_whole
from services.educators.queries.evidence import record_of, versions_of
from services.educators.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import single
from shared.http.wire import Page, Wire, like
from shared.http.writing import IfMatch, Key, answer

RecordId = Annotated[UUID, Path(description="Our id of the record.")]


async def _which(educator_id: EducatorId, record_id: RecordId, seen: IfMatch) -> Which:
    return Which(educator_id, record_id, seen)


Seen = Annotated[Which, Depends(_which)]
"""The record of the path, in the version the caller saw."""


class Withdrawal(Wire):
    """Why a record is taken back."""

    model_config = like(reason="This was another educator's student.")

    reason: Reason


def correctable(router: APIRouter, kind: Evidence, facts: type[Wire]) -> None:
    """Give a kind of evidence its routes for single records. `facts` are the members that a caller writes."""
    noun = kind.path.removesuffix("s").replace("-", "_")
    called = noun.replace("_", " ").replace("cpd", "CPD")
    path = f"/educators/{{educator_id}}/{kind.path}/{{record_id}}"
    _add_reading(router, kind, path, noun, called)
    _add_correcting(router, kind, path, noun, called, facts=facts)
    _add_withdrawing(router, kind, path, noun, called)
    _add_history(router, kind, path, noun, called, facts=facts)


def _add_reading(router: APIRouter, kind: Evidence, path: str, noun: str, called: str) -> None:
    statement = record_of(kind.model, *kind.shape.model_fields)
    shape: TypeAdapter[Any] = TypeAdapter(kind.shape)

    @router.get(path, operation_id=f"get_{noun}", summary=f"One {called}", response_model=kind.shape)
    async def get_record(
        educator_id: EducatorId, record_id: RecordId, call: SingleCall, wired: Wired, principal: Reader
    ) -> Response:
        """One record as it is now, withdrawn or not, with the ETag that a correction needs."""
        binds = {**reader(principal), "p_educator": educator_id, "p_record": record_id}
        async with wired.db.read() as connection:
            await expect_whole(connection, binds, educator_id)
        return await single(call, wired.db, statement, binds, shape, "record")


def _add_correcting(
    router: APIRouter, kind: Evidence, path: str, noun: str, called: str, *, facts: type[Wire]
) -> None:
    async def change_record(which: Seen, body: Any, wired: Wired, principal: Writer) -> Response:
        """Correct the members that are given, and say why. What was on record before stays in the history."""
        values = body.model_dump(exclude_unset=True, exclude={"reason"})
        async with wired.db.begin() as session:
            row = await correct(
                session,
                Author.of(principal),
                kind.model,
                which,
                values=values,
                reason=body.reason,
                now=wired.clock.now(),
            )
        return answer(kind.shape.model_validate(row, from_attributes=True), version=row.version)

    change_record.__annotations__["body"] = correction_of(facts)
    add = router.patch(
        path, operation_id=f"change_{noun}", summary=f"Correct a {called}", response_model=kind.shape
    )
    add(change_record)


def _add_withdrawing(router: APIRouter, kind: Evidence, path: str, noun: str, called: str) -> None:
    @router.post(
        f"{path}/withdrawal",
        operation_id=f"withdraw_{noun}",
        summary=f"Withdraw a {called}",
        response_model=kind.shape,
    )
    async def withdraw_record(
        which: Seen, body: Withdrawal, wired: Wired, principal: Writer, key: Key
    ) -> Response:
        """Take the record back, and say why. It counts for no rule any more; it stays readable, with its history."""
        async with wired.db.begin() as session:
            if replay := await key.claim(session):
                return replay
            row = await withdraw(
                session,
                Author.of(principal),
                kind.model,
                which,
                reason=body.reason,
                now=wired.clock.now(),
            )
            view = kind.shape.model_validate(row, from_attributes=True)
            return await key.keep(session, answer(view, version=row.version))


def _add_history(
    router: APIRouter, kind: Evidence, path: str, noun: str, called: str, *, facts: type[Wire]
) -> None:
    shape = version_of(facts)
    statement = versions_of(kind.model, *facts.model_fields)
    shapes: TypeAdapter[list[Any]] = TypeAdapter(list[shape])  # type: ignore[valid-type]  # known when it runs

    @router.get(
        f"{path}/history",
        operation_id=f"list_{noun}_versions",
        summary=f"The history of a {called}",
        response_model=Page[shape],  # type: ignore[valid-type]  # known when it runs
    )
    async def list_versions(
        educator_id: EducatorId, record_id: RecordId, call: ListCall, wired: Wired, principal: Reader
    ) -> Response:
        """Every version of the record, the first one first: its values, since when, by whom and why."""
        return await show_versions(
            statement, shapes, wired, principal, call, educator_id=educator_id, record_id=record_id
        )
