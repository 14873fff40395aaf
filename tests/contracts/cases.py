"""Requests that Schemathesis makes up, brought closer to life: they ask about what is there, at times people live in."""

from datetime import UTC, date, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import APIOperation

from tests.contracts.world import World

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31)) | st.dates(date(1900, 1, 1), date(2200, 1, 1))
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes from `timezones`
schemathesis.openapi.format("date", DAYS.map(date.isoformat))
schemathesis.openapi.format("date-time", INSTANTS.map(datetime.isoformat))
HEADERS = {
    "If-Match": ["*", "*", "*", '"1"'],
    "If-None-Match": ['"1"', '"2"'],
    "Idempotency-Key": ["a-key-of-the-first-effect", "a-key-of-the-second-effect", "a-key-of-the-third-effect"],
}
"""What such headers mostly say."""


@st.composite
def a_case(draw: st.DrawFn, operation: APIOperation, mode: GenerationMode, world: World) -> Case:
    """A request of the operation: one that its description allows, or (negative) one that it does not."""
    case = draw(operation.as_strategy(generation_mode=mode, **_as_in_life(draw, operation, mode, world)))
    if case.query and "wait" in case.query:
        case.query["wait"] = 0
    if mode is GenerationMode.POSITIVE and "cursor" in case.query and draw(st.integers(0, 3)):
        del case.query["cursor"]  # a made-up cursor is always refused
    if _is_good(case, ParameterLocation.PATH):
        for name in case.path_parameters:
            case.path_parameters[name] = _known_or(draw, world, name, case.path_parameters[name])
    if "If-Match" in case.headers and _is_good(case, ParameterLocation.HEADER):
        case.headers["If-Match"] = draw(st.sampled_from(["*", "*", "*", '"1"', case.headers["If-Match"]]))
    if _is_good(case, ParameterLocation.BODY):
        case.body = _with_known(draw, world, case.body)
    return case


def _as_in_life(
    draw: st.DrawFn, operation: APIOperation, mode: GenerationMode, world: World
) -> dict[str, dict[str, str]]:
    """Where the request goes and its headers, twice in three times: making these up takes longest and is soonest refused.

    A bad request always has something left that can be bad.
    """
    parts = {
        "path_parameters": {each.name: world.of(each.name) for each in operation.path_parameters},
        "headers": {each.name: HEADERS.get(each.name, []) for each in operation.headers},
    }
    given = {
        part: {name: draw(st.sampled_from(values)) for name, values in known.items() if values}
        for part, known in parts.items()
        if known and draw(st.integers(0, 2))
    }
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body) and len(given) == len([p for p in parts.values() if p]):
        given.popitem()
    return given


def breaks_a_rule(case: Case) -> bool:
    """Whether some part of the request really breaks what is published: leaving out what may be left out does not."""
    return case.meta is not None and bool(getattr(case.meta.phase.data, "mutations", ()))


def _is_good(case: Case, where: ParameterLocation) -> bool:
    part = case.meta.components.get(where) if case.meta else None
    return part is not None and part.mode is GenerationMode.POSITIVE


def _with_known(draw: st.DrawFn, world: World, body: Any) -> Any:
    """The body with ids of things that are there, mostly, in place of made-up ones."""
    if isinstance(body, list):
        return [_with_known(draw, world, each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: _known_or(draw, world, name, value)
        if isinstance(value, str)
        else _with_known(draw, world, value)
        for name, value in body.items()
    }


def _known_or(draw: st.DrawFn, world: World, name: str, value: Any) -> Any:
    known = world.of(name)
    return draw(st.sampled_from([*known, *known, value])) if known else value
