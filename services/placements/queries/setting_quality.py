"""Reading what happened in settings, round by round, and what the escalation's rule about settings weighs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import DateTime

from services.placements.domain.escalation.policy import GENERAL
from services.placements.domain.setting_trend import SettingRound
from services.placements.domain.surveys import SurveyCell
from services.placements.domain.vocabulary import ConcernLevel, PlacementStatus, Rag
from services.placements.models.concerns import Concern, ConcernTransition
from services.placements.models.placements import Placement, PlacementTransition
from services.placements.models.reviews import Review
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.surveys import survey_cells
from services.placements.queries.visibility import PARTNERSHIP, SETTING_QUALITY, SETTINGS
from shared.errors import NotFound

TWO_YEARS = timedelta(days=730)
"""How long the rule about settings looks back."""

BEGAN = tuple(
    status.value
    for status in (
        PlacementStatus.ACTIVE,
        PlacementStatus.PAUSED,
        PlacementStatus.SUSPENDED,
        PlacementStatus.COMPLETED,
        PlacementStatus.ENDED_EARLY,
    )
)
"""Placements that took place, or take place now."""

GRAVE = tuple(
    level.value for level in (ConcernLevel.STAGE_ONE, ConcernLevel.STAGE_TWO, ConcernLevel.PLACEMENT_PANEL)
)
"""Levels of concerns that count against a setting."""

_REVIEWS = (
    select(func.count().label("reviews"), func.count().filter(Review.overall == Rag.RED.value).label("red"))
    .where(Review.placement_id == Placement.id, Review.moderated_at.is_not(None))
    .lateral("of_placement")
)
"""Of one placement, by its index: joined as a whole, a database without statistics compares every row with every other."""

_STAGED = (
    exists()
    .where(
        Concern.placement_id == Placement.id,
        Concern.route == GENERAL,
        ConcernTransition.concern_id == Concern.id,
        ConcernTransition.level.in_(GRAVE),
    )
    .correlate(Placement)
)
_ENDED = Placement.status == PlacementStatus.ENDED_EARLY.value
_ROUNDS = (
    select(
        Placement.setting_id,
        Placement.round_id,
        Round.academic_year,
        Round.starts_on,
        func.count().label("placements"),
        func.count().filter(_ENDED).label("ended_early"),
        func.coalesce(func.sum(_REVIEWS.c.reviews), 0).label("reviews"),
        func.coalesce(func.sum(_REVIEWS.c.red), 0).label("red"),
        func.count().filter(_STAGED).label("concerns"),
    )
    .join(Round, Round.id == Placement.round_id)
    .join(Setting, Setting.id == Placement.setting_id)
    .join(_REVIEWS, true())
    .where(SETTING_QUALITY, Placement.status.in_(BEGAN))
    .group_by(Placement.setting_id, Placement.round_id, Round.academic_year, Round.starts_on)
)
_OF_SETTINGS = _ROUNDS.where(Placement.setting_id.in_(bindparam("setting_ids", expanding=True)))
_NAMES = select(Setting.id, Setting.name, Setting.organisation_id).where(SETTING_QUALITY)
_THERE = select(Setting.id).where(SETTINGS, Setting.id == bindparam("setting_id"))
_SEEN = _THERE.where(SETTING_QUALITY)


@dataclass(frozen=True, slots=True)
class SettingHistory:
    """All that is known about a setting's quality."""

    setting_id: UUID
    rounds: tuple[SettingRound, ...]
    cells: tuple[SurveyCell, ...]


async def setting_histories(
    connection: AsyncConnection | AsyncSession, binds: Mapping[str, object]
) -> list[SettingHistory]:
    """The settings the caller may know about that have had a student; only some where `setting_ids` is bound."""
    statement = _OF_SETTINGS if "setting_ids" in binds else _ROUNDS
    rounds: defaultdict[UUID, list[SettingRound]] = defaultdict(list)
    for row in await connection.execute(statement, dict(binds)):
        facts = {**row._mapping, "reviews": int(row.reviews), "red": int(row.red)}
        rounds[row.setting_id].append(SettingRound(**facts))
    asked = {name: value for name, value in binds.items() if name != "academic_year"}
    cells: defaultdict[UUID, list[SurveyCell]] = defaultdict(list)
    for cell in await survey_cells(connection, asked):
        cells[cell.setting_id].append(cell)
    return [
        SettingHistory(id_, tuple(known), tuple(cells.get(id_, ()))) for id_, known in sorted(rounds.items())
    ]


async def setting_names(
    connection: AsyncConnection, binds: Mapping[str, object]
) -> dict[UUID, tuple[str, UUID]]:
    """What the settings the caller may know about are called, and whose they are."""
    return {row[0]: (row[1], row[2]) for row in await connection.execute(_NAMES, dict(binds))}


async def refuse_unknown_quality(
    connection: AsyncConnection, binds: Mapping[str, object], setting_id: UUID
) -> None:
    """Refuse a setting whose quality is not the caller's to know."""
    found = await connection.execute(_SEEN, {**binds, "setting_id": setting_id})
    if found.one_or_none() is None:
        raise NotFound("setting")


_SINCE = bindparam("since", type_=DateTime(timezone=True))
_LATELY = (
    select(Placement.setting_id, func.count(Concern.id.distinct()).label("n"))
    .join(Concern, Concern.placement_id == Placement.id)
    .join(ConcernTransition, ConcernTransition.concern_id == Concern.id)
    .where(
        Placement.partnership_id == PARTNERSHIP,
        Placement.setting_id.in_(bindparam("setting_ids", expanding=True)),
        Concern.route == GENERAL,
        ConcernTransition.level.in_(GRAVE),
        ConcernTransition.at >= _SINCE,
    )
    .group_by(Placement.setting_id)
)
_BROKE = (
    select(Placement.setting_id, func.count(Placement.id.distinct()).label("n"))
    .join(
        PlacementTransition,
        and_(PlacementTransition.placement_id == Placement.id, PlacementTransition.at >= _SINCE),
    )
    .where(
        Placement.partnership_id == PARTNERSHIP,
        Placement.setting_id.in_(bindparam("setting_ids", expanding=True)),
        PlacementTransition.to_status == PlacementStatus.ENDED_EARLY.value,
    )
    .group_by(Placement.setting_id)
)


async def recent_difficulties(
    session: AsyncSession, partnership_id: UUID, setting_ids: Sequence[UUID], now: datetime
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """By setting, concerns that came to stage one or above, and breakdowns, in the last 24 months."""
    asked = {"p_partnership": partnership_id, "setting_ids": list(setting_ids), "since": now - TWO_YEARS}
    concerns = {row[0]: row[1] for row in await session.execute(_LATELY, asked)}
    return concerns, {row[0]: row[1] for row in await session.execute(_BROKE, asked)}
