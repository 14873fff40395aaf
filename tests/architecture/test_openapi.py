import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from services.development.descriptions import APPS, as_text, published

SERVICES = sorted(APPS)
VERBS = {
    "accept",
    "acknowledge",
    "approve",
    "assign",
    "cancel",
    "change",
    "close",
    "complete",
    "confirm",
    "create",
    "decide",
    "decline",
    "defer",
    "delete",
    "draft",
    "end",
    "find",
    "get",
    "hold",
    "list",
    "lookup",
    "make",
    "moderate",
    "move",
    "open",
    "pause",
    "plan",
    "preview",
    "publish",
    "raise",
    "record",
    "refuse",
    "register",
    "reinstate",
    "release",
    "request",
    "resume",
    "revoke",
    "rotate",
    "share",
    "snooze",
    "start",
    "suspend",
    "take",
    "try",
    "upsert",
    "withdraw",
    "write",
}
PUBLIC = {"create_token", "list_keys", "get_issuer", "get_calendar"}
"""Operations for callers who have no token yet, and for calendar programs, whose link is the secret."""

PROBLEM = "application/problem+json"
OAUTH = "#/components/schemas/TokenRefusal"
"""Refusals of the token endpoint: OAuth 2 says how they look."""


@cache
def document_of(service: str) -> dict[str, Any]:
    """The document as the code gives it."""
    document: dict[str, Any] = json.loads(json.dumps(APPS[service]().openapi()))
    return document


def operations_of(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in document_of(service)["paths"].items():
        for operation in operations.values():
            yield path, operation


def behind(document: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to, or the thing itself."""
    while "$ref" in found:
        target = document
        for step in found["$ref"].split("/")[1:]:
            target = target[step]
        found = target
    return found


def contents_of(service: str, operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each body and answer of an operation: where (`body` or a status), media type, description."""
    document = document_of(service)
    for where, described in [("body", operation.get("requestBody", {})), *operation["responses"].items()]:
        for media, content in behind(document, described).get("content", {}).items():
            yield where, media, content


def schemas_in(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for name, member in found.items():
            if name not in {"example", "examples", "default"}:
                yield from schemas_in(member)
    elif isinstance(found, list):
        for member in found:
            yield from schemas_in(member)


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_description_is_what_the_code_says(service: str) -> None:
    file = published(service)
    same = file.exists() and file.read_text("utf-8") == as_text(document_of(service))
    assert same, f"{file.name} is not what the code says: run `make openapi`, and read the difference."


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_a_verb_and_a_noun_of_its_own(service: str) -> None:
    ids = [operation["operationId"] for _, operation in operations_of(service)]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    new = {name.partition("_")[0] for name in ids} - VERBS
    assert new == set(), f"Does no verb in use say it? Then add {new} to VERBS."


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_in_words_what_it_does_and_what_its_parameters_mean(service: str) -> None:
    for _, operation in operations_of(service):
        silent = [name for name in ("summary", "description", "tags") if not operation.get(name)]
        silent += [each["name"] for each in operation.get("parameters", []) if not each.get("description")]
        assert not silent, (operation["operationId"], silent)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_needs_a_scope_or_is_public_on_purpose(service: str) -> None:
    known = document_of(service)["components"].get("securitySchemes", {}).get("oauth2", {})
    for _, operation in operations_of(service):
        needs = operation.get("security")
        if operation["operationId"] in PUBLIC:
            assert needs == []
        else:
            assert needs
            assert [list(need) for need in needs] == [["oauth2"]]
    assert service == "identity" or known["flows"]["clientCredentials"]["scopes"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_json_body_and_answer_has_an_example_that_fits(service: str) -> None:
    components = document_of(service)["components"]
    for _, operation in operations_of(service):
        for where, media, content in contents_of(service, operation):
            if media not in {"application/json", PROBLEM}:
                continue
            place = (operation["operationId"], where)
            assert "example" in content, place
            judge = Draft202012Validator(
                {**content["schema"], "components": components}, format_checker=FormatChecker()
            )
            assert [fault.message for fault in judge.iter_errors(content["example"])] == [], place


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_is_listed_and_is_a_problem(service: str) -> None:
    for path, operation in operations_of(service):
        listed = {int(status) for status in operation["responses"]}
        assert expected_refusals(path, operation) <= listed, operation["operationId"]
        for where, media, content in contents_of(service, operation):
            if where.isdigit() and int(where) >= 400:
                in_oauth = content["schema"]["$ref"] == OAUTH and path == "/oauth/token"
                assert media == PROBLEM or in_oauth, (operation["operationId"], where)
        assert any(200 <= status < 300 for status in listed)


def expected_refusals(path: str, operation: dict[str, Any]) -> set[int]:
    """What a caller must be ready for, by what the operation takes."""
    taken = {(each["in"], each["name"]) for each in operation.get("parameters", [])}
    expected = {500}
    if operation["security"]:
        expected |= {401, 403, 503}
    if taken or "requestBody" in operation:
        expected |= {400, 422}
    if "{" in path:
        expected |= {404}
    if "requestBody" in operation:
        expected |= {409, 413, 415}
    if ("header", "If-Match") in taken:
        expected |= {409, 412, 428}
    return expected


@pytest.mark.parametrize("service", SERVICES)
def test_every_list_is_bounded(service: str) -> None:
    document = document_of(service)
    for where, found in [*document["components"]["schemas"].items(), *document["paths"].items()]:
        for schema in schemas_in(found):
            if schema.get("type") == "array":
                assert "maxItems" in schema, where
    for _, operation in operations_of(service):
        taken = {each["name"]: each["schema"] for each in operation.get("parameters", [])}
        if "cursor" in taken:
            assert taken["limit"]["maximum"] <= 200


@pytest.mark.parametrize("service", SERVICES)
def test_every_input_is_bounded(service: str) -> None:
    document = document_of(service)
    for _, operation in operations_of(service):
        for schema in inputs_of(document, operation):
            kind = schema.get("type")
            bounds = {"string": "maxLength", "integer": "maximum", "number": "maximum"}
            if kind in bounds and not {"enum", "const"} & schema.keys():
                assert bounds[kind] in schema, (operation["operationId"], schema)


def inputs_of(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema of the parameters and the body; the lines of a file are bounded where they are read."""
    seen: set[str] = set()
    waiting: list[Any] = [each["schema"] for each in operation.get("parameters", [])]
    body = operation.get("requestBody", {}).get("content", {})
    waiting += [
        content["schema"] for media, content in body.items() if "csv" not in media and "nd" not in media
    ]
    while waiting:
        for schema in schemas_in(waiting.pop()):
            yield schema
            name = schema.get("$ref")
            if isinstance(name, str) and name not in seen:
                seen.add(name)
                waiting.append(behind(document, schema))


@pytest.mark.parametrize("service", SERVICES)
def test_no_schema_is_named_after_a_module(service: str) -> None:
    assert [name for name in document_of(service)["components"]["schemas"] if "__" in name] == []
