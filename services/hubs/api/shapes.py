"""Shapes that several resources share on the wire."""

import re
from datetime import time
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from services.hubs.domain.pcf import PcfDomain
from shared.http.wire import Wire, like

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _clock_time(given: object) -> object:
    if isinstance(given, time):
        return given
    if not isinstance(given, str) or not _CLOCK.fullmatch(given):
        raise ValueError("must be a time of day as 09:30")
    return time.fromisoformat(given)


ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
            "maxLength": 5,
            "examples": ["09:30"],
        }
    ),
]
"""A time of day by London's clock, written 09:30."""

Weekday = Annotated[int, Field(ge=1, le=5)]
"""Monday 1 to Friday 5."""

Domains = Annotated[list[PcfDomain], Field(max_length=9)]
"""Some of the nine PCF domains."""

Id = Annotated[UUID, Path(description="Our id.")]

SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"
OTHER_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d02"
SAMPLE_AT = "2026-09-07T09:00:00Z"


class Why(Wire):
    """Why a student has this hub, or none: a stable code, a sentence for the student, and the facts it rests on."""

    model_config = like(
        code="nearest_hub",
        detail="This hub suits your setting best.",
        distance_km=4,
        members=7,
        universities=2,
    )

    code: str
    detail: str
    distance_km: int | None = None
    """From the setting to the hub in a straight line, where both places are known."""

    members: int | None = None
    """Members of the hub after the allocation."""

    universities: int | None = None
    """Universities they come from."""

    facilitator_assesses: bool | None = None
    """Disclosed: a facilitator of the hub also assesses the student, and no other hub was near enough."""


WHY = {
    "code": "nearest_hub",
    "detail": "This hub suits your setting best.",
    "distance_km": 4,
    "members": 7,
    "universities": 2,
}
"""A reason, for examples."""
