"""The OpenAPI 3.1 document: what FastAPI knows, and what every operation here has in common.

Every answer that is not a success is a problem+json, shared by all operations; every body and every good answer comes with
an example; what is true of all values (how long an id is) is said of each.
"""

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.auth.scopes import SANDBOX_SCOPES
from shared.http.openapi_examples import Schemas, exemplify, make_whole
from shared.http.openapi_refusals import FAULT, PROBLEM, refusal, shared_refusals, statuses_of
from shared.http.openapi_shapes import bound, say_once

Operation = dict[str, Any]

_JSON = "application/json"
_UNUSED = ("HTTPValidationError", "ValidationError")
_TEXT = {"type": "string", "maxLength": 1000}
_HEADERS = {
    "ETag": {
        "description": "The version of what is shown; send it back as If-Match to change it.",
        "schema": _TEXT,
    },
    "Location": {"description": "Where it lives.", "schema": _TEXT},
    "Link": {"description": 'The address of the next page, as `rel="next"`.', "schema": _TEXT},
    "Idempotent-Replayed": {
        "description": "`true` when this repeats an earlier answer.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
_SERVER = {"url": "/", "description": "This service, in production or in a sandbox.", "x-internal": False}


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
        servers=[_SERVER],
    )
    components = document.setdefault("components", {})
    schemas: Schemas = components.setdefault("schemas", {})
    for unused in _UNUSED:
        schemas.pop(unused, None)
    schemas |= {"Fault": FAULT, "Problem": PROBLEM}
    make_whole(schemas)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation, schemas)
    for schema in schemas.values():
        bound(schema)
    operations = [each for operations in document["paths"].values() for each in operations.values()]
    components["headers"] = _used("headers", _HEADERS, operations)
    components["responses"] = _used("responses", shared_refusals(), operations)
    _list_scopes(components, operations)
    document["tags"] = _tags(operations)
    return document


def _description(name: str) -> str:
    return (
        f"The {name} service of Practicum, the backend of a social work Teaching Partnership. "
        "Lists are read in pages (`limit`, `cursor`); changes to existing things need `If-Match`; "
        "requests that create or act take an `Idempotency-Key`; every refusal is an RFC 9457 problem."
    )


def _tags(operations: list[Operation]) -> list[dict[str, Any]]:
    names = {tag for each in operations for tag in each.get("tags", ())}
    return [{"name": tag, "description": f"Everything about {tag}."} for tag in sorted(names)]


def _complete(path: str, operation: Operation, schemas: Schemas) -> None:
    for parameter in operation.get("parameters", []):
        say_once(parameter)
        bound(parameter["schema"])
    responses = operation.setdefault("responses", {})
    for status in statuses_of(path, operation):
        responses.setdefault(str(status), {})
    good = [status for status in responses if int(status) < HTTPStatus.MULTIPLE_CHOICES]
    for status, response in responses.items():
        if status in good:
            _complete_good(operation, status, response)
        elif not _in_own_words(response):
            responses[status] = refusal(int(status))
    if "If-None-Match" in _header_names(operation):
        responses["304"] = {"description": "It is still the version that the caller named in If-None-Match."}
    for described in (operation.get("requestBody", {}), *responses.values()):
        exemplify(described, schemas)
    operation["responses"] = dict(sorted(responses.items()))


def _complete_good(operation: Operation, status: str, response: dict[str, Any]) -> None:
    """An upsert shows the same whether it was new or known; each good answer names the headers it may carry."""
    known = operation["responses"].get("200", {})
    if status == str(HTTPStatus.CREATED.value) and "content" in known:
        response.setdefault("content", known["content"])
    names = _header_names(operation)
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    carried = {
        "ETag": bool(names & {"If-Match", "If-None-Match"}) or int(status) == HTTPStatus.CREATED,
        "Location": int(status) in (HTTPStatus.CREATED, HTTPStatus.ACCEPTED),
        "Link": {"cursor", "limit"} <= parameters,
        "Idempotent-Replayed": "Idempotency-Key" in names,
    }
    if "content" in response and any(carried.values()):
        response["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name, said in carried.items() if said
        }


def _header_names(operation: Operation) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"}


def _in_own_words(response: dict[str, Any]) -> bool:
    """Whether the operation says itself how it refuses, as the token endpoint does in the words of OAuth 2."""
    schema = response.get("content", {}).get(_JSON, {}).get("schema", {})
    return "$ref" in schema and not schema["$ref"].endswith("HTTPValidationError")


def _used(kind: str, shared: dict[str, Any], operations: list[Operation]) -> dict[str, Any]:
    """Of the shared `headers` or `responses`, those to which some operation refers."""
    text = json.dumps([operation["responses"] for operation in operations])
    return {name: each for name, each in shared.items() if f'"#/components/{kind}/{name}"' in text}


def _list_scopes(components: dict[str, Any], operations: list[Operation]) -> None:
    """Beside the scopes that every issuer knows, list those of a sandbox where an operation needs one."""
    needed = {scope for each in operations for need in each.get("security", ()) for scope in need["oauth2"]}
    for scheme in components.get("securitySchemes", {}).values():
        scheme["flows"]["clientCredentials"]["scopes"] |= {
            scope: words for scope, words in SANDBOX_SCOPES.items() if scope in needed
        }
