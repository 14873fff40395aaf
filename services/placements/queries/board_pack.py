"""What a partnership's board reads about an academic year, in a fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Text, and_, bindparam, cast, extract, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation.codes import Act
from services.placements.domain.proposals import LIVE
from services.placements.domain.vocabulary import RequestStatus
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.concerns import Concern, ConcernAct
from services.placements.models.offers import Offer
from services.placements.models.organisations import Organisation
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.reviews import Review
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.destinations import destinations_counted
from services.placements.queries.setting_quality import (
    BEGAN,
    SettingHistory,
    setting_histories,
    setting_names,
)
from services.placements.queries.team_duty import frontline_teams
from services.placements.queries.visibility import PARTNERSHIP

_IN_YEAR = and_(
    Round.partnership_id == PARTNERSHIP, Round.academic_year == bindparam("academic_year", type_=Text())
)
_LIVE = and_(
    Proposal.request_id == Request.id, Proposal.run_id == Round.published_run_id, Proposal.status.in_(LIVE)
)
_MATCHED = (
    select(
        func.count().label("requests"),
        func.count(Round.published_run_id).label("in_published_rounds"),
        func.count(Proposal.id).label("placed"),
        func.count().filter(Proposal.preference_rank == 1, ~Proposal.outside_list).label("first"),
        func.count()
        .filter(Proposal.preference_rank.in_((1, 2)), ~Proposal.outside_list)
        .label("first_or_second"),
    )
    .select_from(Request)
    .join(Round, Round.id == Request.round_id)
    .outerjoin(Proposal, _LIVE)
    .where(_IN_YEAR, Request.status == RequestStatus.OPEN.value)
)
_STATUSES = (
    select(Placement.status, func.count().label("n"))
    .join(Round, Round.id == Placement.round_id)
    .where(_IN_YEAR)
    .group_by(Placement.status)
)
_APPETITES = (
    select(
        CapacityStatement.appetite,
        func.count().label("settings"),
        func.coalesce(func.sum(CapacityStatement.places), 0).label("places"),
    )
    .where(
        CapacityStatement.partnership_id == PARTNERSHIP,
        CapacityStatement.academic_year == bindparam("academic_year", type_=Text()),
    )
    .group_by(CapacityStatement.appetite)
)
_CAPACITY = select(
    select(func.count())
    .select_from(Setting)
    .where(Setting.partnership_id == PARTNERSHIP)
    .scalar_subquery()
    .label("settings"),
    select(func.coalesce(func.sum(Offer.places), 0))
    .join(Round, Round.id == Offer.round_id)
    .where(_IN_YEAR)
    .scalar_subquery()
    .label("places_offered"),
)
_light = func.jsonb_each_text(Review.rag).table_valued("key", "value").lateral("light")
_LIGHTS = (
    select(_light.c.key.label("section"), _light.c.value.label("light"), func.count().label("n"))
    .select_from(Review)
    .join(Placement, Placement.id == Review.placement_id)
    .join(Round, Round.id == Placement.round_id)
    .join(_light, true())
    .where(_IN_YEAR, Review.moderated_at.is_not(None))
    .group_by(_light.c.key, _light.c.value)
)
_FIRST_HEARD = (
    select(ConcernAct.concern_id, func.min(ConcernAct.at).label("at"))
    .where(ConcernAct.act == Act.ACKNOWLEDGED.value)
    .group_by(ConcernAct.concern_id)
    .subquery()
)
_HOURS = cast(extract("epoch", _FIRST_HEARD.c.at - Concern.opened_at) / 3600, Float)
_CONCERNS = (
    select(
        func.count().label("opened"),
        func.count().filter(Concern.closed_at.is_not(None)).label("closed"),
        func.count(Concern.placement_id.distinct()).label("placements"),
        func.count(_FIRST_HEARD.c.at).label("acknowledged"),
        func.percentile_cont(0.5).within_group(_HOURS).label("hours_median"),
        func.percentile_cont(0.9).within_group(_HOURS).label("hours_p90"),
    )
    .select_from(Concern)
    .join(Placement, Placement.id == Concern.placement_id)
    .join(Round, Round.id == Placement.round_id)
    .outerjoin(_FIRST_HEARD, _FIRST_HEARD.c.concern_id == Concern.id)
    .where(_IN_YEAR, Placement.status.in_(BEGAN))
)
_ORGANISATIONS = select(Organisation.id, Organisation.name).where(Organisation.partnership_id == PARTNERSHIP)


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """Everything the pack is made of, as it was counted."""

    matched: Mapping[str, Any]
    statuses: Mapping[str, int]
    appetites: Mapping[str, tuple[int, int]]
    """Appetite -> settings that stated it, and the places they think of."""
    capacity: Mapping[str, Any]
    lights: Mapping[tuple[str, str], int]
    """(section, light) -> moderated reviews."""
    concerns: Mapping[str, Any]
    histories: list[SettingHistory]
    settings: Mapping[UUID, tuple[str, UUID]]
    teams: list[dict[str, Any]]
    destinations: list[dict[str, Any]]
    organisations: Mapping[UUID, str]


async def board_facts(connection: AsyncConnection, binds: Mapping[str, object]) -> BoardFacts:
    """Read what a board is told about the bound `academic_year`; the number of statements does not grow with anything."""
    asked = dict(binds)

    async def rows(statement: Any) -> list[Any]:
        return list((await connection.execute(statement, asked)).all())

    return BoardFacts(
        matched=(await rows(_MATCHED))[0]._mapping,
        statuses={row.status: row.n for row in await rows(_STATUSES)},
        appetites={row.appetite: (row.settings, row.places) for row in await rows(_APPETITES)},
        capacity=(await rows(_CAPACITY))[0]._mapping,
        lights={(row.section, row.light): row.n for row in await rows(_LIGHTS)},
        concerns=(await rows(_CONCERNS))[0]._mapping,
        histories=await setting_histories(connection, asked),
        settings=await setting_names(connection, asked),
        teams=await frontline_teams(connection, asked),
        destinations=await destinations_counted(connection, asked),
        organisations={row.id: row.name for row in await rows(_ORGANISATIONS)},
    )
