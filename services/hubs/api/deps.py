"""What every route of the hubs service is handed: the wiring, and a caller with the scope the route needs."""

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Header, Path, Request

from services.hubs.wiring import Wiring
from shared.auth.principal import Principal
from shared.errors import StaleVersion, VersionRequired
from shared.http.reading import etag_of
from shared.http.security import Needs
from shared.http.wire import Code, Name


async def _wiring_of(request: Request) -> Wiring:
    return cast(Wiring, request.app.state.wiring)


Wired = Annotated[Wiring, Depends(_wiring_of)]
"""The parts of the running service."""

Reader = Annotated[Principal, Needs("hubs:read")]
"""A caller who may read hubs, sessions and registers."""

Writer = Annotated[Principal, Needs("hubs:write")]
"""A caller who may change hubs, plan sessions and record attendance."""

ReflectionReader = Annotated[Principal, Needs("reflections:read")]
"""A caller who may read reflections: their own, or such as were shared with them."""

ReflectionWriter = Annotated[Principal, Needs("reflections:write")]
"""A student who may write reflections."""

System = Annotated[Code, Path(description="The other system, by the name it has in this partnership.")]
Value = Annotated[Name, Path(description="What the other system calls it.")]

_WORDS = "The ETag you last read, or `*`. Needed only when something that is there already changes."


async def _checked_when_changing(
    if_match: Annotated[str | None, Header(alias="If-Match", max_length=100, description=_WORDS)] = None,
) -> Callable[[int], None]:
    def check(current: int) -> None:
        if if_match is None:
            raise VersionRequired
        tag = if_match.strip().removeprefix("W/")
        if tag not in {"*", etag_of(current)}:
            raise StaleVersion

    return check


IfMatchWhenChanging = Annotated[Callable[[int], None], Depends(_checked_when_changing)]
"""To be asked with the current version before something that is there changes: 428 without If-Match, 412 with an old one."""
