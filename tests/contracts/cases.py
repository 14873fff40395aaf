"""Requests that Schemathesis makes up, brought closer to life: they ask about what is there, at times people live in."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import APIOperation

from tests.contracts.drawing import SOME_ID, requests_like_those_to
from tests.contracts.world import World


def requests_to(operation: APIOperation, mode: GenerationMode, world: World) -> Iterator[Case]:
    """Requests to the operation: such as its description allows, or (negative) such as it does not."""
    random = Random(operation.label)  # the same requests in every run
    for drawn in requests_like_those_to(operation, mode):
        yield _brought_to_life(random, world, _addressed_to(operation, drawn))


def breaks_a_rule(case: Case) -> bool:
    """Whether some part of the request really breaks what is published: leaving out what may be left out does not."""
    return case.meta is not None and bool(getattr(case.meta.phase.data, "mutations", ()))


def _addressed_to(operation: APIOperation, drawn: Case) -> Case:
    """A copy, to an operation that may call the parts of its path otherwise."""
    renamed = {
        old.name: new.name
        for old, new in zip(drawn.operation.path_parameters, operation.path_parameters, strict=True)
    }
    return operation.Case(
        path_parameters={renamed.get(name, name): value for name, value in drawn.path_parameters.items()},
        headers=drawn.headers.copy(),
        cookies=dict(drawn.cookies),
        query=deepcopy(drawn.query),
        body=drawn.body,
        media_type=drawn.media_type,
        _meta=deepcopy(drawn.meta),
    )


def _brought_to_life(random: Random, world: World, case: Case) -> Case:
    if case.query and "wait" in case.query:
        case.query["wait"] = 0
    path_is_good = _is_good(case, ParameterLocation.PATH)
    for name, value in case.path_parameters.items():
        if value == SOME_ID:
            case.path_parameters[name] = random.choice(world.of(name) or [value])
        elif path_is_good:
            case.path_parameters[name] = _known_or(random, world, name, value)
    if "If-Match" in case.headers and _is_good(case, ParameterLocation.HEADER):
        case.headers["If-Match"] = random.choice(["*", "*", "*", '"1"', case.headers["If-Match"]])
    if _is_good(case, ParameterLocation.BODY):
        case.body = _with_known(random, world, case.body)
    return case


def _is_good(case: Case, where: ParameterLocation) -> bool:
    part = case.meta.components.get(where) if case.meta else None
    return part is not None and part.mode is GenerationMode.POSITIVE


def _with_known(random: Random, world: World, body: Any) -> Any:
    """The body with ids of things that are there, mostly, in place of made-up ones."""
    if isinstance(body, list):
        return [_with_known(random, world, each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: _known_or(random, world, name, value)
        if isinstance(value, str)
        else _with_known(random, world, value)
        for name, value in body.items()
    }


def _known_or(random: Random, world: World, name: str, value: Any) -> Any:
    known = world.of(name)
    return random.choice([*known, *known, value]) if known else value
