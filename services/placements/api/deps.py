"""What every route of the placements service is handed: the wiring, and a caller with the scope the route needs."""

from typing import Annotated, cast

from fastapi import Depends, Request

from services.placements.queries.visibility import acting_for
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.errors import Forbidden
from shared.http.security import Needs


async def _wiring_of(request: Request) -> Wiring:
    return cast(Wiring, request.app.state.wiring)


Wired = Annotated[Wiring, Depends(_wiring_of)]
"""The parts of the running service."""

Reader = Annotated[Principal, Needs("placements:read")]
"""A caller who may read placements and what belongs to them."""

Writer = Annotated[Principal, Needs("placements:write")]
"""A caller who may change placements and what belongs to them."""

Matcher = Annotated[Principal, Needs("matching:run")]
"""A caller who may run the match."""

StudentReader = Annotated[Principal, Needs("students:read")]
"""A caller who may read students."""

StudentWriter = Annotated[Principal, Needs("students:write")]
"""A caller who may change students."""

ConcernReader = Annotated[Principal, Needs("concerns:read")]
"""A caller who may read signals, concerns and their timelines."""

ConcernWriter = Annotated[Principal, Needs("concerns:write")]
"""A caller who may raise signals and act on concerns."""

Monitor = Annotated[Principal, Needs("monitoring:write")]
"""A caller who may answer and moderate reviews."""

SensitiveReader = Annotated[Principal, Needs("students.sensitive:read")]
"""A caller who may read what is sensitive about students."""

PolicyWriter = Annotated[Principal, Needs("policies:write")]
"""A caller who may change what the partnership's rules and reviews work with."""


def office_only(principal: Principal) -> None:
    """Refuse whoever does not act for the partnership as a whole."""
    if not principal.partnership_wide:
        raise Forbidden("office_only", "This is for the partnership's office.")


def organisations_only(principal: Principal) -> None:
    """Refuse whoever acts neither for an organisation nor for the partnership as a whole."""
    if not principal.partnership_wide and acting_for(principal) is None:
        raise Forbidden("organisations_only", "This is for the organisations of the partnership.")
