"""What belongs to the request being served: its trace and the instant by which its caller stops waiting."""

import os
import time
from contextvars import ContextVar

from opentelemetry.propagators.textmap import DefaultGetter
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_trace: ContextVar[str] = ContextVar("trace_id", default="0" * 32)
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_propagator = TraceContextTextMapPropagator()
_getter: DefaultGetter = DefaultGetter()

DEADLINE_HEADER = "practicum-deadline-ms"
"""Milliseconds the caller will still wait; passed on, shortened, to sister services."""


def enter(traceparent: str | None, seconds: float) -> str:
    """Begin to serve a request: take over the caller's trace (W3C Trace Context) or start one. Returns the trace id."""
    trace = _taken_over(traceparent) if traceparent else None
    _trace.set(trace or os.urandom(16).hex())
    _deadline.set(time.monotonic() + seconds)
    return _trace.get()


def deadline() -> float | None:
    """The instant, on the monotonic clock, by which the caller of the request being served stops waiting."""
    return _deadline.get()


def leave(outer: float | None) -> None:
    """The request is answered: from here the deadline of before it counts, where one task serves and asks in turn."""
    _deadline.set(outer)


def trace_id() -> str:
    """32 hexadecimal digits that name this request in the logs of every service it passes through."""
    return _trace.get()


def traceparent() -> str:
    """The header that carries the trace on to a sister service."""
    return f"00-{_trace.get()}-{os.urandom(8).hex()}-01"


def seconds_left(otherwise: float) -> float:
    """How long the caller will still wait, at least 0; `otherwise` outside of a request."""
    deadline = _deadline.get()
    return otherwise if deadline is None else max(0.0, deadline - time.monotonic())


def _taken_over(header: str) -> str | None:
    context = _propagator.extract({"traceparent": header}, getter=_getter)
    span = get_current_span(context).get_span_context()
    return f"{span.trace_id:032x}" if span.is_valid else None
