"""Reading rounds."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.models.rounds import Round
from services.placements.queries.visibility import ROUNDS
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Round.id,
    Round.name,
    Round.placement_level,
    Round.academic_year,
    Round.starts_on,
    Round.ends_on,
    Round.days_required,
    Round.preference_deadline_on,
    Round.rules,
    Round.stages,
    Round.targets,
    Round.published_run_id,
    external_ids_of("round", Round.id).label("external_ids"),
    Round.updated_at,
    Round.version,
).where(ROUNDS)

SINGLE = _VISIBLE.where(Round.id == bindparam("id"))
"""One round of the partnership."""

LIST = Filtered(_VISIBLE, Round.id, **equal(Round.academic_year, Round.placement_level))
"""The rounds of the partnership."""


async def expect_round(connection: AsyncConnection, partnership_id: UUID, round_id: UUID) -> None:
    """Refuse a round that is not there."""
    statement = select(Round.id).where(Round.partnership_id == partnership_id, Round.id == round_id)
    if (await connection.execute(statement)).one_or_none() is None:
        raise NotFound("round")
