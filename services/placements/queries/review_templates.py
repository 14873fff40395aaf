"""QAMP templates: those shipped with the service, those of a partnership, and which one is in force on a day."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.review_templates import Template, read_template
from services.placements.models.reviews import Review, ReviewTemplate
from services.placements.queries.visibility import REVIEW_TEMPLATES
from shared.http.reading import listing

SHIPPED = 1
"""The newest shipped version. Older ones stay in the service, for the reviews that were opened with them."""

_MOST_KEPT = 200
_read: dict[UUID, Template] = {}


class InForce(NamedTuple):
    """A template and where it comes from: a partnership's own row, or None for the shipped one."""

    id: UUID | None
    template: Template


@cache
def shipped(version: int = SHIPPED) -> Template:
    """A shipped template."""
    return read_template(shipped_data(version))


@cache
def shipped_data(version: int = SHIPPED) -> dict[str, Any]:
    """A shipped template as data."""
    file = files("services.placements") / "policies" / f"qamp_template.v{version}.json"
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return data


def _own(id_: UUID, data: Mapping[str, Any]) -> Template:
    if id_ not in _read:
        if len(_read) >= _MOST_KEPT:
            _read.clear()
        _read[id_] = read_template(data)
    return _read[id_]


async def template_in_force(session: AsyncSession, partnership_id: UUID, day: date) -> InForce:
    """What reviews that are opened on a day ask: the partnership's newest that is in force by then, else the shipped one."""
    statement = (
        select(ReviewTemplate.id, ReviewTemplate.template)
        .where(ReviewTemplate.partnership_id == partnership_id, ReviewTemplate.effective_on <= day)
        .order_by(ReviewTemplate.effective_on.desc(), ReviewTemplate.number.desc())
        .limit(1)
    )
    found = (await session.execute(statement)).one_or_none()
    return InForce(None, shipped()) if found is None else InForce(found.id, _own(found.id, found.template))


_BY_IDS = select(ReviewTemplate.id, ReviewTemplate.template)


async def templates_of(
    connection: AsyncConnection | AsyncSession, reviews: Iterable[Any]
) -> dict[UUID, Template]:
    """The template that each of these reviews was opened with, by review."""
    known = list(reviews)
    own = {each.template_id for each in known if each.template_id is not None}
    found = {id_: _read[id_] for id_ in own & _read.keys()}
    if missing := own - found.keys():
        for row in await connection.execute(_BY_IDS.where(ReviewTemplate.id.in_(missing))):
            found[row.id] = _own(row.id, row.template)
    return {
        each.id: shipped(each.template_version) if each.template_id is None else found[each.template_id]
        for each in known
    }


async def hold_templates_of(session: AsyncSession, partnership_id: UUID) -> None:
    """Only one transaction at a time adds a version to a partnership's templates: they are counted before writing."""
    await session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"review_templates:{partnership_id}"},
    )


async def template_of(session: AsyncSession, review: Review) -> Template:
    """The template that one review was opened with."""
    return (await templates_of(session, [review]))[review.id]


LIST = listing(
    select(
        ReviewTemplate.id,
        ReviewTemplate.number,
        ReviewTemplate.effective_on,
        ReviewTemplate.template,
        ReviewTemplate.created_at,
    ).where(REVIEW_TEMPLATES),
    ReviewTemplate.id,
)
"""The partnership's own templates, oldest first."""

SINGLE = select(
    ReviewTemplate.id,
    ReviewTemplate.number,
    ReviewTemplate.effective_on,
    ReviewTemplate.template,
    ReviewTemplate.created_at,
).where(REVIEW_TEMPLATES, ReviewTemplate.id == bindparam("id", type_=Uuid()))
"""One of them."""
