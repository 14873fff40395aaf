"""Reports: attendance, counted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import OTHER_ID
from services.hubs.domain.hubs import MemberKind
from services.hubs.queries import attendance as reading
from services.hubs.queries.visibility import reader
from shared.http.wire import EARLIEST_DAY, LATEST_DAY, Day, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reports"])

_COUNTS = {
    "n": 96,
    "sessions": 12,
    "students": 8,
    "present": 80,
    "late": 4,
    "absent_notified": 6,
    "absent_unnotified": 2,
    "excused": 4,
    "rate": 91.3,
}


class Counts(Wire):
    """Entries of registers by what they say."""

    n: int
    """All entries."""

    sessions: int
    students: int
    present: int
    late: int
    absent_notified: int
    absent_unnotified: int
    excused: int
    rate: float | None
    """Per cent that came (late ones included) of the entries that are not excused; null where there are none."""


class HubCounts(Counts):
    """The same for one hub."""

    hub_id: UUID
    name: str


class CohortCounts(Counts):
    """The same for those of one programme."""

    university_id: UUID
    programme_id: UUID | None
    member_kind: MemberKind


class AttendanceReport(Wire):
    """Attendance over all, for each hub and for each cohort, as far as the caller may see it."""

    model_config = like(
        overall=_COUNTS,
        hubs=[{**_COUNTS, "hub_id": OTHER_ID, "name": "Leeds, children and families"}],
        cohorts=[{**_COUNTS, "university_id": OTHER_ID, "programme_id": None, "member_kind": "student"}],
    )

    overall: Counts
    hubs: Annotated[list[HubCounts], up_to(2000)]
    cohorts: Annotated[list[CohortCounts], up_to(2000)]
    """Members of one programme of a university; newly qualified ones of one employer."""


_NOTHING = dict.fromkeys((name for name in Counts.model_fields if name != "rate"), 0) | {"rate": None}


@router.get(
    "/reports/attendance",
    operation_id="get_attendance_report",
    summary="Attendance report",
    response_model=AttendanceReport,
)
async def get_attendance_report(
    wired: Wired,
    principal: Reader,
    from_day: Annotated[Day, Query(alias="from", description="From this day on.")] = EARLIEST_DAY,
    to_day: Annotated[Day, Query(alias="to", description="Up to this day.")] = LATEST_DAY,
) -> Response:
    """Who came, in numbers: by hub and overall, always with n."""
    binds = {**reader(principal), "from_day": from_day, "to_day": to_day}
    async with wired.db.read() as connection:
        rows = [_rated(dict(row._mapping)) for row in await connection.execute(reading.REPORT, binds)]
        groups = [_rated(dict(row._mapping)) for row in await connection.execute(reading.COHORTS, binds)]
    overall = next((row for row in rows if row["hub_id"] is None), _NOTHING)
    hubs = [HubCounts.model_validate(row) for row in rows if row["hub_id"] is not None]
    cohorts = [CohortCounts.model_validate(group) for group in groups]
    return answer(AttendanceReport(overall=_without_hub(overall), hubs=hubs, cohorts=cohorts))


def _rated(row: dict[str, Any]) -> dict[str, Any]:
    expected = row["n"] - row["excused"]
    rate = round(100 * (row["present"] + row["late"]) / expected, 1) if expected else None
    return {**row, "rate": rate}


def _without_hub(row: dict[str, Any]) -> Counts:
    return Counts.model_validate({name: row[name] for name in Counts.model_fields})
