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


@st.composite
def a_case(draw: st.DrawFn, operation: APIOperation, mode: GenerationMode, world: World) -> Case:
    """A request of the operation: one that its description allows, or (negative) one that it does not."""
    case = draw(operation.as_strategy(generation_mode=mode))
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
