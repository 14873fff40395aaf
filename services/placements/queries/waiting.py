"""What a concern's timeline tells of suspensions and of the search for another placement, from the concern's opening on.

A search that began while the concern was open belongs to it to its end: months in which nobody looked must be seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation import waiting_words as words
from services.placements.domain.lifecycle import Step
from services.placements.domain.suspensions import (
    BOARD_AFTER,
    LEAD_AFTER,
    Asked,
    ReviewResult,
    SearchEnd,
    telling,
    telling_of_length,
)
from services.placements.models.placements import Placement, PlacementTransition
from services.placements.models.suspensions import PlacementSearch, SearchEntry, SuspensionReview
from services.placements.queries.suspensions import SEARCHED
from services.placements.queries.timeline_entries import ENGINE, Coming, Happened, Told, openable

RECORDED = "placements"
"""By whom a step of the placement itself was: it is on the placement's own record."""

SEARCHING = "university"
"""Who looks for another placement."""

_PLACEMENT_ID = bindparam("placement_id", type_=Uuid())
_OPENED = bindparam("opened_at", type_=DateTime(timezone=True))
_CLOSED = bindparam("closed_at", type_=DateTime(timezone=True))


def _while_open(at: Any) -> Any:
    return and_(at >= _OPENED, or_(_CLOSED.is_(None), at <= _CLOSED))


STEPS_MEANT = and_(
    PlacementTransition.placement_id == _PLACEMENT_ID,
    PlacementTransition.step.in_(list(words.PLACEMENT)),
    _while_open(PlacementTransition.at),
)
"""Steps of the placement while the concern was open."""

REVIEWS_MEANT = and_(
    SuspensionReview.placement_id == _PLACEMENT_ID,
    SuspensionReview.over_at.is_(None),
    or_(
        _while_open(SuspensionReview.reviewed_at),
        and_(SuspensionReview.reviewed_at.is_(None), _CLOSED.is_(None)),
    ),
)
"""Reviews of its suspension that were done, or are due, while the concern was open."""

SEARCHES_MEANT = and_(
    PlacementSearch.placement_id == _PLACEMENT_ID,
    or_(PlacementSearch.ended_at.is_(None), PlacementSearch.ended_at >= _OPENED),
    or_(_CLOSED.is_(None), PlacementSearch.began_at <= _CLOSED),
)
"""Searches for another placement that were under way while the concern was open."""

ENTRIES_MEANT = SearchEntry.search_id.in_(select(PlacementSearch.id).where(SEARCHES_MEANT))
"""Their logs."""

_STEPS = select(PlacementTransition).where(STEPS_MEANT)
_REVIEWS = select(SuspensionReview).where(REVIEWS_MEANT).order_by(SuspensionReview.number)
_SEARCHES = select(PlacementSearch).where(SEARCHES_MEANT).order_by(PlacementSearch.id)
_ENTRIES = select(SearchEntry).where(ENTRIES_MEANT)
_MAY_SEE_SEARCHES = select(Placement.id).where(SEARCHED, Placement.id == _PLACEMENT_ID)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows about a student who waits, as far as the reader may see them."""

    steps: list[Any]
    reviews: list[Any]
    searches: list[Any]
    entries: list[Any]

    def occasions(self) -> list[UUID]:
        """The occasions on which people were, or may have been, told of what was due."""
        due = [*self.reviews, *self.searches]
        chased = [telling(row.id, time) for row in due for time in range(row.chased)]
        long = [telling_of_length(s.id, days) for s in self.searches for days in (LEAD_AFTER, BOARD_AFTER)]
        return [*chased, *long]


async def read_waiting(connection: AsyncConnection, binds: dict[str, object], concern: Any) -> Waiting:
    """What is on record about the student's waiting in the life of a concern that the caller sees."""
    asked = {
        "placement_id": concern.placement_id,
        "opened_at": concern.opened_at,
        "closed_at": concern.closed_at,
    }
    steps, reviews = [list((await connection.execute(part, asked)).all()) for part in (_STEPS, _REVIEWS)]
    seen = (await connection.execute(_MAY_SEE_SEARCHES, {**binds, **asked})).one_or_none()
    if seen is None:
        return Waiting(steps, reviews, [], [])
    searches, entries = [
        list((await connection.execute(part, asked)).all()) for part in (_SEARCHES, _ENTRIES)
    ]
    return Waiting(steps, reviews, searches, entries)


def happened_in(waiting: Waiting, told: Told, told_at: Mapping[UUID, datetime]) -> Iterator[Happened]:
    """What happened, and when people were told that something was due."""
    for row in waiting.steps:
        what = words.PLACEMENT[Step(row.step)]
        yield Happened(at=row.at, what=what, rule=row.reason_code, by=RECORDED, id=row.id)
    for row in waiting.reviews:
        yield from _chased(row, words.REVIEW_LATE, told, told_at)
        if row.reviewed_at is not None:
            yield _reviewed(row)
    for row in waiting.searches:
        yield from _chased(row, words.SEARCH_LATE, told, told_at)
        yield from _of_search(row, told)
    for row in waiting.entries:
        yield Happened(
            at=row.at,
            what=words.ASKED[Asked(row.result)],
            words=row.note,
            by=SEARCHING,
            id=row.id,
            evidence=openable({"organisation_id": row.organisation_id, "setting_id": row.setting_id}),
        )


def _reviewed(row: Any) -> Happened:
    return Happened(
        at=row.reviewed_at,
        what=words.REVIEWED[ReviewResult(row.result)],
        words=row.reason,
        by=row.reviewed_by_role or RECORDED,
        id=row.id,
        evidence=(("suspension_review", str(row.id)),),
    )


def _chased(row: Any, what: str, told: Told, told_at: Mapping[UUID, datetime]) -> Iterator[Happened]:
    for time in range(row.chased):
        occasion = telling(row.id, time)
        if occasion in told_at:
            yield Happened(
                at=told_at[occasion], what=what, by=ENGINE, id=occasion, rank=1, told=told[occasion]
            )


def _of_search(row: Any, told: Told) -> Iterator[Happened]:
    search = (("placement_search", str(row.id)),)
    yield Happened(at=row.began_at, what=words.SEARCH_BEGAN, by=SEARCHING, id=row.id, evidence=search)
    for days, at in ((LEAD_AFTER, row.lead_told_at), (BOARD_AFTER, row.board_told_at)):
        if at is not None:
            occasion = telling_of_length(row.id, days)
            what = words.SEARCH_LONG.format(days=days)
            yield Happened(at=at, what=what, by=ENGINE, id=occasion, rank=1, told=told.get(occasion, ()))
    if row.ended_at is not None:
        yield Happened(
            at=row.ended_at,
            what=words.SEARCH_ENDED[SearchEnd(row.ending)],
            by=SEARCHING,
            id=row.id,
            evidence=openable({"placement_id": row.found_placement_id}),
        )


def coming_in(waiting: Waiting) -> Iterable[Coming]:
    """What is due while the student waits."""
    reminded = ("coordinator", "tutor")
    for row in waiting.reviews:
        if row.reviewed_at is None:
            who = (*reminded, "programme_manager") if row.chased else reminded
            yield Coming("suspension_review", words.REVIEW, row.due_at, words.REVIEW_MISSED, who)
    for row in waiting.searches:
        if row.ended_at is None:
            yield Coming("search_entry", words.SEARCH_ENTRY, row.chase_at, words.SEARCH_MISSED, reminded)
