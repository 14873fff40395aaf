"""Eligibility decisions: whether these educators may take such a placement, and what each rule says."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, CurrencyShort, Span, like
from services.educators.domain.case import Finding, PlacementShape, Seats
from services.educators.domain.codes import Mode, Outcome, PlacementLevel, RuleCode, RuleResult
from services.educators.domain.eligibility import Decision
from services.educators.queries.decisions import decisions
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.reading import JSON
from shared.http.wire import Day, Instant, Wire, up_to

router = APIRouter(prefix="/v1", tags=["eligibility"])


class PlacementQuestion(Span):
    """The placement, as far as eligibility depends on it."""

    placement_level: PlacementLevel
    mode: Mode | None = None
    """How the educator would work in it, where that differs from how they usually do."""

    on_site_supervisor_named: bool | None = None
    """Whether somebody supervises day to day where the educator is off site; null when nobody knows yet."""

    student_id: UUID | None = None
    placement_id: UUID | None = None
    """A placement that exists already: a seat it holds is not counted against the educator."""


class EligibilityQuestion(Wire):
    """One placement, and the educators who might take it."""

    model_config = like(
        placement={"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"},
        educator_ids=[SAMPLE_ID],
    )

    placement: PlacementQuestion
    educator_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]


class RuleView(Wire):
    """What one rule says."""

    code: RuleCode
    result: RuleResult
    detail: str
    evidence_ids: Annotated[list[UUID], up_to(1000)]
    expires_on: Day | None
    fix: str | None
    """What would change the result; null when there is nothing to mend."""

    waivable: bool


class SeatsView(Wire):
    """The educator's seats over the placement's days."""

    max_concurrent: int
    held: int
    """On the busiest day."""

    free: int


class DecisionView(Wire):
    """The answer for one educator."""

    educator_id: UUID
    outcome: Outcome
    rules: Annotated[list[RuleView], up_to(50)]
    seats: SeatsView | None
    currency: CurrencyShort | None
    """On the first day of the placement."""


class EligibilityAnswer(Wire):
    """One decision for each educator, in the order they were asked for."""

    model_config = like(
        decided_at="2026-09-07T09:00:00Z",
        items=[
            {
                "educator_id": SAMPLE_ID,
                "outcome": "not_eligible",
                "rules": [
                    {
                        "code": "current_at_start",
                        "result": "block",
                        "detail": "Currency has lapsed by 21 September 2026. The last student's last day was 12 May 2023, "
                        "more than two years before 21 September 2026.",
                        "evidence_ids": [SAMPLE_OTHER_ID],
                        "expires_on": "2025-05-12",
                        "fix": "Support a student as educator of record.",
                        "waivable": True,
                    }
                ],
                "seats": {"max_concurrent": 1, "held": 0, "free": 1},
                "currency": {
                    "as_at": "2026-09-21",
                    "status": "lapsed",
                    "basis": None,
                    "current_until": "2025-05-12",
                    "cpd_grace_until": "2027-08-14",
                },
            }
        ],
    )

    decided_at: Instant
    items: Annotated[list[DecisionView], up_to(2000)]


_ANSWER: TypeAdapter[EligibilityAnswer] = TypeAdapter(EligibilityAnswer)


@router.post(
    "/eligibility-decisions",
    operation_id="decide_eligibility",
    summary="Who may take a placement",
    response_model=EligibilityAnswer,
)
async def decide_eligibility(
    body: Annotated[EligibilityQuestion, Body()], wired: Wired, principal: Reader
) -> Response:
    """One placement, up to 2,000 educators: for each an outcome and what every rule says, with its evidence and its fix."""
    now = wired.clock.now()
    asked = body.placement
    shape = PlacementShape(**asked.model_dump())
    async with wired.db.read() as connection:
        decided = await decisions(
            connection,
            reader(principal),
            shape,
            list(dict.fromkeys(body.educator_ids)),
            partnership_id=principal.tenant,
            today=london_day(now),
        )
    answer = EligibilityAnswer.model_construct(
        decided_at=now, items=[_view(each) for each in decided.decisions]
    )
    return Response(_ANSWER.dump_json(answer), media_type=JSON)


def _view(decision: Decision) -> DecisionView:
    """Built without checking again what the rules have made: there may be two thousand of these."""
    currency = decision.currency
    return DecisionView.model_construct(
        educator_id=decision.educator_id,
        outcome=decision.outcome,
        rules=[_rule(finding) for finding in decision.rules],
        seats=_seats(decision.seats),
        currency=None if currency is None else CurrencyShort.of(currency),
    )


def _rule(finding: Finding) -> RuleView:
    members: dict[str, Any] = {
        "code": finding.code,
        "result": finding.result,
        "detail": finding.detail,
        "evidence_ids": list(finding.evidence_ids),
        "expires_on": finding.expires_on,
        "fix": finding.fix,
        "waivable": finding.waivable,
    }
    return RuleView.model_construct(**members)


def _seats(seats: Seats | None) -> SeatsView | None:
    if seats is None:
        return None
    return SeatsView.model_construct(max_concurrent=seats.max_concurrent, held=seats.held, free=seats.free)
