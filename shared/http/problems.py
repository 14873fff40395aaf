"""Every "no" is an `application/problem+json` (RFC 9457), the framework's own included, and repeats nothing that was sent."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import takewhile
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails, to_json
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from starlette.exceptions import HTTPException  # noqa: TID251 - to answer what the framework raises
from starlette.responses import Response

from shared.errors import Conflict, Fault, Invalid, Malformed, Refusal, Unavailable, VersionRequired
from shared.http.context import trace_id
from shared.logs import kind_of

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 1000
"""Faults listed in one answer; `detail` says how many there are. More would answer a megabyte of nonsense with ten."""

_SAFE_MEMBER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = ("header", "If-Match")
_FRAMEWORK = {
    400: ("malformed", "The request cannot be read", "The body or a header cannot be read."),
    404: ("not_found", "Not found", "There is nothing at this address. The reference is at /docs."),
    405: ("method_not_allowed", "Method not allowed", "This address does not take this method; see Allow."),
    413: ("too_large", "Too large", "The body is larger than is accepted here."),
    415: ("unsupported_media_type", "Unsupported media type", "Send the body as application/json."),
}

Conflicts = Mapping[str, tuple[str, str]]
"""Constraint name -> (code, detail): what a named constraint means to the caller."""


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Fault] = (),
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json answer. `code` is stable; `type` leads to the page that explains it; `facts` become members."""
    body: dict[str, object] = {
        **(facts or {}),
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:trace:{trace_id()}",
        "code": code,
        "trace_id": trace_id(),
    }
    if errors:
        body["errors"] = [
            {"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in errors[:MOST_FAULTS]
        ]
    return Response(to_json(body), status, dict(headers or {}), MEDIA_TYPE)


def refusal_response(refusal: Refusal) -> Response:
    """How a refusal travels."""
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    headers = {}
    if refusal.challenge:
        headers["WWW-Authenticate"] = refusal.challenge
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    return problem(
        refusal.status,
        refusal.code,
        refusal.title,
        refusal.detail,
        errors=faults,
        facts=refusal.facts,
        headers=headers,
    )


def fault_of(error: ErrorDetails | Mapping[str, Any]) -> Fault:
    """One fault of the validator, as pointer, code and words; neither the value nor an odd member name is repeated."""
    location = [str(part) for part in error["loc"]]
    if location and location[0] in ("body", "query", "path", "header"):
        location = location[0:] if location[0] != "body" else location[1:]
    location = _without_input(location)
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in location)
    if error["type"] == "json_invalid":
        return Fault("", "json_invalid", "The body is no valid JSON.")
    words = {"extra_forbidden": "This member is not known here."}.get(error["type"], str(error["msg"]))
    return Fault(pointer, str(error["type"]), words.removeprefix("Value error, "))


def _without_input(location: list[str]) -> list[str]:
    """The path as far as it is ours: names that a caller made up (keys, odd members) end it."""
    if location and location[-1] == "[key]":
        return location[:-2]
    ours = takewhile(lambda part: part.isdigit() or _SAFE_MEMBER.fullmatch(part), location)
    return list(ours)


async def _on_refusal(_: Request, error: Exception) -> Response:
    refusal = cast("Refusal", error)
    if isinstance(refusal, Unavailable):
        log.warning("unavailable", code=refusal.code)  # whoever runs the service has something to mend
    return refusal_response(refusal)


async def _on_invalid(_: Request, error: Exception) -> Response:
    errors = cast("RequestValidationError", error).errors()
    if any(e["type"] == "missing" and tuple(e["loc"]) == _VERSION for e in errors):
        return refusal_response(VersionRequired())
    faults = [fault_of(e) for e in errors]
    if any(f.code == "json_invalid" for f in faults):
        return refusal_response(Malformed("json_invalid", "The body is no valid JSON."))
    return refusal_response(Invalid(faults))


async def _on_framework(request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    headers = dict(refused.headers or {})
    if refused.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        taken = request.app.state.signpost.methods_at(request.scope)
        headers["Allow"] = ", ".join(sorted(taken)) or headers.get("Allow", "GET")
    default = ("http_error", "The request was not accepted", "The request was not accepted.")
    code, title, detail = _FRAMEWORK.get(refused.status_code, default)
    return problem(refused.status_code, code, title, detail, headers=headers)


async def _on_lost_database(_: Request, error: Exception) -> Response:
    log.warning("database_unavailable", error=kind_of(error))
    words = "The database does not answer just now. Repeat the same request, with its Idempotency-Key, in a moment."
    return refusal_response(Unavailable("database_unavailable", words))


def constraint_of(error: DBAPIError) -> str | None:
    """The name of the constraint that said no, when one did."""
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None)


def conflict_of(error: IntegrityError, conflicts: Conflicts) -> Conflict | None:
    """The refusal a named constraint stands for; none when the constraint is not in the table."""
    entry = conflicts.get(constraint_of(error) or "")
    return Conflict(*entry) if entry else None


def crashed() -> Response:
    """500: our fault; the trace id leads to the log."""
    words = "This is our fault, not yours. Quote the trace id when you tell us."
    return problem(500, "internal_error", "Something went wrong here", words)


def install(app: FastAPI, conflicts: Conflicts) -> None:
    """Give an application its answers for everything that can go wrong."""

    async def on_integrity(_: Request, error: Exception) -> Response:
        broken = cast("IntegrityError", error)
        conflict = conflict_of(broken, conflicts)
        if conflict is None:
            log.error("unknown_constraint", constraint=constraint_of(broken))
            return crashed()
        return refusal_response(conflict)

    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_framework)
    app.add_exception_handler(IntegrityError, on_integrity)
    app.add_exception_handler(OperationalError, _on_lost_database)
    app.add_exception_handler(PoolEmpty, _on_lost_database)
