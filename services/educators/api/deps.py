"""What every route of the educators service is handed: the wiring, and a caller with the scope the route needs."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Path, Request

from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.security import Needs


async def _wiring_of(request: Request) -> Wiring:
    return cast(Wiring, request.app.state.wiring)


Wired = Annotated[Wiring, Depends(_wiring_of)]
"""The parts of the running service."""

Reader = Annotated[Principal, Needs("educators:read")]
"""A caller who may read the register."""

Writer = Annotated[Principal, Needs("educators:write")]
"""A caller who may change the register."""

PolicyWriter = Annotated[Principal, Needs("policies:write")]
"""A caller who may change the partnership's rules."""

EducatorId = Annotated[UUID, Path(description="Our id of the educator.")]
