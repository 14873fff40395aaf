"""What a reflection said before: for its student only, whoever it was shared with."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader, Wired
from services.hubs.api.reflections import Diary
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Domains, Id
from services.hubs.domain.sealing import WrappedKey
from services.hubs.operations.reflections import SealedRow, opened
from services.hubs.queries import reflections as reading
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import one, page
from shared.http.wire import Instant, Name, Page, Wire, like
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reflections"])

_ENVELOPE = {"id": SAMPLE_ID, "reflection_id": SAMPLE_ID, "number": 3, "written_at": SAMPLE_AT}

Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The version's number.")]


class ReflectionVersionEnvelope(Wire):
    """That a reflection once said something else, and when that was written."""

    model_config = like(**_ENVELOPE)

    id: UUID
    reflection_id: UUID
    number: int
    written_at: Instant


class ReflectionVersionView(Wire):
    """What a reflection said in one of its versions."""

    model_config = like(
        reflection_id=SAMPLE_ID,
        number=3,
        written_at=SAMPLE_AT,
        title="A visit",
        text="What I first thought of it.",
        pcf_domains=["knowledge"],
    )

    reflection_id: UUID
    number: int
    written_at: Instant
    title: Name | None
    text: Diary
    pcf_domains: Domains


_many = TypeAdapter(list[ReflectionVersionEnvelope])


@router.get(
    "/reflections/{reflection_id}/versions",
    operation_id="list_reflection_versions",
    summary="Versions of a reflection",
    response_model=Page[ReflectionVersionEnvelope],
)
async def list_reflection_versions(
    reflection_id: Id, call: ListCall, wired: Wired, principal: ReflectionReader
) -> Response:
    """The versions of one of the caller's own reflections that were kept. Of anybody else's there are none."""
    filters: dict[str, object] = {"reflection_id": reflection_id}
    return await page(call, wired.db, reading.VERSIONS.by({}), reader(principal), _many, filters=filters)


@router.get(
    "/reflections/{reflection_id}/versions/{number}",
    operation_id="get_reflection_version",
    summary="One version, opened",
    response_model=ReflectionVersionView,
)
async def get_reflection_version(
    reflection_id: Id, number: Number, wired: Wired, principal: ReflectionReader
) -> Response:
    """What one of the caller's own reflections said in this version."""
    binds = {**reader(principal), "reflection_id": reflection_id, "number": number}
    async with wired.db.read() as connection:
        row = await one(connection, reading.SEALED_VERSION, binds, "version")
    key = WrappedKey(row["master_key_id"], row["sealed_key"])
    whose = (row["partnership_id"], row["student_id"], row["reflection_id"])
    content = opened(wired.keys, SealedRow(*whose, row["sealed"], key, row["number"]))
    view = ReflectionVersionView(
        reflection_id=row["reflection_id"],
        number=row["number"],
        written_at=row["written_at"],
        title=content.title,
        text=content.text,
        pcf_domains=list(content.pcf_domains),
    )
    return answer(view)
