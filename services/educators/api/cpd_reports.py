"""Participation in CPD across the partners: how many, at what cost, and how many of the educators it reached."""

from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.cpd import ActivityKind
from services.educators.queries import cpd_participation as reading
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.wire import EARLIEST_DAY, LATEST_DAY, Day, Wire, like, up_to
from shared.http.writing import answer
from shared.spreadsheets import MEDIA_TYPE, written

router = APIRouter(prefix="/v1", tags=["reports"])

_COUNTS = {"n": 21, "activities": 3, "educators": 14, "hours": 63.0, "spend_pence": 105_000}
From = Annotated[Day | None, Query(alias="from", description="From this day on.")]
To = Annotated[Day | None, Query(alias="to", description="Up to this day.")]


class Participation(Wire):
    """Who took part in activities."""

    n: int
    """Attendances: an educator at two activities counts twice."""

    activities: int
    educators: int
    """Different people."""

    hours: float
    spend_pence: int
    """What their places cost, at the price when they were booked."""


class KindParticipation(Participation):
    """The same for one kind of activity."""

    kind: ActivityKind


class OrganisationParticipation(Participation):
    """The same for the educators of one organisation."""

    organisation_id: UUID
    all_educators: int
    """How many educators the organisation has now."""

    reach_percent: float | None
    """Per cent of them who took part at least once; null where there are none any more."""

    kinds: Annotated[list[KindParticipation], up_to(10)]


class ParticipationReport(Wire):
    """Participation by organisation and kind, of the organisations the caller acts for."""

    model_config = like(
        organisations=[
            {
                "organisation_id": SAMPLE_ID,
                "all_educators": 20,
                "reach_percent": 70.0,
                "kinds": [{"kind": "masterclass", **_COUNTS}],
                **_COUNTS,
            }
        ]
    )

    organisations: Annotated[list[OrganisationParticipation], up_to(2000)]


@router.get(
    "/reports/cpd-participation",
    operation_id="get_cpd_participation",
    summary="Participation in CPD",
    response_model=ParticipationReport,
)
async def get_cpd_participation(
    wired: Wired, principal: Reader, from_day: From = None, to_day: To = None
) -> Response:
    """Who took part in what, by organisation and kind, always with n. Organisations see themselves, the office all."""
    return answer(ParticipationReport(organisations=await _counted(wired, principal, from_day, to_day)))


@router.get(
    "/reports/cpd-participation/csv",
    operation_id="get_cpd_participation_csv",
    summary="Participation in CPD, as CSV",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string", "maxLength": 1_000_000}}}}},
)
async def get_cpd_participation_csv(
    wired: Wired, principal: Reader, from_day: From = None, to_day: To = None
) -> Response:
    """The same, a line for each organisation and kind."""
    heading = ["organisation_id", *KindParticipation.model_fields]
    counted = await _counted(wired, principal, from_day, to_day)
    lines = [[each.organisation_id, *kind.model_dump().values()] for each in counted for kind in each.kinds]
    return Response(written([heading, *lines]), media_type=MEDIA_TYPE)


async def _counted(
    wired: Wiring, principal: Principal, from_day: Day | None, to_day: Day | None
) -> list[OrganisationParticipation]:
    binds = {**reader(principal), "from_day": from_day or EARLIEST_DAY, "to_day": to_day or LATEST_DAY}
    async with wired.db.read() as connection:
        rows = [dict(row._mapping) for row in await connection.execute(reading.PARTICIPATION, binds)]
        strength = {
            row.organisation_id: row.educators for row in await connection.execute(reading.STRENGTH, binds)
        }
    kinds: dict[UUID, list[KindParticipation]] = defaultdict(list)
    for row in rows:
        if row["kind"] is not None:
            organisation_id = row.pop("organisation_id")
            kinds[organisation_id].append(KindParticipation.model_validate(row))
    return [
        _of_organisation(row, strength.get(row["organisation_id"], 0), kinds[row["organisation_id"]])
        for row in rows
        if row["kind"] is None
    ]


def _of_organisation(
    row: dict[str, Any], all_educators: int, kinds: list[KindParticipation]
) -> OrganisationParticipation:
    reach = round(100 * row["educators"] / all_educators, 1) if all_educators else None
    facts = {name: value for name, value in row.items() if name != "kind"}
    return OrganisationParticipation(
        **facts,
        all_educators=all_educators,
        reach_percent=None if reach is None else min(reach, 100.0),
        kinds=kinds,
    )
