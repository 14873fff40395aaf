"""The OpenAPI 3.1 document: what FastAPI knows, and what every operation here has in common.

Every answer that is not a success is a problem+json; which ones an operation can give follows from its shape: it has a
body, an id in its path, a version to match, an effect to do once.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PROBLEM = {
    "type": "object",
    "description": "An RFC 9457 problem. `code` is stable; `errors` lists every fault of the input.",
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Leads to the page that explains the code.",
            "maxLength": 200,
        },
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "maxLength": 2000},
        "instance": {"type": "string", "maxLength": 200},
        "code": {"type": "string", "maxLength": 100},
        "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer to the fault."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "/problems/invalid_state",
            "title": "Not possible in this state",
            "status": 409,
            "detail": "The placement is completed; nothing further is possible.",
            "instance": "urn:trace:4bf92f3577b34da6a3ce929d0e0e4736",
            "code": "invalid_state",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        }
    ],
}
_WORDS = {
    400: "The request cannot be read.",
    401: "No valid access token.",
    403: "The token lacks the scope, or the caller may not do this.",
    404: "Not there, or not visible to the caller.",
    409: "In conflict with the current state.",
    412: "It has changed since the caller read it.",
    413: "The body is too large.",
    415: "The body is not of an accepted media type.",
    422: "The input has faults; all are listed.",
    428: "Say which version you saw (If-Match).",
    500: "Our fault.",
    503: "Something needed does not answer; nothing was changed.",
}


def describe(app: FastAPI, name: str) -> dict[str, Any]:
    """The finished document of one service."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary=app.summary,
        description=_description(name),
        routes=app.routes,
        contact={"name": "Practicum", "url": "https://example.org/practicum"},
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/", "description": "This service."}],
        tags=_tags(app),
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return document


def _description(name: str) -> str:
    return (
        f"The {name} service of Practicum, the backend of a social work Teaching Partnership. "
        "Lists are read in pages (`limit`, `cursor`); changes to existing things need `If-Match`; "
        "requests that create or act take an `Idempotency-Key`; every refusal is an RFC 9457 problem."
    )


def _tags(app: FastAPI) -> list[dict[str, Any]]:
    names = {str(tag) for route in app.routes for tag in getattr(route, "tags", ())}
    return [{"name": tag, "description": f"Everything about {tag}."} for tag in sorted(names)]


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    for status in _statuses(path, operation):
        responses.setdefault(str(status), {})
    for status, response in responses.items():
        if status.isdigit() and int(status) >= HTTPStatus.BAD_REQUEST and not _in_own_words(response):
            response.clear()
            response["description"] = _WORDS.get(int(status), "Refused.")
            schema = {"$ref": "#/components/schemas/Problem"}
            response["content"] = {"application/problem+json": {"schema": schema}}
    operation["responses"] = dict(sorted(responses.items()))


def _in_own_words(response: dict[str, Any]) -> bool:
    """Whether the operation says itself how it refuses, as the token endpoint does in the words of OAuth 2."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return "$ref" in schema and not schema["$ref"].endswith("HTTPValidationError")


def _statuses(path: str, operation: dict[str, Any]) -> set[int]:
    parameters = operation.get("parameters", [])
    headers = {p["name"] for p in parameters if p["in"] == "header"}
    has_body = "requestBody" in operation
    changes = has_body or bool(headers & {"Idempotency-Key", "If-Match"})
    rules = (
        (True, {500}),
        ("security" in operation, {401, 403, 503}),
        (bool(parameters) or has_body, {400, 422}),
        ("{" in path, {404}),
        (has_body, {413, 415}),
        (changes, {404, 409}),
        ("If-Match" in headers, {412, 428}),
    )
    return set().union(*(statuses for applies, statuses in rules if applies))
