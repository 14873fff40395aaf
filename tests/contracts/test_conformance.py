"""Every operation keeps to what is published about it, whatever it is sent."""

from typing import Any

import pytest
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.cases import breaks_a_rule, requests_to
from tests.contracts.drawing import addresses, description_of

ALWAYS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
JUDGED_LATER = {"create_import"}
"""A file is taken as it comes; its rows are judged when they are read."""


def operations() -> list[Any]:
    """Every published operation, by its service, path and method."""
    return [
        pytest.param(service, path, method, id=f"{service}-{name}")
        for service, path, method, name in addresses()
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
        for case in requests_to(operation, mode, world):
            answer = case.call(base_url="http://service.test", session=served.http, headers=world.caller)
            case.validate_response(answer, checks=checks_of(operation, case))
