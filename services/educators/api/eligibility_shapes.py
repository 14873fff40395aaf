"""Eligibility decisions as they travel: the question, the answer for each educator, and an answer that was kept.

Answers are put together as plain mappings and written at once: there may be two thousand in one call, and checking again what
the rules have made would take longer than the rules.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, CurrencyShort, Span
from services.educators.domain.case import PlacementShape
from services.educators.domain.codes import Mode, Outcome, PlacementLevel, RuleCode, RuleResult
from services.educators.domain.eligibility import Decision
from services.educators.domain.evidence import Evidence
from services.educators.queries.decisions import Decided
from shared.http.wire import Code, Day, Instant, Wire, like, rfc3339, up_to

AT_MOST_KEPT = 50
"""Of one call no more decisions are kept than this: a match asks about thousands, of which a few come to be."""


class PlacementQuestion(Span):
    """The placement, as far as eligibility depends on it."""

    placement_level: PlacementLevel
    mode: Mode | None = None
    """How the educator would work in it, where that differs from how they usually do."""

    on_site_supervisor_named: bool | None = None
    """Whether somebody supervises day to day where the educator is off site; null when nobody knows yet."""

    student_id: UUID | None = None
    """Who the student is; without it no conflict can be seen."""

    placement_id: UUID | None = None
    """A placement that exists already: a seat it holds is not counted against the educator."""

    ratifying_educator_id: UUID | None = None
    """The current Stage 2 educator who ratifies a Stage 1 educator's judgement of a final placement; null: the mentor."""

    hub_facilitator_educator_ids: Annotated[list[UUID], Field(max_length=20)] | None = None
    """The educators who facilitate the student's hub; null when nobody knows."""

    def shape(self) -> PlacementShape:
        """The placement as the rules see it."""
        facilitators = self.hub_facilitator_educator_ids
        known = {**self.model_dump(), "hub_facilitator_educator_ids": None}
        if facilitators is not None:
            known["hub_facilitator_educator_ids"] = frozenset(facilitators)
        return PlacementShape(**known)


class EligibilityQuestion(Wire):
    """One placement, and the educators who might take it."""

    model_config = like(
        placement={"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"},
        educator_ids=[SAMPLE_ID],
    )

    placement: PlacementQuestion
    educator_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]
    keep: bool | None = None
    """Whether to keep the answers, each to be read again under its `decision_id` for as long as the register is kept.

    When null, the answer about one educator and a placement that exists is kept, and no other. Up to 50 may be kept at once.
    """

    @property
    def is_kept(self) -> bool:
        """Whether the answers are to be kept."""
        if self.keep is None:
            return self.placement.placement_id is not None and len(self.educator_ids) == 1
        return self.keep


class RuleView(Wire):
    """What one rule says."""

    code: RuleCode
    result: RuleResult
    detail: str
    evidence_ids: Annotated[list[UUID], up_to(1000)]
    expires_on: Day | None
    fix: str | None
    """What would change the result, or what the condition asks; null when there is nothing to mend."""

    waivable: bool
    waiver_id: UUID | None
    """The waiver that turns this rule's block into a condition."""


class SeatsView(Wire):
    """The educator's seats over the placement's days."""

    max_concurrent: int
    held: int
    """On the busiest day."""

    free: int


_DECISION: dict[str, Any] = {
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
            "waiver_id": None,
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
    "decision_id": None,
}


class DecisionView(Wire):
    """The answer for one educator."""

    educator_id: UUID
    outcome: Outcome
    rules: Annotated[list[RuleView], up_to(50)]
    seats: SeatsView | None
    currency: CurrencyShort | None
    """On the first day of the placement."""

    decision_id: UUID | None
    """Under this id the answer is kept; null when it is not."""


class EligibilityAnswer(Wire):
    """One decision for each educator, in the order they were asked for."""

    model_config = like(decided_at="2026-09-07T09:00:00Z", items=[_DECISION])

    decided_at: Instant
    items: Annotated[list[DecisionView], up_to(2000)]


class EvidenceUsed(Wire):
    """One record the rules looked at, with the values it had then."""

    kind: Code
    id: UUID
    values: dict[str, Any]


class KeptDecisionView(DecisionView):
    """An answer as it was given, with all it rested on. It never changes."""

    model_config = like(
        **_DECISION | {"decision_id": SAMPLE_OTHER_ID},
        decided_at="2026-09-07T09:00:00Z",
        known_on="2026-09-07",
        placement={"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"},
        educator={"peps_stage": "stage_2", "mode": "on_site", "employment": "employed"},
        mentor_current=False,
        ratifier_current=False,
        parameters_number=0,
        parameters={"window_a_months": 24, "cpd_months": 12},
        evidence=[
            {
                "kind": "support_episodes",
                "id": SAMPLE_OTHER_ID,
                "values": {"placement_level": "final", "ended_on": "2023-05-12"},
            }
        ],
    )

    decided_at: Instant
    known_on: Day
    """The day on which the evidence was read."""

    placement: PlacementQuestion
    """The question."""

    educator: dict[str, Any]
    """What the rules knew of the educator: stage, way of working, day of qualifying, number of students, mentor."""

    mentor_current: bool
    ratifier_current: bool
    """Whether the mentor, and whoever the placement names to ratify, were of Stage 2 and current on the first day."""

    parameters_number: int
    """The version of the rule parameters, those in force on the first day; 0 for the ones Practicum ships."""

    parameters: dict[str, Any]
    evidence: Annotated[list[EvidenceUsed], up_to(1000)]
    """What the rules looked at. Older records that later ones outdo are not among them."""


def shown(decision: Decision, decision_id: UUID | None = None) -> dict[str, Any]:
    """A decision as it travels."""
    seats, standing = decision.seats, decision.currency
    return {
        "educator_id": decision.educator_id,
        "outcome": decision.outcome,
        "rules": [finding._asdict() for finding in decision.rules],
        "seats": seats and {"max_concurrent": seats.max_concurrent, "held": seats.held, "free": seats.free},
        "currency": standing and {name: getattr(standing, name) for name in CurrencyShort.model_fields},
        "decision_id": decision_id,
    }


def kept(
    decision: Decision, decision_id: UUID, question: PlacementQuestion, decided: Decided, now: datetime
) -> dict[str, Any]:
    """A decision with all it rests on, as it is kept."""
    dossier = decided.dossiers.get(decision.educator_id)
    if dossier is None:
        raise LookupError("only a decision about somebody known is kept")
    return {
        **shown(decision, decision_id),
        "decided_at": rfc3339(now),
        "known_on": dossier.evidence.known_on,
        "placement": question.model_dump(),
        "educator": asdict(dossier.educator),
        "mentor_current": decided.dossiers.senior(dossier.educator.mentor_educator_id),
        "ratifier_current": decided.dossiers.senior(question.ratifying_educator_id),
        "parameters_number": decided.in_force.number,
        "parameters": asdict(decided.in_force.parameters),
        "evidence": list(_used(dossier.evidence)),
    }


def _used(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "id": record.id, "values": {n: v for n, v in record._asdict().items() if n != "id"}}
        for kind in Evidence.__dataclass_fields__
        if isinstance(records := getattr(evidence, kind), tuple)
        for record in records
    ]
