"""Where students go after they qualify: one student's destination, and the local share."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, StudentReader, StudentWriter, Wired, organisations_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, AcademicYear
from services.placements.api.shares import SHARE, ShareWithInterval
from services.placements.domain.destinations import Destination, EmployedAs, Interview
from services.placements.domain.intervals import share_of
from services.placements.domain.small_numbers import FEWEST, hidden
from services.placements.operations.destinations import record_destination
from services.placements.queries.destinations import SINGLE, destinations_counted, hold_student_who_left
from services.placements.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Day, Instant, Wire, like, up_to
from shared.http.writing import IfMatch, answer

router = APIRouter(prefix="/v1", tags=["destinations"])

_DESTINATION = {
    "academic_year": "2026-27",
    "destination": "social_work",
    "employer_organisation_id": SAMPLE_ID,
    "is_local": True,
    "employed_as": "newly_qualified_social_worker",
    "interview": "appointed",
    "started_on": "2027-09-06",
}


class DestinationIn(Wire):
    """Where a student went after finishing in the academic year."""

    model_config = like(**_DESTINATION)

    academic_year: AcademicYear
    destination: Destination
    employer_organisation_id: UUID | None = None
    """A member of the partnership; null when the employer is outside, or there is none."""
    is_local: bool | None = None
    """Whether they work in the partnership's area; always so with a member of it. Null: not known."""
    employed_as: EmployedAs | None = None
    interview: Interview = Interview.NOT_OFFERED
    """What became of the guaranteed interview."""
    started_on: Day | None = None


class DestinationView(Wire):
    """Where a student went."""

    model_config = like(student_id=SAMPLE_ID, **_DESTINATION, updated_at="2027-09-06T09:00:00Z")

    student_id: UUID
    academic_year: str
    destination: Destination
    employer_organisation_id: UUID | None
    is_local: bool | None
    employed_as: EmployedAs | None
    interview: Interview
    started_on: date | None
    updated_at: Instant


class DestinationCounts(Wire):
    """Destinations that are known; `local` of those of whom that is known, `with_a_host` of all."""

    n: int
    local: ShareWithInterval
    social_work: ShareWithInterval
    with_a_host: ShareWithInterval
    """Employed where they had a placement."""
    interviews_offered: ShareWithInterval
    """A guaranteed interview was offered, whether taken or not."""
    interviews_taken: ShareWithInterval
    """Of those offered."""
    appointed: ShareWithInterval
    """Of those taken."""


class UniversityDestinations(Wire):
    """One university's; null where they are fewer than five, or would give such away."""

    organisation_id: UUID
    counts: DestinationCounts | None


_COUNTS = {
    "n": 25,
    **dict.fromkeys(
        ("local", "social_work", "with_a_host", "interviews_offered", "interviews_taken", "appointed"), SHARE
    ),
}


class DestinationReportView(Wire):
    """Where the students of an academic year went, with n and intervals."""

    model_config = like(
        academic_year="2026-27",
        counts=_COUNTS,
        universities=[{"organisation_id": SAMPLE_ID, "counts": None}],
    )

    academic_year: str
    counts: DestinationCounts | None
    universities: Annotated[list[UniversityDestinations], up_to(1000)]


_ONE = TypeAdapter(DestinationView)


@router.get(
    "/students/{student_id}/destination",
    operation_id="get_student_destination",
    response_model=DestinationView,
)
async def get_destination(
    student_id: Id, call: SingleCall, wired: Wired, principal: StudentReader
) -> Response:
    """Where a student went; for them, their university and the office. 404 until it is known."""
    binds = {**reader(principal), "student_id": student_id}
    return await single(call, wired.db, SINGLE, binds, _ONE, "destination")


@router.put(
    "/students/{student_id}/destination",
    operation_id="record_student_destination",
    response_model=DestinationView,
)
async def record_student_destination(
    student_id: Id, body: DestinationIn, wired: Wired, principal: StudentWriter, seen: IfMatch
) -> Response:
    """Record or correct where a student went; the first time with `If-Match: *`."""
    async with wired.db.begin() as session:
        student, there = await hold_student_who_left(session, reader(principal), student_id)
        facts = {name: getattr(body, name) for name in DestinationIn.model_fields}
        made = await record_destination(session, student, there, facts, seen=seen, now=wired.clock.now())
        return answer(DestinationView.model_validate(made), version=made.version)


@router.get(
    "/reports/destinations", operation_id="get_destination_report", response_model=DestinationReportView
)
async def get_destination_report(
    wired: Wired,
    principal: Reader,
    academic_year: Annotated[AcademicYear, Query(description="The year in which they finished.")],
) -> Response:
    """The local share, and the way of guaranteed interviews: all and by university. The same numbers for everybody."""
    organisations_only(principal)
    binds = {**reader(principal), "academic_year": academic_year}
    async with wired.db.read() as connection:
        counted = await destinations_counted(connection, binds)
    return answer(destination_report(academic_year, counted))


def destination_report(academic_year: str, counted: Sequence[Mapping[str, Any]]) -> DestinationReportView:
    """The report of a year from what was counted by university."""
    small = hidden({str(row["organisation_id"]): row["n"] for row in counted})
    names = [name for name in (counted[0] if counted else ()) if name != "organisation_id"]
    total = {name: sum(row[name] for row in counted) for name in names}
    return DestinationReportView(
        academic_year=academic_year,
        counts=_counts(total) if total.get("n", 0) >= FEWEST else None,
        universities=[
            UniversityDestinations(
                organisation_id=row["organisation_id"],
                counts=None if str(row["organisation_id"]) in small else _counts(row),
            )
            for row in counted
        ],
    )


def _counts(row: Mapping[str, Any]) -> DestinationCounts:
    n = row["n"]
    taken = row["taken"] + row["appointed"]
    offered = row["offered"] + taken
    return DestinationCounts(
        n=n,
        local=ShareWithInterval.of(share_of(row["local"], row["local_known"])),
        social_work=ShareWithInterval.of(share_of(row["social_work"], n)),
        with_a_host=ShareWithInterval.of(share_of(row["with_a_host"], n)),
        interviews_offered=ShareWithInterval.of(share_of(offered, n)),
        interviews_taken=ShareWithInterval.of(share_of(taken, offered)),
        appointed=ShareWithInterval.of(share_of(row["appointed"], taken)),
    )
