"""Finding a request's route by the words of its path. FastAPI tries one after the other, and a service has over a hundred."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.shortcut import shortcut_to

WAY = "practicum.way"
"""Where a request's scope says how its route is reached."""

LONGEST = 12
"""Slashes in a path; what has more counts as having so many."""


@dataclass(frozen=True)
class _Turning:
    """A route, and how it is best reached: worked out when somebody first wants to go there."""

    route: APIRoute

    @cached_property
    def way(self) -> ASGIApp:
        return shortcut_to(self.route) or self.route.app


class Signpost(BaseRoute):
    """Stands before all routes and leads to those of the same resource and length of path, in their order.

    A request that none of them takes whole (an unknown address, another method) goes on to FastAPI, which says why.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self._turnings: dict[tuple[str, int], list[_Turning]] = {}
        for route in routes:
            turning = _Turning(route)
            word, slashes = _place(route.path)
            longest = LONGEST if ":path}" in route.path else slashes
            for length in range(slashes, longest + 1):
                self._turnings.setdefault((word, length), []).append(turning)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first route that takes the request, as FastAPI would find it."""
        if scope["type"] == "http":
            for turning in self._turnings.get(_place(scope["path"]), ()):
                match, child_scope = turning.route.matches(scope)
                if match is Match.FULL:
                    return match, {**child_scope, WAY: turning.way}
        return Match.NONE, {}

    def methods_at(self, scope: Scope) -> set[str]:
        """The methods that an address takes, those of all its routes. None when nobody is there."""
        routes = [turning.route for turning in self._turnings.get(_place(scope["path"]), ())]
        there = (route.methods or () for route in routes if route.matches(scope)[0] is not Match.NONE)
        return {method for methods in there for method in methods}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go where the signpost led."""
        await scope[WAY](scope, receive, send)


def _place(path: str) -> tuple[str, int]:
    """The first two words of a path, and how many slashes it has."""
    return "/".join(path.split("/", 3)[:3]), min(path.count("/"), LONGEST)
