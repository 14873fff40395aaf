"""What every route of the hubs service is handed: the wiring, and a caller with the scope the route needs."""

from typing import Annotated, cast

from fastapi import Depends, Path, Request

from services.hubs.wiring import Wiring
from shared.auth.principal import Principal
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
