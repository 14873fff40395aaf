"""Currency: whether somebody is a current practice educator on a day, and everything that rests on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, CurrencyShort, GroundView
from services.educators.queries.dossiers import dossiers
from services.educators.queries.educators import expect_whole
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.wire import Day, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["currency"])


class CurrencyView(CurrencyShort):
    """Somebody's currency on a day, with each rule: whether it holds, until when, on what evidence, and what would fix it."""

    model_config = like(
        educator_id=SAMPLE_ID,
        as_at="2026-09-07",
        status="current",
        basis="A",
        current_until="2027-06-15",
        cpd_grace_until="2027-08-14",
        rules=[
            {
                "code": "route_a",
                "holds": True,
                "until": "2028-04-30",
                "detail": "The last student's last day was 30 April 2026, within two years of 7 September 2026.",
                "evidence_ids": [SAMPLE_OTHER_ID],
                "fix": None,
            }
        ],
    )

    educator_id: UUID
    rules: Annotated[list[GroundView], up_to(10)]
    """Routes A, B and C, a return to practice after a lapse, and the CPD."""


@router.get(
    "/educators/{educator_id}/currency",
    operation_id="get_currency",
    summary="Currency on a day",
    response_model=CurrencyView,
)
async def get_currency(
    educator_id: EducatorId,
    wired: Wired,
    principal: Reader,
    *,
    as_at: Annotated[Day | None, Query(description="Any day, past or future; today when absent.")] = None,
) -> Response:
    """Computed from the evidence on record, with the rule parameters in force on that day.

    For a past day only what was so then counts, by the days the evidence is about: later students, CPD and awards do
    not. When a record was typed in does not matter. For a day to come, what is under way counts as far as it is planned.
    """
    today = london_day(wired.clock.now())
    day: date = as_at or today
    binds = reader(principal)
    async with wired.db.read() as connection:
        await expect_whole(connection, binds, educator_id)
        parameters = await parameters_on(connection, principal.tenant, day)
        known = await dossiers(connection, binds, [educator_id], parameters, as_at=day, known_on=today)
    found = known.currency_of(educator_id)
    short = CurrencyShort.of(found).model_dump()
    rules = [GroundView.of(ground) for ground in (*found.routes, found.cpd)]
    return answer(CurrencyView(**short, educator_id=educator_id, rules=rules))
