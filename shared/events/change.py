"""One change as it travels on the feed."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

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


class Changes(BaseModel):
    """A piece of the feed, in the order of positions."""

    model_config = _WIRE

    items: list[Change]
    next_cursor: str
    """Continue after here. Always given; it moves on even when nothing was for you."""
