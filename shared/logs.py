"""Logs: one line of JSON per event, with the trace id of the request; never people's data."""

import logging
import sys
import traceback
from pathlib import Path

import structlog
from pydantic_core import to_json

from shared.errors import Refusal
from shared.http.context import trace_id


def _with_origin(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        event["trace_id"] = trace_id()
        return event

    return add


def _as_json(event: structlog.typing.EventDict, **_: object) -> str:
    return to_json(event, fallback=repr).decode()


def configure(service: str, *, as_json: bool = True) -> None:
    """Set up logging for this process. `service` is on every line; libraries are heard from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True
    )
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(_as_json)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            _with_origin(service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def trail_of(error: BaseException) -> list[str]:
    """Where an error came from, innermost last, as `module:line`; without its words, which may hold people's data."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{Path(f.filename).parent.name}/{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]


def kind_of(error: BaseException) -> str:
    """What kind of error it is, without its words, which may repeat people's data: class, refusal code, constraint."""
    constraint = getattr(getattr(getattr(error, "orig", None), "diag", None), "constraint_name", None)
    code = error.code if isinstance(error, Refusal) else None
    return " ".join(filter(None, (type(error).__name__, code, constraint)))
