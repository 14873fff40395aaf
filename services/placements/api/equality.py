"""Equality monitoring: a student's own declaration, and outcomes by group. No rule ever reads a declaration."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Monitor, Reader, SensitiveReader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, AcademicYear
from services.placements.api.shares import SHARE, RatioView, ShareWithInterval
from services.placements.domain.intervals import rate_ratio, share_of
from services.placements.domain.small_numbers import hidden
from services.placements.operations.equality import declare, withdraw
from services.placements.queries.equality import CHARACTERISTICS, SINGLE, hold_oneself, outcomes
from services.placements.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import IfMatch, answer

router = APIRouter(prefix="/v1", tags=["equality"])


class EthnicGroup(StrEnum):
    """The five broad groups of the 2021 census of England and Wales (Office for National Statistics)."""

    ASIAN = "asian"
    BLACK = "black"
    MIXED = "mixed"
    WHITE = "white"
    OTHER = "other"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


class Gender(StrEnum):
    """How a student describes their gender."""

    WOMAN = "woman"
    MAN = "man"
    ANOTHER = "another"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


class AgeBand(StrEnum):
    """Age in years at the start of the course."""

    UNDER_25 = "under_25"
    FROM_25_TO_34 = "25_to_34"
    FROM_35_TO_44 = "35_to_44"
    FROM_45 = "45_and_over"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


class YesNo(StrEnum):
    """Yes, no, or not to be said."""

    YES = "yes"
    NO = "no"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


_DECLARED = {
    "ethnic_group": "black",
    "disability": "no",
    "gender": "woman",
    "age_band": "25_to_34",
    "caring_responsibilities": None,
}


class EqualityDeclarationIn(Wire):
    """To which groups one says one belongs; every answer may be left out."""

    model_config = like(**_DECLARED)

    ethnic_group: EthnicGroup | None = None
    disability: YesNo | None = None
    gender: Gender | None = None
    age_band: AgeBand | None = None
    caring_responsibilities: YesNo | None = None


class EqualityDeclarationView(EqualityDeclarationIn):
    """One's own declaration."""

    model_config = like(student_id=SAMPLE_ID, **_DECLARED, updated_at="2026-09-07T09:00:00Z")

    student_id: UUID
    updated_at: Instant


class Characteristic(StrEnum):
    """By what outcomes are compared."""

    ETHNIC_GROUP = "ethnic_group"
    DISABILITY = "disability"
    GENDER = "gender"
    AGE_BAND = "age_band"
    CARING_RESPONSIBILITIES = "caring_responsibilities"


class MonitoredOutcome(StrEnum):
    """What is compared: requests that got a place, or a first or second preference; placements; final reports."""

    PLACED = "placed"
    FIRST_OR_SECOND_PREFERENCE = "first_or_second_preference"
    CONCERNS = "concerns"
    ENDED_EARLY = "ended_early"
    PASSED = "passed"


_OF = {
    MonitoredOutcome.PLACED: "requests",
    MonitoredOutcome.FIRST_OR_SECOND_PREFERENCE: "requests",
    MonitoredOutcome.CONCERNS: "placements",
    MonitoredOutcome.ENDED_EARLY: "placements",
    MonitoredOutcome.PASSED: "final_reports",
}


class GroupOutcome(Wire):
    """One outcome in one group. `ratio` compares with all other students; null where nothing can be compared."""

    outcome: MonitoredOutcome
    share: ShareWithInterval
    ratio: RatioView | None


class GroupOutcomes(Wire):
    """A group and its outcomes. Those of fewer than five students are left out, and so is what would give them away."""

    group: str
    outcomes: Annotated[list[GroupOutcome], up_to(5)]


class CharacteristicOutcomes(Wire):
    """The groups of one characteristic; `not_declared` are those who did not say."""

    characteristic: Characteristic
    groups: Annotated[list[GroupOutcomes], up_to(8)]


_RATIO = {"ratio": 1.06, "low": 0.93, "high": 1.21}


