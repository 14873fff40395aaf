"""Every operation keeps to what is published about it, whatever it is sent."""

import json
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.development.descriptions import APPS, published
from tests.contracts.cases import a_case, breaks_a_rule

TRIED = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
ALWAYS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REFUSALS = ["400", "401", "403", "404", "409", "410", "412", "413", "415", "422", "428", "503"]
JUDGED_LATER = {"create_import"}
"""A file is taken as it comes; its rows are judged when they are read."""


@cache
def description_of(service: str) -> BaseSchema:
    checked = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
    config = schemathesis.Config.from_dict(checked)
    return schemathesis.openapi.from_dict(json.loads(published(service).read_text("utf-8")), config=config)


def operations() -> list[Any]:
    """Every published operation, by its service, path and method."""
    return [
        pytest.param(service, path, method, id=f"{service}-{operation['operationId']}")
        for service in sorted(APPS)
        for path, methods in json.loads(published(service).read_text("utf-8"))["paths"].items()
        for method, operation in methods.items()
    ]


def modes_of(operation: APIOperation) -> list[GenerationMode]:
    """Good requests, and bad ones where there is anything to get wrong."""
    takes_something = bool(operation.body or list(operation.iter_parameters()))
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something else [])]


def checks_of(operation: APIOperation, case: Case) -> list[CheckFunction]:
    """What must be true of the answer to a request."""
    read_now = operation.definition.raw["operationId"] not in JUDGED_LATER
    return [*ALWAYS, *([negative_data_rejection] if read_now and breaks_a_rule(case) else [])]


@pytest.mark.parametrize(("service", "path", "method"), operations())
def test_every_answer_is_as_published(service, path, method, service_called) -> None:
    served = service_called(service)
    world = served.world_for(path)
    operation: APIOperation = description_of(service)[path][method]
    for mode in modes_of(operation):

        @TRIED
        @given(case=a_case(operation, mode, world))
        def is_answered_as_published(case: Case) -> None:
            answer = case.call(base_url="http://service.test", session=served.http, headers=world.caller)
            case.validate_response(answer, checks=checks_of(operation, case))

        is_answered_as_published()
