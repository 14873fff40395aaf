"""The register: who is current, who will lapse when unless something is done, and who has had no student for long."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.register_shapes import (
    Forecast,
    Locality,
    MonthForecast,
    Organisation,
    OwnDirectorate,
    RegisterLine,
    Stage,
    Status,
    StatusCount,
    Summary,
    ValueCount,
    WorkingMode,
)
from services.educators.domain.codes import CurrencyStatus
from services.educators.domain.months import add_months, months_before
from services.educators.queries import register as reading
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Page
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["register"])

_many = TypeAdapter(list[RegisterLine])

Month = Annotated[
    str,
    Path(
        pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$", max_length=7, description="A month, written as 2026-10."
    ),
]


async def _filters(
    *,
    status: Status = None,
    organisation_id: Organisation = None,
    directorate: OwnDirectorate = None,
    peps_stage: Stage = None,
    locality: Locality = None,
    mode: WorkingMode = None,
) -> dict[str, Any]:
    return {
        "status": status,
        "organisation_id": organisation_id,
        "directorate": directorate,
        "peps_stage": peps_stage,
        "locality": locality,
        "mode": mode,
    }


Filters = Annotated[dict[str, Any], Depends(_filters)]
"""By what the register is narrowed."""


@router.get(
    "/register", operation_id="list_register", summary="The register", response_model=Page[RegisterLine]
)
async def list_register(call: ListCall, wired: Wired, principal: Reader, filters: Filters) -> Response:
    """Every educator of the partnership with their currency, as it was last computed."""
    binds = {**reader(principal), "today": london_day(wired.clock.now())}
    return await page(call, wired.db, reading.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/register/summary",
    operation_id="get_register_summary",
    summary="The register in numbers",
    response_model=Summary,
)
async def get_register_summary(wired: Wired, principal: Reader, filters: Filters) -> Response:
    """How many of the educators you see whole have each status, organisation, directorate, stage, locality and mode."""
    given = {name: value for name, value in filters.items() if value is not None}
    statement = reading.counted_by(*sorted(given))
    async with wired.db.read() as connection:
        rows = (await connection.execute(statement, {**reader(principal), **given})).all()
    counts: dict[str, list[ValueCount]] = {}
    for row in rows:
        counts.setdefault(f"by_{row.dimension}", []).append(
            ValueCount(value=row.value, educators=row.educators)
        )
    empty: dict[str, Any] = {name: [] for name in Summary.model_fields if name.startswith("by_")}
    today = london_day(wired.clock.now())
    total = sum(each.educators for each in counts.get("by_status", ()))
    return answer(Summary(as_at=today, educators=total, **(empty | counts)))


@router.get(
    "/register/forecast",
    operation_id="get_register_forecast",
    summary="Who will lapse when",
    response_model=Forecast,
)
async def get_register_forecast(
    wired: Wired,
    principal: Reader,
    *,
    months: Annotated[int, Query(ge=1, le=60, description="How many months to look ahead.")] = 12,
) -> Response:
    """How many of the educators who are current today lapse in each of the coming months, and for want of what."""
    today = london_day(wired.clock.now())
    first = today.replace(day=1)
    binds = {**reader(principal), "first": first, "before": add_months(first, months)}
    async with wired.db.read() as connection:
        counted = (await connection.execute(reading.STATUSES, binds)).all()
        lapsing = {row.month: row for row in await connection.execute(reading.LAPSES, binds)}
    counts = {row.currency_status: row.educators for row in counted}
    ahead = [add_months(first, n) for n in range(months)]
    forecast = Forecast(
        as_at=today,
        statuses=[StatusCount(status=status, educators=counts.get(status, 0)) for status in CurrencyStatus],
        months=[_month(day, lapsing.get(day)) for day in ahead],
    )
    return answer(forecast)


@router.get(
    "/register/forecast/{month}",
    operation_id="list_lapses",
    summary="Who lapses in a month",
    response_model=Page[RegisterLine],
)
async def list_lapses(
    month: Month, call: ListCall, wired: Wired, principal: Reader, *, organisation_id: Organisation = None
) -> Response:
    """The educators you see whole who lapse in this month unless new evidence comes."""
    first = date.fromisoformat(f"{month}-01")
    filters: dict[str, UUID | None] = {"organisation_id": organisation_id}
    today = london_day(wired.clock.now())
    span = {"first": date.min if first <= today else first, "before": add_months(first, 1)}
    binds = {**reader(principal), **span, "today": today}
    return await page(call, wired.db, reading.LAPSING.by(filters), binds, _many, filters=filters)


@router.get(
    "/register/without-student",
    operation_id="list_educators_without_student",
    summary="Who has had no student for long",
    response_model=Page[RegisterLine],
)
async def list_educators_without_student(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    months: Annotated[int, Query(ge=1, le=120, description="For how many months at least.")] = 18,
    organisation_id: Organisation = None,
) -> Response:
    """Practice educators you see whole whose last day with a student is so long ago, and those who never had one."""
    today = london_day(wired.clock.now())
    filters: dict[str, object] = {"organisation_id": organisation_id, "months": months}
    statement = reading.WITHOUT_STUDENT.by({"organisation_id": organisation_id})
    binds = {**reader(principal), "idle_since": months_before(today, months), "today": today}
    return await page(call, wired.db, statement, binds, _many, filters=filters)


def _month(day: date, found: Any) -> MonthForecast:
    counts = (found.lapsing, found.by_practice, found.by_cpd) if found else (0, 0, 0)
    lapsing, practice, cpd = counts
    return MonthForecast(month=f"{day:%Y-%m}", lapsing=lapsing, by_practice=practice, by_cpd=cpd)