class EqualityReportView(Wire):
    """Outcomes of an academic year by declared group, with n, intervals, and ratios to all others."""

    model_config = like(
        academic_year="2026-27",
        characteristics=[
            {
                "characteristic": "disability",
                "groups": [
                    {"group": "yes", "outcomes": [{"outcome": "placed", "share": SHARE, "ratio": _RATIO}]}
                ],
            }
        ],
    )

    academic_year: str
    characteristics: Annotated[list[CharacteristicOutcomes], up_to(5)]


_ONE = TypeAdapter(EqualityDeclarationView)


@router.get(
    "/students/{student_id}/equality-declaration",
    operation_id="get_equality_declaration",
    response_model=EqualityDeclarationView,
)
async def get_declaration(student_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One's own declaration; for nobody else there is one."""
    binds = {**reader(principal), "student_id": student_id}
    return await single(call, wired.db, SINGLE, binds, _ONE, "equality declaration")


@router.put(
    "/students/{student_id}/equality-declaration",
    operation_id="record_equality_declaration",
    response_model=EqualityDeclarationView,
)
async def record_declaration(
    student_id: Id, body: EqualityDeclarationIn, wired: Wired, principal: Monitor, seen: IfMatch
) -> Response:
    """Declare, or change what was declared; the first time with `If-Match: *`. Only the student does so."""
    async with wired.db.begin() as session:
        student, there = await hold_oneself(session, reader(principal), student_id)
        given = {name: getattr(body, name) for name in CHARACTERISTICS}
        made = await declare(session, student, there, given, seen=seen, now=wired.clock.now())
        return answer(EqualityDeclarationView.model_validate(made), version=made.version)


@router.delete(
    "/students/{student_id}/equality-declaration",
    operation_id="delete_equality_declaration",
    status_code=204,
)
async def delete_declaration(student_id: Id, wired: Wired, principal: Monitor, seen: IfMatch) -> Response:
    """Withdraw one's declaration: it is gone, and counted in no report any more."""
    async with wired.db.begin() as session:
        _, there = await hold_oneself(session, reader(principal), student_id)
        await withdraw(session, there, seen=seen)
    return Response(status_code=204)


@router.get("/reports/equality", operation_id="get_equality_report", response_model=EqualityReportView)
async def get_equality_report(
    wired: Wired,
    principal: SensitiveReader,
    academic_year: Annotated[AcademicYear, Query(description="The academic year of the rounds.")],
) -> Response:
    """Matching, concerns and results by declared group, for the office: shares with intervals, and rate ratios."""
    office_only(principal)
    async with wired.db.read() as connection:
        students = await outcomes(connection, {**reader(principal), "academic_year": academic_year})
    return answer(
        EqualityReportView(
            academic_year=academic_year,
            characteristics=[
                CharacteristicOutcomes(characteristic=each, groups=_groups(students, each.value))
                for each in Characteristic
            ],
        )
    )


def _groups(students: Sequence[Mapping[str, Any]], characteristic: str) -> list[GroupOutcomes]:
    members: dict[str, list[Mapping[str, Any]]] = {}
    for student in students:
        members.setdefault(student[characteristic] or "not_declared", []).append(student)
    concealed = {
        of: hidden({group: sum(each[of] > 0 for each in those) for group, those in members.items()})
        for of in set(_OF.values())
    }
    return [
        GroupOutcomes(
            group=group,
            outcomes=[
                _outcome(outcome, those, students)
                for outcome, of in _OF.items()
                if group not in concealed[of]
            ],
        )
        for group, those in sorted(members.items())
    ]


def _outcome(
    outcome: MonitoredOutcome, those: Iterable[Mapping[str, Any]], everybody: Iterable[Mapping[str, Any]]
) -> GroupOutcome:
    count, n = _summed(outcome, those)
    count_of_all, all_ = _summed(outcome, everybody)
    here = share_of(count, n)
    ratio = rate_ratio(here, share_of(count_of_all - count, all_ - n))
    return GroupOutcome(outcome=outcome, share=ShareWithInterval.of(here), ratio=RatioView.of(ratio))


def _summed(outcome: MonitoredOutcome, students: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    known = list(students)
    return sum(each[outcome.value] for each in known), sum(each[_OF[outcome]] for each in known)
