"""What a scenario is made from: the frozen inputs of its base run, and the settings in which it adds offers."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.models.match_runs import MatchRun
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting


async def base_of(
    connection: AsyncConnection, partnership_id: UUID, round_id: UUID, run_id: UUID
) -> "Row[Any] | None":
    """The frozen inputs of a run of this round, with the round's dates; None when there is no such run."""
    statement = (
        select(MatchRun.inputs, MatchRun.status, Round.starts_on, Round.ends_on)
        .join(Round, Round.id == MatchRun.round_id)
        .where(
            MatchRun.partnership_id == partnership_id, MatchRun.round_id == round_id, MatchRun.id == run_id
        )
    )
    found: Row[Any] | None = (await connection.execute(statement)).one_or_none()
    return found


async def settings_of(
    connection: AsyncConnection, partnership_id: UUID, ids: Collection[UUID]
) -> Sequence["Row[Any]"]:
    """Where and what these settings are; those of other partnerships are left out."""
    statement = select(
        Setting.id,
        Setting.organisation_id,
        Setting.directorate,
        Setting.service_area,
        Setting.locality,
        Setting.is_statutory,
        Setting.is_frontline,
        Setting.latitude,
        Setting.longitude,
    ).where(Setting.partnership_id == partnership_id, Setting.id.in_(list(ids)))
    found: Sequence[Row[Any]] = (await connection.execute(statement)).all() if ids else []
    return found
