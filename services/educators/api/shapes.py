"""Shapes that several resources share on the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.educators.domain.codes import Basis, CurrencyStatus, GroundCode
from services.educators.domain.currency import Currency
from services.educators.domain.grounds import Ground
from shared.http.wire import Day, Wire, up_to

Days = Annotated[int, Field(ge=0, le=1000)]
"""A number of placement days."""

SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"
SAMPLE_OTHER_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d02"


class Span(Wire):
    """From its first to its last day, both included."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        return self


class CurrencyShort(Wire):
    """Somebody's currency on a day."""

    as_at: Day
    status: CurrencyStatus
    basis: Basis | None
    """The route that lasts longest of those that hold."""

    current_until: Day | None
    """The earlier of the routes' and the CPD's end. In the past for somebody lapsed; null where there never was evidence."""

    cpd_grace_until: Day | None
    """The day after which missing CPD means lapsed."""

    @classmethod
    def of(cls, found: Currency) -> Self:
        """A currency without what it rests on."""
        return cls(
            as_at=found.as_at,
            status=found.status,
            basis=found.basis,
            current_until=found.current_until,
            cpd_grace_until=found.cpd_grace_until,
        )


class GroundView(Wire):
    """One thing currency rests on: a route, or the CPD."""

    code: GroundCode
    holds: bool
    until: Day | None
    """The last day on which it holds or held."""

    detail: str
    evidence_ids: Annotated[list[UUID], up_to(1000)]
    fix: str | None
    """What would make it hold; null when it does."""

    @classmethod
    def of(cls, ground: Ground) -> Self:
        """A ground as it travels."""
        return cls(
            code=ground.code,
            holds=ground.holds,
            until=ground.until,
            detail=ground.detail,
            evidence_ids=list(ground.evidence_ids),
            fix=ground.fix,
        )
