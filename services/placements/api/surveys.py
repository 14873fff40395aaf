"""The survey at the end of a placement: answering it, and what many answers say together."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Monitor, Reader, Wired, organisations_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, AcademicYear
from services.placements.api.shares import SHARE, ShareWithInterval
from services.placements.domain.intervals import share_of
from services.placements.domain.small_numbers import FEWEST, Shown, publishable
from services.placements.domain.surveys import (
    SurveyCell,
    SurveyGrouping,
    SurveyQuestion,
    SurveyRating,
    SurveyTally,
    tally,
)
from services.placements.operations.surveys import answer_survey
from services.placements.queries.placements import hold_placement
from services.placements.queries.surveys import OWN, survey_cells
from services.placements.queries.visibility import reader
from shared.errors import Forbidden
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["surveys"])

_RATINGS = {
    "overall": "good",
    "support": "very_good",
    "supervision": "good",
    "learning_opportunities": "good",
} | {
    "induction": "fair",
    "inclusion": "very_good",
}
_ANSWERS = {**_RATINGS, "would_apply_here": True, "would_recommend": True}
_QUESTION = {"question": "support", "mean": 4.52, "good": SHARE}
_TALLY = {"n": 25, "questions": [_QUESTION], "would_apply_here": SHARE, "would_recommend": SHARE}


class SurveyAnswers(Wire):
    """What a student says of a placement, on five-point scales, and whether they would work there."""

    model_config = like(**_ANSWERS)

    overall: SurveyRating
    support: SurveyRating
    supervision: SurveyRating
    learning_opportunities: SurveyRating
    induction: SurveyRating
    inclusion: SurveyRating
    """Whether they felt part of the team."""
    would_apply_here: bool
    """Would apply for a job in this setting."""
    would_recommend: bool
    """Would recommend the placement to another student."""


class SurveyResponseView(SurveyAnswers):
    """One's own answers."""

    model_config = like(id=SAMPLE_ID, placement_id=SAMPLE_ID, **_ANSWERS, submitted_at="2027-01-20T10:00:00Z")

    id: UUID
    placement_id: UUID
    submitted_at: Instant


class QuestionTally(Wire):
    """Many answers to one question: the mean, 1 to 5, and the share of good and very good."""

    question: SurveyQuestion
    mean: float
    good: ShareWithInterval


class SurveyTallyView(Wire):
    """Many answers together; never fewer than five."""

    n: int
    questions: Annotated[list[QuestionTally], up_to(10)]
    would_apply_here: ShareWithInterval
    would_recommend: ShareWithInterval

    @classmethod
    def of(cls, told: SurveyTally) -> "SurveyTallyView":
        """Answers that may be told."""
        return cls(
            n=told.n,
            questions=[
                QuestionTally(
                    question=q,
                    mean=round(told.mean(q), 4),
                    good=ShareWithInterval.of(share_of(told.good[q], told.n)),
                )
                for q in SurveyQuestion
            ],
            would_apply_here=ShareWithInterval.of(share_of(told.would_apply, told.n)),
            would_recommend=ShareWithInterval.of(share_of(told.would_recommend, told.n)),
        )


class SurveyGroup(Wire):
    """One group; null where it is too small to be shown (n < 5), or would give such a one away."""

    key: str
    answers: SurveyTallyView | None


class SurveyBreakdown(Wire):
    """The same answers group by group."""

    by: SurveyGrouping
    items: Annotated[list[SurveyGroup], up_to(5000)]


class SurveyReportView(Wire):
    """The surveys of an academic year. Everybody gets the same numbers, so that two readers cannot subtract theirs."""

    model_config = like(
        academic_year="2026-27",
        answers=_TALLY,
        groups=[{"by": "organisation", "items": [{"key": SAMPLE_ID, "answers": None}]}],
    )

    academic_year: str
    answers: SurveyTallyView | None
    groups: Annotated[list[SurveyBreakdown], up_to(4)]


_OWN = TypeAdapter(list[SurveyResponseView])


@router.post(
    "/placements/{placement_id}/survey-responses",
    operation_id="record_survey_response",
    response_model=SurveyResponseView,
    status_code=201,
)
async def record_response(
    placement_id: Id, body: SurveyAnswers, wired: Wired, principal: Monitor, key: Key
) -> Response:
    """Answer the survey of one's own placement, once. Nobody else ever reads these answers one by one."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        if not principal.is_person or principal.person_id != placement.student_id:
            raise Forbidden("not_your_answers", "The student answers the survey.")
        made = await answer_survey(
            session,
            placement,
            {question: getattr(body, question.value) for question in SurveyQuestion},
            would_apply_here=body.would_apply_here,
            would_recommend=body.would_recommend,
            now=wired.clock.now(),
        )
        return await key.keep(session, answer(SurveyResponseView.model_validate(made), status=201))


@router.get(
    "/placements/{placement_id}/survey-responses",
    operation_id="list_survey_responses",
    response_model=Page[SurveyResponseView],
)
async def list_responses(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """What the caller has answered; empty for everybody but the student."""
    return await page(call, wired.db, OWN, reader(principal), _OWN, filters={"placement_id": placement_id})


@router.get("/reports/survey", operation_id="get_survey_report", response_model=SurveyReportView)
async def get_survey_report(
    wired: Wired,
    principal: Reader,
    academic_year: Annotated[AcademicYear, Query(description="The academic year of the rounds.")],
) -> Response:
    """Means with n and shares with intervals: all, by organisation, setting, directorate and programme route."""
    organisations_only(principal)
    async with wired.db.read() as connection:
        cells = await survey_cells(connection, {**reader(principal), "academic_year": academic_year})
    return answer(survey_report(academic_year, cells))


def survey_report(academic_year: str, cells: list[SurveyCell]) -> SurveyReportView:
    """The report of a year from its cells, with every group hidden that must be."""
    groups: dict[Shown, set[int]] = {}
    for place, cell in enumerate(cells):
        groups.setdefault(Shown("all", "all"), set()).add(place)
        for by in SurveyGrouping:
            groups.setdefault(Shown(by.value, cell.group(by)), set()).add(place)
    sizes = {place: cell.n for place, cell in enumerate(cells)}
    shown = publishable({name: frozenset(places) for name, places in groups.items()}, sizes)
    told = {name: tally(cells[place] for place in groups[name]) for name in shown}
    return SurveyReportView(
        academic_year=academic_year,
        answers=_told(told.get(Shown("all", "all"))),
        groups=[
            SurveyBreakdown(
                by=by,
                items=[
                    SurveyGroup(key=name.key, answers=_told(told.get(name)))
                    for name in sorted(groups)
                    if name.breakdown == by.value
                ],
            )
            for by in SurveyGrouping
        ],
    )


def _told(told: SurveyTally | None) -> SurveyTallyView | None:
    return SurveyTallyView.of(told) if told is not None and told.n >= FEWEST else None
