"""The season of a round in numbers: how its stages stand, and what was promised against what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.season import Stage, StageStanding, due_days, standing
from services.placements.domain.vocabulary import Appetite, PlacementStatus, ProposalStatus, RequestStatus
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.offers import Offer
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, ROUNDS, WIDE
from shared.errors import NotFound

_STATED = and_(
    CapacityStatement.setting_id == Setting.id, CapacityStatement.academic_year == Round.academic_year
)
_ANSWERED = (ProposalStatus.ACCEPTED.value, ProposalStatus.DECLINED.value)
_NOT_BINDING = (PlacementStatus.PROPOSED.value, PlacementStatus.CANCELLED.value)


def _among(things: Any, done: ColumnElement[bool], *where: ColumnElement[bool]) -> ColumnElement[Any]:
    """How many of some things there are, and how many of them are done, as a JSON pair."""
    counted = select(func.json_build_array(func.count(), func.count().filter(done)))
    return counted.select_from(things).where(*where).scalar_subquery()


_OF_RUN = Proposal.run_id == Round.published_run_id
_STAGES = select(
    Round.stages,
    Round.preference_deadline_on,
    Round.published_run_id,
    _among(
        Setting.__table__.outerjoin(CapacityStatement.__table__, _STATED),
        CapacityStatement.id.is_not(None),
        Setting.partnership_id == Round.partnership_id,
    ).label("capacity"),
    _among(
        Request.__table__,
        Request.preferences != cast(literal("[]"), JSONB),
        Request.round_id == Round.id,
        Request.status == RequestStatus.OPEN.value,
    ).label("preferences"),
    _among(
        Proposal.__table__,
        Proposal.status.in_(_ANSWERED),
        _OF_RUN,
        Proposal.status.in_((*_ANSWERED, ProposalStatus.PUBLISHED.value)),
    ).label("answers"),
    _among(
        Proposal.__table__.join(Placement.__table__, Placement.id == Proposal.placement_id),
        Placement.status.not_in(_NOT_BINDING),
        _OF_RUN,
        Placement.status != PlacementStatus.CANCELLED.value,
    ).label("confirmed"),
).where(ROUNDS, Round.id == bindparam("id"))


async def stages_of(
    connection: AsyncConnection, binds: Mapping[str, object], round_id: UUID, today: date
) -> list[StageStanding]:
    """How each stage of a round the caller sees stands today."""
    row = (await connection.execute(_STAGES, {**binds, "id": round_id})).one_or_none()
    if row is None:
        raise NotFound("round")
    counts: dict[Stage, Any] = {
        Stage.CAPACITY: row.capacity,
        Stage.PREFERENCES: row.preferences,
        Stage.MATCHING: (1, int(row.published_run_id is not None)),
        Stage.ANSWERS: row.answers,
        Stage.CONFIRMED: row.confirmed,
    }
    days = due_days(row.stages, row.preference_deadline_on)
    return [standing(s, days[s], counts[s][0], counts[s][1], today) for s in Stage]


class Dimension(StrEnum):
    """By what targets are told apart."""

    ORGANISATION = "organisation"
    DIRECTORATE = "directorate"
    PLACEMENT_LEVEL = "placement_level"
    SETTING = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """One organisation, directorate, level or setting: places promised, and places offered in the round.

    `settings` are its teams, of which `answered` have stated their capacity for the year and `declining` said that they do
    not offer; `waiting_for` are those that have not answered. All four are 0 or empty by level.
    """

    key: str
    target: int = 0
    secured: int = 0
    settings: int = 0
    answered: int = 0
    declining: int = 0
    waiting_for: tuple[UUID, ...] = ()

    @property
    def missing(self) -> int:
        """Places still to be found."""
        return max(0, self.target - self.secured)


_OWN = and_(Setting.partnership_id == PARTNERSHIP, or_(WIDE, Setting.organisation_id == ORGANISATION))
_LEVEL = case(
    (Offer.placement_levels.op("?")(Round.placement_level), Round.placement_level),
    else_=Offer.placement_levels.op("->>")(0),
)
_KEYS: dict[Dimension, Any] = {
    Dimension.ORGANISATION: Setting.organisation_id,
    Dimension.DIRECTORATE: Setting.directorate,
    Dimension.PLACEMENT_LEVEL: _LEVEL,
    Dimension.SETTING: Setting.id,
}
_NO = CapacityStatement.appetite == Appetite.NOT_OFFERING.value
_TEAMS = {
    by: select(
        key.label("key"),
        func.count().label("settings"),
        func.count(CapacityStatement.id).label("answered"),
        func.count().filter(_NO).label("declining"),
        func.array_agg(Setting.id).filter(CapacityStatement.id.is_(None)).label("waiting_for"),
    )
    .select_from(Setting)
    .join(Round, true())
    .outerjoin(CapacityStatement, _STATED)
    .where(_OWN, ROUNDS, Round.id == bindparam("id"))
    .group_by(key)
    for by, key in _KEYS.items()
    if by is not Dimension.PLACEMENT_LEVEL
}
_PLACES = {
    by: select(key.label("key"), func.sum(Offer.places).label("secured"))
    .select_from(Offer)
    .join(Round, Round.id == Offer.round_id)
    .join(Setting, Setting.id == Offer.setting_id)
    .where(_OWN, ROUNDS, Round.id == bindparam("id"))
    .group_by(key)
    for by, key in _KEYS.items()
}
_ROUND = select(Round.placement_level, Round.targets).where(ROUNDS, Round.id == bindparam("id"))


async def targets_of(
    connection: AsyncConnection, binds: Mapping[str, object], round_id: UUID, by: Dimension
) -> list[TargetLine]:
    """Target against secured: an organisation sees its own teams, the office all. The widest gap comes first."""
    asked = {**binds, "id": round_id}
    of_round = (await connection.execute(_ROUND, asked)).one_or_none()
    if of_round is None:
        raise NotFound("round")
    lines: dict[str, TargetLine] = {}
    for row in (await connection.execute(_TEAMS[by], asked)).all() if by in _TEAMS else ():
        counts = {"settings": row.settings, "answered": row.answered, "declining": row.declining}
        waiting = tuple(sorted(row.waiting_for or ()))
        lines[str(row.key)] = TargetLine(key=str(row.key), waiting_for=waiting, **counts)
    for row in (await connection.execute(_PLACES[by], asked)).all():
        before = lines.get(str(row.key), TargetLine(key=str(row.key)))
        lines[str(row.key)] = replace(before, secured=int(row.secured))
    for key, places in _promised(of_round, by, binds):
        before = lines.get(key, TargetLine(key=key))
        lines[key] = replace(before, target=before.target + places)
    return sorted(lines.values(), key=lambda line: (-line.missing, line.key))


def _promised(of_round: Any, by: Dimension, binds: Mapping[str, object]) -> list[tuple[str, int]]:
    """Each target that says something about this dimension, if it is the caller's to see."""
    named = "placement_level" if by is Dimension.PLACEMENT_LEVEL else f"{by.value}_id"
    name = by.value if by is Dimension.DIRECTORATE else named
    found = []
    for target in of_round.targets:
        key = target.get(name) or (of_round.placement_level if by is Dimension.PLACEMENT_LEVEL else None)
        if key and (binds["p_wide"] or target["organisation_id"] == str(binds["p_organisation"])):
            found.append((key, target["places"]))
    return found
