"""What a scenario is made from: the frozen inputs of its base run, and the settings in which it adds offers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.models.match_runs import MatchRun
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting


@dataclass(frozen=True, slots=True)
class BaseRun:
    """A run and its frozen inputs (none before it began), with the days on which the round's placements start and end."""

    inputs: str | None
    status: str
    starts_on: date
    ends_on: date


async def base_of(
    connection: AsyncConnection, partnership_id: UUID, round_id: UUID, run_id: UUID
) -> BaseRun | None:
    """The run, if it is one of this round."""
    statement = (
        select(MatchRun.inputs, MatchRun.status, Round.starts_on, Round.ends_on)
        .join(Round, Round.id == MatchRun.round_id)
        .where(
            MatchRun.partnership_id == partnership_id, MatchRun.round_id == round_id, MatchRun.id == run_id
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else BaseRun(*row)


async def settings_of(
    connection: AsyncConnection, partnership_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Mapping[str, Any]]:
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
    rows = (await connection.execute(statement)).mappings() if ids else ()
    return {row["id"]: dict(row) for row in rows}
