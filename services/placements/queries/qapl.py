"""The QAPL return of an academic year: the mapping that comes with the service, and the answers counted."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.qapl import Item
from services.placements.domain.reviews import Answer
from services.placements.domain.vocabulary import Respondent
from services.placements.models.placements import Placement
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.models.rounds import Round
from services.placements.queries.visibility import PLACEMENTS

MAPPING_VERSION = 1


@cache
def mapping() -> tuple[Item, ...]:
    """Which question answers which item, as it is shipped with the service."""
    file = files("services.placements") / "policies" / f"qapl_mapping.v{MAPPING_VERSION}.json"
    data = json.loads(file.read_text("utf-8"))
    return tuple(
        Item(each["item"], each["text"], Respondent(each["respondent"]), each["question"])
        for each in data["items"]
    )


_GIVEN = func.jsonb_each_text(
    ReviewResponse.answers.op("||", return_type=JSONB())(ReviewResponse.choices)
).table_valued("key", "value", name="given")
_WHOSE = (Review.placement_id, ReviewResponse.respondent, _GIVEN.c.key)
_LAST = (
    select(ReviewResponse.respondent, _GIVEN.c.key.label("question"), _GIVEN.c.value.label("answer"))
    .select_from(Placement)
    .join(Round, Round.id == Placement.round_id)
    .join(Review, Review.placement_id == Placement.id)
    .join(ReviewResponse, ReviewResponse.review_id == Review.id)
    .join(_GIVEN, _GIVEN.c.value != Answer.NOT_APPLICABLE.value)
    .where(PLACEMENTS, Round.academic_year == bindparam("academic_year"), Review.moderated_at.is_not(None))
    .ext(distinct_on(*_WHOSE))
    .order_by(*_WHOSE, Review.due_on.desc(), Review.id.desc())
    .subquery()
)
_COUNTED = select(_LAST.c.respondent, _LAST.c.question, _LAST.c.answer, func.count().label("times")).group_by(
    _LAST.c.respondent, _LAST.c.question, _LAST.c.answer
)


async def answers_counted(
    connection: AsyncConnection, binds: Mapping[str, object], academic_year: str
) -> dict[tuple[Respondent, str], dict[str, int]]:
    """How often each answer was given, by respondent and question, in moderated reviews of the placements the caller sees."""
    found: dict[tuple[Respondent, str], dict[str, int]] = {}
    asked: dict[str, Any] = {**binds, "academic_year": academic_year}
    for row in await connection.execute(_COUNTED, asked):
        found.setdefault((Respondent(row.respondent), row.question), {})[row.answer] = row.times
    return found
