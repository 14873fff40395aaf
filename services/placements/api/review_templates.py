"""QAMP templates over HTTP: what a partnership's reviews ask, the shipped one, and a partnership's next version."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import PolicyWriter, Reader, Wired, office_only
from services.placements.api.quality_issue_shapes import ShortText
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.operations.review_templates import publish_template
from services.placements.queries import review_templates as reading
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Code, Day, Instant, Name, Page, Wire, like
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["review templates"])

_QUESTION = {
    "code": "peer_group",
    "section": "support",
    "text": "The hub or peer group is attended and useful.",
    "checkpoints": ["four_week", "midway", "end"],
    "respondents": ["student", "practice_educator"],
}
_CLOSING = {
    "code": "start",
    "kind": "words",
    "text": "What should start?",
    "checkpoints": ["four_week", "midway", "end"],
    "respondents": ["student"],
}
_WHOLE = {
    "name": "QAMP",
    "version": 2,
    "effective_on": "2026-10-01",
    "questions": [_QUESTION],
    "closing": [_CLOSING],
}
_Codes = Annotated[list[Code], Field(min_length=1, max_length=10)]


class QuestionIn(Wire):
    """One statement: when it is asked (`four_week`, `midway`, `end`) and of whom."""

    model_config = like(**_QUESTION)

    code: Code
    """Lower-case letters and underscores. Keep the code of a question you keep: answers are compared by it."""
    section: Code
    text: ShortText
    checkpoints: _Codes
    respondents: _Codes
    is_critical: bool = False
    """Starred: `not_yet` makes its section red."""
    only_statutory: bool = False
    is_safety: bool = False


class ClosingIn(Wire):
    """One closing question: `energy`, `words` or `choice` (yes, no, unsure). Never scored."""

    model_config = like(**_CLOSING)

    code: Code
    kind: Code
    text: ShortText
    checkpoints: _Codes
    respondents: _Codes


class TemplateIn(Wire):
    """The next version of the partnership's template, for reviews that are opened from a day on."""

    model_config = like(name="QAMP", effective_on="2026-10-01", questions=[_QUESTION], closing=[_CLOSING])

    name: Name
    effective_on: Day
    questions: Annotated[list[QuestionIn], Field(min_length=1, max_length=60)]
    closing: Annotated[list[ClosingIn], Field(max_length=60)] = Field(default_factory=list)


class TemplateView(Wire):
    """One version of the partnership's template. A version never changes."""

    model_config = like(
        id=SAMPLE_ID,
        number=2,
        effective_on="2026-10-01",
        template=_WHOLE,
        created_at="2026-09-21T09:00:00Z",
    )

    id: UUID
    number: int
    effective_on: date
    template: dict[str, Any]
    """All of it, as data."""
    created_at: Instant


class ShippedTemplate(Wire):
    """The template that comes with the service."""

    model_config = like(number=1, template=_WHOLE)

    number: int
    template: dict[str, Any]


_ONE, _MANY = TypeAdapter(TemplateView), TypeAdapter(list[TemplateView])


@router.get("/review-templates", operation_id="list_review_templates", response_model=Page[TemplateView])
async def list_review_templates(call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The partnership's own templates, oldest first; without one in force, reviews ask what the shipped one says."""
    return await page(call, wired.db, reading.LIST, reader(principal), _MANY, filters={})


@router.get(
    "/review-templates/shipped", operation_id="get_shipped_review_template", response_model=ShippedTemplate
)
async def get_shipped_template(_: Reader) -> Response:
    """The template that comes with the service, to start an own one from."""
    return answer(ShippedTemplate(number=reading.SHIPPED, template=reading.shipped_data()))


@router.get(
    "/review-templates/{template_id}", operation_id="get_review_template", response_model=TemplateView
)
async def get_review_template(template_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One of the partnership's own templates."""
    binds = {**reader(principal), "id": template_id}
    return await single(call, wired.db, reading.SINGLE, binds, _ONE, "review template")


@router.post(
    "/review-templates",
    operation_id="create_review_template",
    response_model=TemplateView,
    status_code=201,
)
async def create_review_template(
    body: TemplateIn, wired: Wired, principal: PolicyWriter, key: Key
) -> Response:
    """Add the next version. Reviews that are open keep theirs. Every fault is told, with the question it is in."""
    office_only(principal)
    data = body.model_dump(mode="json", exclude={"effective_on"})
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        made = await publish_template(
            session,
            principal.tenant,
            data,
            body.effective_on,
            by=principal.subject,
            now=wired.clock.now(),
        )
        where = f"/v1/review-templates/{made.id}"
        return await key.keep(session, created(TemplateView.model_validate(made), where, version=None))
