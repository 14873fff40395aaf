"""What the student says about a concern."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.acting import ByAPerson, act
from services.placements.api.concern_actors import Named
from services.placements.api.concern_parts import parts_of
from services.placements.api.concerns import ConcernView
from services.placements.api.deps import ConcernReader, ConcernWriter, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations.cases import Case
from services.placements.operations.statements import state
from services.placements.queries.concern_meetings import STATEMENTS
from shared.http.paging import ListCall
from shared.http.wire import Instant, LongText, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["concerns"])


class StatementIn(ByAPerson):
    """What the student says."""

    model_config = like(words="I asked for supervision three times before I raised this.")

    words: LongText


class StatementView(Wire):
    """What the student said, at which level, and when."""

    model_config = like(
        id=SAMPLE_ID,
        level="stage_one",
        words="I asked for supervision three times before I raised this.",
        made_at="2026-10-13T19:20:00Z",
    )

    id: UUID
    level: ConcernLevel
    words: str
    made_at: Instant


_MANY = TypeAdapter(list[StatementView])


@router.get(
    "/concerns/{concern_id}/statements",
    operation_id="list_concern_statements",
    response_model=Page[StatementView],
)
async def list_statements(concern_id: Id, call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """What the student said about a concern, in order. For everybody who sees the concern."""
    return await parts_of(call, wired, principal, concern_id, STATEMENTS, _MANY)


@router.post(
    "/concerns/{concern_id}/statement",
    operation_id="write_concern_statement",
    response_model=ConcernView,
    status_code=201,
)
async def state_on_concern(
    concern_id: Id, body: StatementIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """For the student: answer the concern, as often as you like, also when it is closed."""

    async def work(case: Case, named: Named) -> None:
        state(case, named.student(case), body.words)

    return await act(wired, principal, concern_id, body, key, work, status=201)
