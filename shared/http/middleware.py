"""The envelope around every request, as one plain ASGI layer: trace, deadline, size of the body, log line and metrics."""

import time
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException  # noqa: TID251 - the one exception FastAPI lets through while it reads
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refusal, TooLarge
from shared.http import context
from shared.http.problems import crashed, refusal_response
from shared.logs import kind_of, trail_of

log = structlog.get_logger()

REQUESTS = Counter("practicum_requests", "Requests served.", ("method", "route", "status"))
DURATION = Histogram("practicum_request_seconds", "Time to answer, in seconds.", ("method", "route"))
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_METHODS = _WITH_BODY | {"GET", "HEAD", "DELETE", "OPTIONS"}
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)
_JSON_TYPES = ("application/json", "application/merge-patch+json")
_TABLES = "/results"
"""How addresses end that take what another system gave as a table."""

_FILE_TYPES = ("text/csv", "application/x-ndjson", "application/ndjson")


class Envelope:
    """Wraps the application. `body_limit` and `import_limit` are bytes, `deadline` seconds."""

    def __init__(self, app: ASGIApp, *, body_limit: int, import_limit: int, deadline: float) -> None:
        self._app = app
        self._body_limit = body_limit
        self._import_limit = import_limit
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        outer = context.deadline()
        trace = context.enter(_text(headers, b"traceparent"), self._seconds(headers))
        started, status, started_answer = time.perf_counter(), 500, False

        async def answering(message: Message) -> None:
            nonlocal status, started_answer
            if message["type"] == "http.response.start":
                status, started_answer = message["status"], True
                message["headers"] = _with_ours(message.get("headers", ()), trace)
            await send(message)

        refusal = self._unacceptable(scope, headers)
        try:
            if refusal is not None:
                await _refuse(refusal, scope, receive, answering)
            else:
                await self._app(scope, self._capped(scope, receive), answering)
        except (
            Exception
        ) as error:  # the last net: whatever it is, the caller gets a problem and the log its kind
            if started_answer:
                raise
            log.error("request_crashed", error=kind_of(error), trail=trail_of(error))
            await crashed()(scope, receive, answering)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            context.leave(outer)

    def _seconds(self, headers: MutableMapping[bytes, bytes]) -> float:
        given = _text(headers, context.DEADLINE_HEADER.encode())
        if not given or not _is_number(given):
            return self._deadline
        return min(self._deadline, int(given[:9]) / 1000)

    def _limit(self, scope: Scope) -> int:
        return self._import_limit if scope["path"] == "/v1/imports" else self._body_limit

    def _too_large(self, scope: Scope) -> Refusal:
        limit = self._limit(scope)
        return TooLarge("too_large", f"The body is larger than the {limit} bytes accepted here.", limit=limit)

    def _unacceptable(self, scope: Scope, headers: MutableMapping[bytes, bytes]) -> Refusal | None:
        if scope["method"] not in _WITH_BODY:
            return None
        length = _text(headers, b"content-length") or "0"
        if not _is_number(length) or int(length[:18]) > self._limit(scope):
            return self._too_large(scope)
        if length == "0" and b"transfer-encoding" not in headers:
            return None
        kind = (_text(headers, b"content-type") or "").split(";")[0].strip().lower()
        wanted = _wanted_types(scope["path"])
        if kind not in wanted:
            return _WrongType("unsupported_media_type", f"Send the body as {' or '.join(wanted)}.")
        return None

    def _capped(self, scope: Scope, receive: Receive) -> Receive:
        limit, seen = self._limit(scope), 0

        async def reading() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
            return message

        return reading

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        REQUESTS.labels(method, path, status).inc()
        DURATION.labels(method, path).observe(seconds)
        if path not in _QUIET:
            log.info("request", method=method, route=path, status=status, ms=round(seconds * 1000, 1))


class _WrongType(Refusal):
    status = 415
    title = "Unsupported media type"


def _with_ours(headers: Iterable[tuple[bytes, bytes]], trace: str) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    names = {name for name, _ in given}
    ours = [(name, value) for name, value in _HEADERS if name not in names]
    return [*given, *ours, (b"x-trace-id", trace.encode())]


def _wanted_types(path: str) -> tuple[str, ...]:
    if path == "/v1/imports":
        return _FILE_TYPES
    if path.endswith(_TABLES):
        return _FILE_TYPES[:1]
    return _JSON_TYPES if path.startswith("/v1/") else ("application/x-www-form-urlencoded", *_JSON_TYPES)


def _is_number(text: str) -> bool:
    """Of ASCII digits only: Python counts a superscript two among the digits, and then cannot read it."""
    return text.isascii() and text.isdigit()


def _text(headers: MutableMapping[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    response = refusal_response(refusal)
    response.headers["connection"] = "close"
    await response(scope, receive, send)
