"""The register: who is current, and who will lapse when unless something is done."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, like
from services.educators.domain.codes import Basis, CurrencyStatus, Mode, PepsStage
from services.educators.domain.months import add_months
from services.educators.queries import register as reading
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Page, Wire, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["register"])


class RegisterLine(Wire):
    """One educator of the register; of another organisation's, only what matching needs, the rest is null."""

    model_config = like(
        id=SAMPLE_ID,
        organisation_id=SAMPLE_OTHER_ID,
        mode="on_site",
        peps_stage="stage_2",
        status="current",
        full_name="Amara Fielding",
        basis="A",
        current_until="2027-06-15",
        as_at="2026-09-07",
    )

    id: UUID
    organisation_id: UUID
    mode: Mode
    peps_stage: PepsStage
    status: CurrencyStatus
    full_name: str | None
    basis: Basis | None
    current_until: Day | None
    as_at: Day | None
    """The day for which the status was computed; today's comes with the nightly sweep."""


class MonthForecast(Wire):
    """One month to come."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    lapsing: int
    """Educators whose currency ends in this month unless new evidence comes."""


class StatusCount(Wire):
    """How many educators have a status."""

    status: CurrencyStatus
    educators: int


class Forecast(Wire):
    """Who is current today, and how many lapse in each month to come. Educators of the caller's sight only."""

    model_config = like(
        as_at="2026-09-07",
        statuses=[{"status": "current", "educators": 41}, {"status": "lapsed", "educators": 6}],
        months=[{"month": "2026-09", "lapsing": 2}, {"month": "2026-10", "lapsing": 0}],
    )

    as_at: Day
    statuses: Annotated[list[StatusCount], up_to(10)]
    months: Annotated[list[MonthForecast], up_to(60)]


_many = TypeAdapter(list[RegisterLine])


@router.get(
    "/register", operation_id="list_register", summary="The register", response_model=Page[RegisterLine]
)
async def list_register(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    status: Annotated[CurrencyStatus | None, Query(description="Only this currency.")] = None,
    organisation_id: Annotated[UUID | None, Query(description="Only this organisation.")] = None,
    peps_stage: Annotated[PepsStage | None, Query(description="Only this stage.")] = None,
) -> Response:
    """Every educator of the partnership with their currency, as it was last computed."""
    filters = {"status": status, "organisation_id": organisation_id, "peps_stage": peps_stage}
    given = {name: value for name, value in filters.items() if value is not None}
    statement = reading.listed_by(*sorted(given))
    return await page(call, wired.db, statement, reader(principal), _many, filters=given)


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
    """How many of the educators who are current today stop being so in each of the coming months."""
    today = london_day(wired.clock.now())
    first = today.replace(day=1)
    binds = {**reader(principal), "today": today, "before": add_months(first, months)}
    async with wired.db.read() as connection:
        counted = (await connection.execute(reading.STATUSES, binds)).all()
        lapsing: dict[date, int] = {
            row.month: row.lapsing for row in await connection.execute(reading.LAPSES, binds)
        }
    counts = {row.currency_status: row.educators for row in counted}
    ahead = [add_months(first, n) for n in range(months)]
    forecast = Forecast(
        as_at=today,
        statuses=[StatusCount(status=status, educators=counts.get(status, 0)) for status in CurrencyStatus],
        months=[MonthForecast(month=f"{day:%Y-%m}", lapsing=lapsing.get(day, 0)) for day in ahead],
    )
    return answer(forecast)
