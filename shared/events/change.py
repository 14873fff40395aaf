"""One change as it travels on the feed."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

_WIRE = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, hide_input_in_errors=True)


class Change(BaseModel):
    """One event at its position. Members unknown here are ignored, so that a sister may be newer."""

    model_config = _WIRE

    position: int
    """Strictly increasing within one service. Partnerships share one numbering, so a reader sees gaps."""

    id: UUID
    """The event's own id; the same event never has two."""

    type: str
    """What happened, in the past tense: `placement.confirmed`. A type ending in `.deleted` is a tombstone."""

    subject_id: UUID
    """What it happened to."""

    partnership_id: UUID
    occurred_at: AwareDatetime
    data: dict[str, Any]
    """Ids, dates, numbers and codes; never a name or a text."""


_SAMPLE: dict[str, JsonValue] = {
    "position": 1204,
    "id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
    "type": "placement.confirmed",
    "subject_id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d02",
    "partnership_id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d03",
    "occurred_at": "2026-09-07T09:00:00Z",
    "data": {"status": "confirmed", "starts_on": "2026-09-14"},
}


class Changes(BaseModel):
    """A piece of the feed, in the order of positions."""

    model_config = _WIRE | ConfigDict(
        json_schema_extra={"examples": [{"items": [_SAMPLE], "next_cursor": "eyJwIjoxMjA0fQ"}]}
    )

    items: Annotated[list[Change], Field(json_schema_extra={"maxItems": 200})]
    next_cursor: str
    """Continue after here. Always given; it moves on even when nothing was for you."""
