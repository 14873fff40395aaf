"""What the database knows about the readiness of a round, beside its facts."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, Uuid, and_, bindparam, cast, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from services.placements.domain.eligibility import Remembered, from_stored
from services.placements.domain.readiness import Finding, Item, counted, item
from services.placements.domain.vocabulary import RequestStatus
from services.placements.models.educator_answers import EducatorAnswer
from services.placements.models.offers import Offer
from services.placements.models.placements import Placement
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.students import Student
from shared.db import Database

_ROUND = bindparam("round_id", type_=Uuid())
_OPEN = and_(Request.round_id == _ROUND, Request.status == RequestStatus.OPEN.value)
_OTHER, _ELSEWHERE = aliased(Request), aliased(Round)
_ADDRESSES = (
    select(Student.organisation_id, func.lower(Student.email).label("address"))
    .join(Request, Request.student_id == Student.id)
    .where(_OPEN)
    .group_by(Student.organisation_id, func.lower(Student.email))
    .having(func.count() > 1)
    .subquery()
)
_DUPLICATES = (
    select(Request.id)
    .join(Student, Student.id == Request.student_id)
    .join(
        _ADDRESSES,
        and_(
            _ADDRESSES.c.organisation_id == Student.organisation_id,
            _ADDRESSES.c.address == func.lower(Student.email),
        ),
    )
    .where(_OPEN)
)
_OVERLAPPING = (
    select(Request.id)
    .join(Round, Round.id == Request.round_id)
    .where(
        _OPEN,
        exists().where(
            _OTHER.student_id == Request.student_id,
            _OTHER.id != Request.id,
            _OTHER.status == RequestStatus.OPEN.value,
            _ELSEWHERE.id == _OTHER.round_id,
            _ELSEWHERE.starts_on <= Round.ends_on,
            _ELSEWHERE.ends_on >= Round.starts_on,
        ),
    )
)
_PLACED = (
    select(Request.id)
    .join(Round, Round.id == Request.round_id)
    .where(
        _OPEN,
        exists().where(
            Placement.student_id == Request.student_id,
            Placement.round_id != Request.round_id,
            Placement.status.in_(("confirmed", "active", "paused", "suspended")),
            Placement.starts_on <= Round.ends_on,
            Placement.ends_on >= Round.starts_on,
        ),
    )
)
_ASKED = {
    Finding.POSSIBLE_DUPLICATE: _DUPLICATES.order_by(Request.id),
    Finding.OVERLAPPING_REQUEST: _OVERLAPPING.order_by(Request.id),
    Finding.ALREADY_PLACED: _PLACED.order_by(Request.id),
}
_COUNTS = select(
    select(func.count()).select_from(Request).where(_OPEN).scalar_subquery().label("requests"),
    select(func.coalesce(func.sum(Offer.places), 0))
    .where(Offer.round_id == _ROUND)
    .scalar_subquery()
    .label("places"),
)


async def blocks_of(connection: AsyncConnection, round_id: UUID) -> list[Item]:
    """What keeps a run of this round from starting, as far as counting tells."""
    row = (await connection.execute(_COUNTS, {"round_id": round_id})).one()
    return list(counted(str(round_id), row.requests, row.places))


async def oddities_of(connection: AsyncConnection, round_id: UUID) -> list[Item]:
    """What is odd about the students of the open requests: duplicates, and overlaps with other rounds and placements."""

    async def found(finding: Finding) -> Iterator[Item]:
        rows = await connection.execute(_ASKED[finding], {"round_id": round_id})
        return (item(finding, "requests", str(row.id)) for row in rows)

    return [each for finding in _ASKED for each in await found(finding)]


async def remembered_of(db: Database, round_id: UUID) -> dict[UUID, Remembered]:
    """What the educators service last said about each educator of the round: tens of megabytes, for a whole country's."""
    answer = cast(EducatorAnswer.answer, Text).label("answer")
    statement = select(EducatorAnswer.educator_id, answer, EducatorAnswer.answered_at).where(
        EducatorAnswer.round_id == round_id
    )
    async with db.read() as connection:
        rows: Any = (await connection.execute(statement)).all()
    return await asyncio.to_thread(_understood, rows)


def _understood(rows: "Sequence[Row[Any]]") -> dict[UUID, Remembered]:
    return {row.educator_id: Remembered(from_stored(json.loads(row.answer)), row.answered_at) for row in rows}
