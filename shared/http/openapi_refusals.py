"""How operations refuse, for the OpenAPI document: one problem shape, and one shared answer for each status.

Which statuses an operation can give follows from its shape: it has a body, an id in its path, a version to match, an
effect to do once.
"""

from dataclasses import dataclass
from typing import Any

from shared.http.problems import MEDIA_TYPE, MOST_FAULTS

_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

FAULT = {
    "type": "object",
    "description": "One fault of the input.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON Pointer to the fault.", "maxLength": 4000},
        "code": {"type": "string", "description": "Stable.", "maxLength": 100},
        "detail": {"type": "string", "description": "What to do.", "maxLength": 4000},
    },
}
PROBLEM = {
    "type": "object",
    "description": (
        "An RFC 9457 problem. `code` is stable; `errors` lists the faults of the input; further members are facts "
        "for programs, such as `allowed` of `invalid_state`."
    ),
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Leads to the page that explains the code.",
            "maxLength": 200,
        },
        "title": {"type": "string", "description": "The kind of refusal.", "maxLength": 200},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "For a person: what is wrong.", "maxLength": 4000},
        "instance": {"type": "string", "description": "This one occurrence.", "maxLength": 200},
        "code": {"type": "string", "description": "For programs; stable.", "maxLength": 100},
        "trace_id": {
            "type": "string",
            "description": "Leads to it in the logs.",
            "pattern": "^[0-9a-f]{32}$",
            "maxLength": 32,
        },
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Fault"},
            "maxItems": MOST_FAULTS,
        },
    },
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """One status: its name among the shared answers, what it means, and a sample problem (code, title, detail)."""

    name: str
    words: str
    sample: tuple[str, str, str]


_ANSWERS = {
    400: _Answer(
        "Malformed",
        "The request cannot be read.",
        ("json_invalid", "The request cannot be read", "The body is no valid JSON."),
    ),
    401: _Answer(
        "Unauthorised",
        "No valid access token.",
        ("token_missing", "Say who you are", "Send an access token: Authorization: Bearer <token>."),
    ),
    403: _Answer(
        "Forbidden",
        "The token lacks the scope, or the caller may not do this.",
        ("insufficient_scope", "Not allowed", "The token lacks the scope placements:read."),
    ),
    404: _Answer(
        "NotFound",
        "Not there, or not visible to the caller.",
        ("not_found", "Not found", "There is no such placement, or it is not visible to you."),
    ),
    409: _Answer(
        "Conflict",
        "In conflict with the current state.",
        (
            "invalid_state",
            "Not possible in this state",
            "The placement is completed; nothing further is possible.",
        ),
    ),
    410: _Answer(
        "Gone",
        "No longer kept here.",
        ("cursor_expired", "No longer kept here", "What follows this cursor is no longer kept here."),
    ),
    412: _Answer(
        "StaleVersion",
        "It has changed since the caller read it.",
        ("stale_version", "It has changed since you read it", "Read it again and repeat the change."),
    ),
    413: _Answer(
        "TooLarge",
        "The body is too large.",
        ("too_large", "Too large", "The body is larger than the 1048576 bytes accepted here."),
    ),
    415: _Answer(
        "UnsupportedMediaType",
        "The body is not of an accepted media type.",
        ("unsupported_media_type", "Unsupported media type", "Send the body as application/json."),
    ),
    422: _Answer(
        "Invalid",
        "The input has faults; all are listed.",
        ("invalid_input", "The input has faults", "1 fault found; nothing was changed."),
    ),
    428: _Answer(
        "VersionRequired",
        "Say which version you saw (If-Match).",
        ("version_required", "Say which version you saw", "Send If-Match with the ETag you last read."),
    ),
    500: _Answer(
        "Crashed",
        "Our fault.",
        ("internal_error", "Something went wrong here", "This is our fault, not yours."),
    ),
    503: _Answer(
        "Unavailable",
        "Something needed does not answer; nothing was changed.",
        ("educators_unavailable", "Temporarily unavailable", "Educators does not answer; try again."),
    ),
}
_FAULT_SAMPLE = {"pointer": "/starts_on", "code": "missing", "detail": "Field required"}
_TEXT = {"type": "string", "maxLength": 500}
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "How to prove who you are (RFC 6750).", "schema": _TEXT}},
    503: {
        "Retry-After": {
            "description": "Seconds after which to try again.",
            "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 3600},
        }
    },
}


def refusal(status: int) -> dict[str, Any]:
    """A reference to the shared answer of this status."""
    return {"$ref": f"#/components/responses/{_ANSWERS[status].name}"}


def shared_refusals() -> dict[str, Any]:
    """The shared answers by name, each with a sample."""
    return {answer.name: _described(status, answer) for status, answer in _ANSWERS.items()}


def _described(status: int, answer: _Answer) -> dict[str, Any]:
    code, title, detail = answer.sample
    sample: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:trace:{_TRACE}",
        "code": code,
        "trace_id": _TRACE,
    }
    if code == "invalid_input":
        sample["errors"] = [_FAULT_SAMPLE]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": sample}}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return {"description": answer.words, **headers, "content": content}


def statuses_of(path: str, operation: dict[str, Any]) -> set[int]:
    """The statuses with which an operation of this shape may refuse."""
    parameters = operation.get("parameters", [])
    headers = {p["name"] for p in parameters if p["in"] == "header"}
    has_body = "requestBody" in operation
    changes = has_body or bool(headers & {"Idempotency-Key", "If-Match"})
    rules = (
        (True, {400, 500}),
        (bool(operation.get("security")), {401, 403, 503}),
        (bool(parameters) or has_body, {422}),
        ("{" in path, {404}),
        (has_body, {413, 415}),
        (changes, {404, 409}),
        ("If-Match" in headers, {412, 428}),
    )
    return set().union(*(statuses for applies, statuses in rules if applies))
