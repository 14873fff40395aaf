"""A shorter way to the routes that read: their few arguments are gathered here, without FastAPI's general machinery.

FastAPI looks at every route as if it might take a form, stream, or clean up after itself, which costs more than our database
call. A GET route that takes the request, plain values of path, query and headers, and plain asynchronous dependencies, and
answers with a `Response`, is served here for a third of that. Whenever an argument is not as it should be, FastAPI serves the
request and says why.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from inspect import iscoroutinefunction
from typing import Any, Protocol, get_origin, get_type_hints
from uuid import UUID

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response
from starlette.types import ASGIApp


class _LongWay(Exception):
    """Something is not as it should be; FastAPI knows how to say so."""


class _Field(Protocol):
    """What FastAPI knows of one value of the path, the query or the headers."""

    name: str
    field_info: FieldInfo

    @property
    def alias(self) -> str:
        """Its name in the request."""
        ...

    def validate(self, value: Any) -> tuple[Any, list[Any]]:
        """The value as the argument's type, and what is wrong with it."""
        ...


@dataclass(frozen=True, slots=True)
class _Given:
    """One such value, and what it is when it does not come."""

    field: _Field
    required: bool
    default: Any

    def read(self, value: str | None) -> Any:
        """The argument. Raises `_LongWay` when it is missing or wrong."""
        if value is None:
            if self.required:
                raise _LongWay
            return self.default
        read, faults = self.field.validate(value)
        if faults:
            raise _LongWay
        return read


@dataclass(frozen=True, slots=True)
class _Part:
    """A function to be called, and where its arguments come from."""

    name: str | None
    call: Callable[..., Awaitable[Any]]
    parts: tuple["_Part", ...]
    path: tuple[_Given, ...]
    query: tuple[_Given, ...]
    headers: tuple[_Given, ...]
    request: str | None

    async def result(self, request: Request) -> Any:
        """Call it, after everything it needs. Raises `_LongWay` for an argument that is missing or wrong."""
        arguments: dict[str, Any] = {}
        for part in self.parts:
            arguments[part.name or ""] = await part.result(request)
        for given in self.path:
            arguments[given.field.name] = given.read(request.path_params.get(given.field.alias))
        for given in self.query:
            arguments[given.field.name] = given.read(request.query_params.get(given.field.alias))
        for given in self.headers:
            arguments[given.field.name] = given.read(request.headers.get(given.field.alias))
        if self.request:
            arguments[self.request] = request
        return await self.call(**arguments)


def shortcut_to(route: APIRoute) -> ASGIApp | None:
    """The short way to a route, if there is one."""
    plain = route.methods == {"GET"} and get_type_hints(route.endpoint).get("return") is Response
    part = _part_of(route.dependant) if plain else None
    calls = [] if part is None else [each.call for each in _all(part)]
    if part is None or len(set(calls)) < len(calls):  # FastAPI would call a shared dependency once
        return None

    async def serve(request: Request) -> Any:
        try:
            return await part.result(request)
        except _LongWay:
            return route.app

    return request_response(serve)


def _all(part: _Part) -> Iterator[_Part]:
    yield part
    for inner in part.parts:
        yield from _all(inner)


def _part_of(dependant: Dependant) -> _Part | None:
    others = (
        dependant.cookie_params,
        dependant.body_params,
        dependant.http_connection_param_name,
        dependant.websocket_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.security_scopes_param_name,
        dependant.concurrency,
    )
    parts = [_part_of(inner) for inner in dependant.dependencies]
    path = [_given(field) for field in dependant.path_params]
    query = [_given(field) for field in dependant.query_params]
    headers = [_given(field) for field in dependant.header_params]
    call = dependant.call
    if any(others) or call is None or not _is_plain(call) or None in [*parts, *path, *query, *headers]:
        return None
    return _Part(
        dependant.name,
        call,
        tuple(part for part in parts if part and part.name),
        tuple(given for given in path if given),
        tuple(given for given in query if given),
        tuple(given for given in headers if given),
        dependant.request_param_name,
    )


def _is_plain(call: Callable[..., Any]) -> bool:
    return iscoroutinefunction(call) or iscoroutinefunction(type(call).__call__)


def _given(field: _Field) -> _Given | None:
    info = field.field_info
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    several = get_origin(info.annotation) in (list, set, tuple, frozenset)
    whole = isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)
    renamed = info.validation_alias not in (None, field.alias)
    if several or whole or renamed or not isinstance(default, str | int | float | Enum | UUID | None):
        return None
    return _Given(field, info.is_required(), default)
