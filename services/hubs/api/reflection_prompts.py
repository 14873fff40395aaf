"""Questions that help to begin a reflection."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader
from services.hubs.domain.planning import SessionKind
from services.hubs.domain.prompts import PROMPTS
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reflections"])

_EXAMPLE = {"session_kind": "reflective_skills", "code": "next_time", "words": "What would you do again?"}


class PromptView(Wire):
    """One question, and the kind of session it goes with."""

    model_config = like(**_EXAMPLE)

    session_kind: SessionKind
    code: str
    words: str


class Prompts(Wire):
    """All questions, in an order in which they may be asked."""

    model_config = like(items=[_EXAMPLE])

    items: Annotated[list[PromptView], up_to(100)]


@router.get(
    "/reflection-prompts",
    operation_id="list_reflection_prompts",
    summary="Questions to begin with",
    response_model=Prompts,
)
async def list_reflection_prompts(principal: ReflectionReader) -> Response:  # noqa: ARG001 - the scope is needed
    """Questions for each kind of session. They are an offer: a reflection may answer none of them."""
    items = [
        PromptView(session_kind=kind, code=prompt.code, words=prompt.words)
        for kind, prompts in PROMPTS.items()
        for prompt in prompts
    ]
    return answer(Prompts(items=items))
