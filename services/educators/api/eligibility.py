"""Eligibility decisions: whether these educators may take such a placement, what each rule says, and what was said before."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from pydantic import TypeAdapter
from pydantic_core import to_json
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.eligibility_shapes import (
    AT_MOST_KEPT,
    EligibilityAnswer,
    EligibilityQuestion,
    KeptDecisionView,
    PlacementQuestion,
    kept,
    shown,
)
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import Outcome
from services.educators.operations.eligibility_decisions import Kept, keep_decisions
from services.educators.queries import eligibility_decisions as reading
from services.educators.queries.decisions import Decided, decisions
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall
from shared.http.reading import JSON, page
from shared.http.wire import Instant, Page, Wire, like, rfc3339
from shared.http.writing import KeyIfAny, expect_key
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["eligibility"])


@router.post(
    "/eligibility-decisions",
    operation_id="decide_eligibility",
    summary="Who may take a placement",
    response_model=EligibilityAnswer,
)
async def decide_eligibility(
    body: Annotated[EligibilityQuestion, Body()], wired: Wired, principal: Reader, key: KeyIfAny
) -> Response:
    """One placement, up to 2,000 educators: for each an outcome and what every rule says, with its evidence and its fix.

    The rule parameters are those in force on the placement's first day. With `keep` each answer is kept with all it
    rests on; without it, an answer about one educator and an existing placement is. A match of thousands keeps nothing.
    """
    now = wired.clock.now()
    asked = partial(
        decisions,
        reader=reader(principal),
        placement=body.placement.shape(),
        educator_ids=list(dict.fromkeys(body.educator_ids)),
        partnership_id=principal.tenant,
        today=london_day(now),
    )
    if not body.is_kept:
        async with wired.db.read() as connection:
            decided = await asked(connection)
        return _answer(decided, {}, now)
    expect_key(key, principal)
    if len(body.educator_ids) > AT_MOST_KEPT:
        words = f"Up to {AT_MOST_KEPT} decisions are kept at once. Ask about fewer educators."
        raise Invalid([Fault("/keep", "too_many_to_keep", words)])
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        decided = await asked(session)
        documents = _documents(decided, body.placement, now)
        await keep_decisions(session, principal.tenant, principal.subject, documents, now)
        return await key.keep(
            session, _answer(decided, {each.educator_id: each.id for each in documents}, now)
        )


def _documents(decided: Decided, question: PlacementQuestion, now: datetime) -> list[Kept]:
    """Each decision about somebody known, under an id of its own, as it is to be kept."""
    documents = []
    for each in decided.decisions:
        if each.currency is not None:
            id_ = new_id()
            document = to_json(kept(each, id_, question, decided, now)).decode()
            documents.append(Kept(id_, each.educator_id, question.placement_id, each.outcome, document))
    return documents


def _answer(decided: Decided, ids: dict[UUID, UUID], now: datetime) -> Response:
    items = [shown(each, ids.get(each.educator_id)) for each in decided.decisions]
    return Response(to_json({"decided_at": rfc3339(now), "items": items}), media_type=JSON)


class KeptDecisionLine(Wire):
    """A decision that was kept, in short."""

    model_config = like(
        id=SAMPLE_ID,
        educator_id=SAMPLE_OTHER_ID,
        placement_id=None,
        outcome="eligible",
        decided_at="2026-09-07T09:00:00Z",
        decided_for="placements",
    )

    id: UUID
    educator_id: UUID
    placement_id: UUID | None
    outcome: Outcome
    decided_at: Instant
    decided_for: str
    """Who asked: the subject of their token."""


_LINES = TypeAdapter(list[KeptDecisionLine])


@router.get(
    "/eligibility-decisions",
    operation_id="list_eligibility_decisions",
    summary="Decisions that were kept",
    response_model=Page[KeptDecisionLine],
)
async def list_eligibility_decisions(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    educator_id: Annotated[UUID | None, Query(description="Only about this educator.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only about this placement.")] = None,
) -> Response:
    """The decisions that were kept about the caller's educators, oldest first."""
    given = {"educator_id": educator_id, "placement_id": placement_id}
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LINES.by(filters), reader(principal), _LINES, filters=filters)


@router.get(
    "/eligibility-decisions/{decision_id}",
    operation_id="get_eligibility_decision",
    summary="A decision as it was given",
    response_model=KeptDecisionView,
)
async def get_eligibility_decision(
    decision_id: Annotated[UUID, Path(description="The `decision_id` of the answer.")],
    wired: Wired,
    principal: Reader,
) -> Response:
    """The answer as it was given, byte for byte, with the question, the evidence it rested on and the rule parameters."""
    async with wired.db.read() as connection:
        document = await reading.document(connection, reader(principal), decision_id)
    return Response(document, media_type=JSON)
