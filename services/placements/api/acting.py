"""How every action on a concern goes: it is held, a named person acts, and it is shown as it then stands."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.responses import Response

from services.placements.api.concern_actors import Named, named_person
from services.placements.api.concerns import ONE
from services.placements.operations.cases import Case
from services.placements.queries import concerns as reading
from services.placements.queries.concerns import hold_visible_concern
from services.placements.queries.visibility import reader
from services.placements.queries.working_days import calendar_of
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.reading import one
from shared.http.wire import Wire, like
from shared.http.writing import IdempotencyKey, answer, expect


class ByAPerson(Wire):
    """An action of a named person."""

    model_config = like(by_person_id=None)

    by_person_id: UUID | None = None
    """Who acts, where a system calls; a person acts for themselves and leaves it out."""


Work = Callable[[Case, Named], Awaitable[object]]


async def act(  # noqa: PLR0917 - what every action needs
    wired: Wiring,
    principal: Principal,
    concern_id: UUID,
    body: ByAPerson,
    key: IdempotencyKey,
    work: Work,
    *,
    seen: int | None = None,
    status: int = 200,
) -> Response:
    """Carry out an action in one transaction and answer with the concern."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        concern, placement = await hold_visible_concern(session, concern_id, binds)
        expect(concern.version, seen)
        case = Case(session, concern, placement, await calendar_of(session, placement), wired.clock.now())
        await work(case, await named_person(case, principal, body.by_person_id))
        await session.flush()
        columns = await one(
            await session.connection(), reading.SINGLE, {**binds, "id": concern_id}, "concern"
        )
        version = columns.pop("version")
        return await key.keep(session, answer(ONE.validate_python(columns), version=version, status=status))
