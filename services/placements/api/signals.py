"""Signals about a placement: the log, and raising a flag."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, ConcernWriter, Wired
from services.placements.api.raisers import Raiser, raised_by, refuse_who_sees_nothing
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import Outcome, PlacementSide, Recipient, RuleCode
from services.placements.domain.vocabulary import ConcernAbout, Severity
from services.placements.operations.signals import Noticed, record
from services.placements.queries import signals as reading
from services.placements.queries.signals import case_number_of, refuse_invisible_placement
from services.placements.queries.visibility import reader
from shared.auth.principal import Principal
from shared.calendar import ENGLAND
from shared.errors import Conflict, Fault, Invalid
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, LongText, Page, Wire, like, up_to
from shared.http.writing import Key, answer
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["signals"])

_BY_WHAT = {
    ConcernAbout.DISCRIMINATION: RuleCode.DISCRIMINATION_REPORT,
    ConcernAbout.SAFETY: RuleCode.SAFETY_OR_MISCONDUCT,
}
"""Flags that are always red, whoever raises them."""


class FlagIn(Wire):
    """Somebody in a role, or the student, says that something is not right."""

    model_config = like(about="practice_education", is_urgent=False, note="Supervision was cancelled twice.")

    about: ConcernAbout
    is_urgent: bool = False
    """For the student: I feel unsafe."""
    note: LongText | None = None
    """Whoever sees the flag sees it, the student too."""
    concerning_side: PlacementSide | None = None
    """For discrimination and safety: the side it is about. It neither sees the report nor is told of it."""
    by_person_id: UUID | None = None
    """Who raises it, where a system calls: the student, or a person of the partnership. They are told the outcome."""


class WeighedSince(Wire):
    """What a signal weighed since an instant, by which evidence."""

    severity: Severity
    since: Instant
    evidence: dict[str, str]


class SignalView(Wire):
    """One thing noticed about a placement."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=SAMPLE_ID,
        rule_code="hub_absence",
        severity="amber",
        points=1,
        about="wellbeing",
        evidence={"hub_id": SAMPLE_ID, "session_id": SAMPLE_ID},
        note=None,
        source="hubs",
        raised_by_role=None,
        occurred_at="2026-10-12T09:00:00Z",
        weighed=[
            {
                "severity": "amber",
                "since": "2026-10-12T09:00:00Z",
                "evidence": {"hub_id": SAMPLE_ID, "session_id": SAMPLE_ID},
            }
        ],
        expires_at="2026-11-09T17:00:00Z",
        resolved_at=None,
        concern_id=None,
        case_number=None,
        concerning_side=None,
        outcome=None,
    )

    id: UUID
    placement_id: UUID
    rule_code: RuleCode
    severity: Severity
    points: int
    """What it weighs, in the policy in force when it was noticed."""
    about: ConcernAbout
    evidence: dict[str, str]
    """Ids that a reader may open if allowed."""
    note: str | None
    source: str
    """Who noticed it: a service, or `person`."""
    raised_by_role: str | None
    occurred_at: Instant
    weighed: Annotated[list[WeighedSince], up_to(400)]
    """What it weighed from its first day on: one that grew from amber to red has both. The last entry is its weight now."""
    expires_at: Instant
    """From when it no longer counts."""
    resolved_at: Instant | None
    concern_id: UUID | None
    case_number: str | None
    concerning_side: PlacementSide | None
    outcome: Outcome | None
    """How the concern was closed to which it led, so that whoever raised it knows."""


_MANY = TypeAdapter(list[SignalView])


@router.get(
    "/placements/{placement_id}/signals",
    operation_id="list_placement_signals",
    response_model=Page[SignalView],
)
async def list_signals(placement_id: Id, call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """Everything that was noticed about a placement, oldest first, whether or not it counts."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await refuse_invisible_placement(connection, binds, placement_id)
    return await page(call, wired.db, reading.LIST, binds, _MANY, filters={"placement_id": placement_id})


@router.post(
    "/placements/{placement_id}/signals",
    operation_id="raise_signal",
    response_model=SignalView,
    status_code=201,
)
async def raise_signal(
    placement_id: Id, body: FlagIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Raise a flag. The policy decides what it weighs and whether it opens a concern; the answer says if it did.

    Whoever sees the placement may. A hub's facilitator, who does not, flags it with `POST /v1/hubs/{hub_id}/flags` there.
    """
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await refuse_who_sees_nothing(session, principal, placement_id)
        raiser = await raised_by(session, principal, placement_id, body.by_person_id)
        now = wired.clock.now()
        signal = await record(
            session, placement_id, _noticed(principal, raiser, body, now), calendar=ENGLAND, now=now
        )
        if signal is None:
            raise Conflict("not_a_signal", "The partnership's policy does not take such flags.")
        led_to = {"case_number": await case_number_of(session, signal.concern_id), "outcome": None}
        columns = {name: getattr(signal, name) for name in SignalView.model_fields if name not in led_to}
        return await key.keep(session, answer(SignalView.model_validate({**columns, **led_to}), status=201))


def _noticed(principal: Principal, raiser: Raiser, body: FlagIn, now: datetime) -> Noticed:
    if body.concerning_side is not None and body.about not in _BY_WHAT:
        words = "A side is named for discrimination and safety only; everything else is said openly."
        raise Invalid([Fault("/concerning_side", "does_not_fit", words)])
    usual = RuleCode.STUDENT_FLAG if raiser.role == Recipient.STUDENT else RuleCode.RAISED_FLAG
    return Noticed(
        rule=_BY_WHAT.get(body.about, usual),
        facts={"is_urgent": body.is_urgent},
        about=body.about,
        cause=f"flag:{raiser.person_id or principal.subject}:{body.about}",
        occurrence=str(new_id()),
        occurred_at=now,
        source="person" if raiser.person_id else principal.client_id,
        note=body.note,
        raised_by_person_id=raiser.person_id,
        raised_by_role=raiser.role,
        concerning_side=body.concerning_side,
    )
