"""Explanations: why one request got what it got, in facts and in words, separately for student, coordinator and host.

Each reader gets no more than they may know. A student reads the student's explanation of their own request, a host what
concerns the proposal at its own setting, a university's and the partnership's coordinators the coordinator's, and only the
partnership's office whose seats are used up and why an educator may not take the student.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.explanation_shapes import ExplanationView, For
from services.placements.api.explanation_words import in_words, since_in_words, since_of
from services.placements.api.resources import Id
from services.placements.domain.matching.result import Explanation
from services.placements.domain.matching.stored import explanation_from
from services.placements.domain.matching.words_coordinator import Names, say_passed_over
from services.placements.queries import explanations as reading
from services.placements.queries.visibility import reader
from shared.errors import Forbidden, NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Page

router = APIRouter(prefix="/v1", tags=["matching"])


Wanted = Annotated[
    For | None,
    Query(
        alias="for",
        description="Whom it is to speak to; a coordinator may ask for each, others for their own.",
    ),
]

_NO_FACTS: dict[str, Any] = {
    "offers": None,
    "feasible": None,
    "waterfall": [],
    "contributions": {},
    "alternatives": {},
    "better": {},
    "blocked": {},
    "passed_over": [],
    "smallest_change": None,
}
"""What a host learns about a student's other offers."""


def _facts(
    raw: Mapping[str, Any], told: Explanation, reader_: For, names: Names, *, office: bool
) -> dict[str, Any]:
    passed_over = [
        {
            **each,
            "others_lose": each.get("others_lose", 0),
            "setting_name": names.get(each["offer_id"]),
            "limits": each["limits"] if office else [],
            "educator_reasons": each["educator_reasons"] if office else [],
            "words": next(say_passed_over([one], names)) if reader_ is For.COORDINATOR else None,
        }
        for each, one in zip(raw["passed_over"], told.passed_over, strict=True)
    ]
    change = raw["smallest_change"]
    return {
        **{name: raw.get(name, empty) for name, empty in _NO_FACTS.items()},
        "passed_over": passed_over,
        "smallest_change": {**change, "limits": change["limits"] if office else []} if change else None,
    }


def _shown(row: Any, *, wanted: For | None, office: bool) -> Any:
    """The explanation in a row as this reader may have it."""
    if not isinstance(row, dict):
        return row
    raw, names, reader_ = row["explanation"], row["names"] or {}, _reader_of(row, wanted, office=office)
    told = explanation_from(raw)
    since = since_of(row["latest"], raw["offer_id"], reader_)
    words = in_words(told, reader_, names)
    if since:
        words = (since_in_words(since, told.listed, reader_), *words)
    given = raw.get("assignment")
    facts = (
        _NO_FACTS
        if reader_ is For.HOST
        else _facts(raw, told, reader_, names, office=office and reader_ is For.COORDINATOR)
    )
    return {
        "request_id": raw["request_id"],
        "reader": reader_,
        "words": words,
        "summary": " ".join(words),
        "placed": raw["placed"],
        "held": raw.get("held", False),
        "offer_id": raw["offer_id"],
        "given": {**_without_request(given), "setting_name": names.get(given["offer_id"])} if given else None,
        "since": since,
        **facts,
    }


def _without_request(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "request_id"}


def _reader_of(row: Mapping[str, Any], wanted: For | None, *, office: bool) -> For:
    """Whom the row speaks to: as asked for, if the caller may read that, else as the caller is."""
    coordinates = row["as_owner"] and not row["as_student"]
    mine = For.COORDINATOR if coordinates else For.STUDENT if row["as_owner"] else For.HOST
    chosen = wanted or mine
    if chosen is not mine and not coordinates:
        raise Forbidden("not_your_reading", f"You read this explanation as its {mine.value}.")
    if chosen is For.HOST and not (row["explanation"]["placed"] and (office or row["as_host"])):
        raise NotFound("explanation for a host")
    return chosen


@dataclass(frozen=True, slots=True)
class _Lens:
    one: TypeAdapter[ExplanationView]
    many: TypeAdapter[list[ExplanationView]]


def _lens(wanted: For | None, *, office: bool) -> _Lens:
    shape = Annotated[ExplanationView, BeforeValidator(partial(_shown, wanted=wanted, office=office))]
    return _Lens(TypeAdapter(shape), TypeAdapter(list[shape]))


_LENSES = {
    (office, wanted): _lens(wanted, office=office) for office in (True, False) for wanted in (None, *For)
}


@router.get(
    "/match-runs/{run_id}/explanations",
    operation_id="list_explanations",
    response_model=Page[ExplanationView],
)
async def list_explanations(
    run_id: Id, call: ListCall, wired: Wired, principal: Reader, wanted: Wanted = None
) -> Response:
    """Why each request the caller sees, or is asked to host, got what it got.

    With `for` only those that the caller may read so: `for=host` lists what hosts are told of their own proposals.
    """
    binds = {**reader(principal), "run_id": run_id}
    filters = {} if wanted is None else {"for": wanted.value}
    lens = _LENSES[principal.partnership_wide, wanted]
    statement = reading.EXPLANATION_LIST.by({} if wanted is None else {f"for_{wanted.value}": True})
    return await page(call, wired.db, statement, binds, lens.many, filters=filters)


@router.get(
    "/match-runs/{run_id}/explanations/{request_id}",
    operation_id="get_explanation",
    response_model=ExplanationView,
)
async def get_explanation(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    run_id: Id,
    request_id: Id,
    call: SingleCall,
    wired: Wired,
    principal: Reader,
    wanted: Wanted = None,
) -> Response:
    """Why this place, why not each better-ranked offer, and what would place a student who has none."""
    binds = {**reader(principal), "run_id": run_id, "request_id": request_id}
    adapter = _LENSES[principal.partnership_wide, wanted].one
    return await single(call, wired.db, reading.EXPLANATION, binds, adapter, "explanation")
