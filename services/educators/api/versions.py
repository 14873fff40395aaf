"""Versions of what is on record: how they travel, whatever it is that changed."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, create_model
from starlette.responses import Response

from services.educators.queries.educators import expect_whole
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.docstrings import sayings_of
from shared.http.paging import Call
from shared.http.reading import Statement, page
from shared.http.wire import Instant, Wire, absent, like

Reason = Annotated[
    str, StringConstraints(min_length=3, max_length=500, pattern=r"^[^\x00]*$"), Field(examples=["A slip."])
]
"""Why something on record was changed or withdrawn. It stays in the history and travels nowhere else."""


class Version(Wire):
    """What was on record from an instant on."""

    version: int
    """1 when it was put on record; the present one is the last. A number may be left out where nothing shown changed."""

    changed_at: Instant
    changed_by: str | None
    """The subject of the token, the client of an import, or what of ours did it; null where nobody was noted."""

    reason: str | None
    withdrawn: bool


def example_of(shape: type[Wire]) -> dict[str, Any]:
    """The example in a shape's description."""
    described: Any = shape.model_config.get("json_schema_extra")
    example: dict[str, Any] = described["examples"][0]
    return example


def version_of(facts: type[Wire]) -> type[Wire]:
    """The shape of the versions of what has these facts: every member is there."""
    named = facts.__name__.removesuffix("Facts")
    said = sayings_of(facts)
    values = _with(
        f"{named}Values",
        {
            name: (info.rebuild_annotation(), Field(description=info.description or said.get(name)))
            for name, info in facts.model_fields.items()
        },
        like(**example_of(facts)),
        "The values of one version.",
    )
    example = {
        "version": 1,
        "changed_at": "2026-09-07T09:00:00Z",
        "changed_by": "records-system",
        "reason": None,
        "withdrawn": False,
        "values": example_of(facts),
    }
    words = "What was on record from an instant on."
    return _with(f"{named}Version", {"values": (values, ...)}, like(**example), words, Version)


def correction_of(facts: type[Wire]) -> type[Wire]:
    """The shape of a correction of these facts: any of the members, and why."""
    members = {name: (info.rebuild_annotation(), absent()) for name, info in facts.model_fields.items()}
    example = example_of(facts)
    first = next(iter(example))
    return _with(
        f"{facts.__name__.removesuffix('Facts')}Correction",
        {**members, "reason": (Reason, ...)},
        like(**{first: example[first], "reason": "Read from the wrong line of the certificate."}),
        "What is to be corrected, and why.",
    )


def _with(
    name: str,
    members: Mapping[str, Any],
    config: ConfigDict,
    words: str,
    base: type[Wire] = Wire,
) -> type[Wire]:
    made: type[Wire] = create_model(name, __base__=base, __module__=__name__, __doc__=words, **members)
    made.model_config = {**made.model_config, **config}
    made.model_rebuild(force=True)
    return made


async def show_versions(
    statement: Statement,
    shapes: TypeAdapter[list[Any]],
    wired: Wiring,
    principal: Principal,
    call: Call,
    *,
    educator_id: UUID,
    record_id: UUID,
) -> Response:
    """One page of versions, the first one first; refused when the educator is not the caller's to see whole."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await expect_whole(connection, binds, educator_id)
    which = {**binds, "p_educator": educator_id, "p_record": record_id}
    return await page(call, wired.db, statement, which, shapes, filters={}, key="version", start=0)
