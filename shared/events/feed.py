"""Reading the feed: everything that happened, in order, for whoever may see it.

A reader keeps the last `next_cursor` and asks with it. Each answer is cut from one snapshot of the database, so an
empty one means there was nothing up to `next_cursor`. The cursor is not bound to the types asked for: a reader may
widen its interest.

Who sees what: a sister service all partnerships (or the one its token names), the partnership's office everything of
its partnership, a partner's system what its organisation is in the audience of. People read resources, not the feed.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Text, Uuid, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from shared.auth.principal import Principal
from shared.db import Database, assert_nothing_open
from shared.errors import Forbidden, Gone
from shared.events.change import Change, Changes
from shared.events.cursors import cursor_at, position_of
from shared.events.listening import FEED, Listener
from shared.events.tables import events, feed_state
from shared.waiting import pause

LONGEST_WAIT = 30.0
"""Seconds a reader may wait for news."""

LOOK_AGAIN = 0.25
"""Seconds between two looks while waiting without a listener."""

LOOK_ANYWAY = 1.0
"""Seconds between two looks while a listener should wake us, in case it did not."""

_state = select(feed_state.c.last_position, feed_state.c.purged_through).subquery("state")
_types = bindparam("types", type_=ARRAY(Text))


def _statement(*sight: ColumnElement[bool]) -> Select[Any]:
    seen = events.c
    page = (
        select(*(seen[name] for name in Change.model_fields))
        .where(
            seen.position > func.greatest(bindparam("after"), _state.c.purged_through),
            seen.position <= _state.c.last_position,
            or_(_types.is_(None), seen.type == any_(_types)),
            *sight,
        )
        .order_by(seen.position)
        .limit(bindparam("limit"))
        .lateral("page")
    )
    return select(_state, page).select_from(_state.outerjoin(page, true())).order_by(page.c.position)


_in_partnership = events.c.partnership_id == bindparam("partnership", type_=Uuid)
_in_audience = bindparam("organisation", type_=Uuid) == any_(events.c.audience)
_ALL = _statement()
_OF_PARTNERSHIP = _statement(_in_partnership)
_OF_ORGANISATION = _statement(_in_partnership, _in_audience)


def _never() -> bool:
    return False


async def changes(
    db: Database,
    principal: Principal,
    after: str | None,
    *,
    types: Sequence[str] | None = None,
    wait: float = 0,
    limit: int = 50,
    listener: Listener | None = None,
    draining: Callable[[], bool] = _never,
) -> Changes:
    """What happened after the cursor `after` (from the oldest kept when None), oldest first, at most `limit`.

    With nothing to show it waits up to `wait` seconds (30 at most) for something, holding neither a transaction nor a
    connection; it stops waiting when the process is `draining`. Refuses people (`feed_not_for_people`), and a cursor
    older than what is kept or unknown to this database (`cursor_expired`: take a snapshot and go on from its cursor).
    """
    assert_nothing_open()
    statement, binds = _sight(principal)
    binds = {**binds, "types": list(types) if types else None, "limit": limit}
    position = None if after is None else position_of(after)
    deadline = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT)
    while True:
        news = listener.next(FEED) if listener else asyncio.Event()
        found = await _look(db, statement, binds, position)
        left = deadline - asyncio.get_running_loop().time()
        if found.items or left <= 0 or draining():
            return found
        position = position_of(found.next_cursor)
        await pause(min(left, LOOK_ANYWAY if listener else LOOK_AGAIN), news)


def _sight(principal: Principal) -> tuple[Select[Any], dict[str, object]]:
    wide = principal.partnership_wide or "service" in principal.roles
    if principal.is_person and not wide:
        raise Forbidden(
            "feed_not_for_people", "The change feed is for systems. Read the resources themselves."
        )
    if principal.partnership_id is None and "service" in principal.roles:
        return _ALL, {}
    binds: dict[str, object] = {"partnership": principal.tenant}
    if wide:
        return _OF_PARTNERSHIP, binds
    if principal.organisation_id is None:
        raise Forbidden("no_organisation", "This token is for no organisation; ask for one that names it.")
    return _OF_ORGANISATION, {**binds, "organisation": principal.organisation_id}


async def _look(
    db: Database, statement: Select[Any], binds: Mapping[str, object], position: int | None
) -> Changes:
    async with db.read() as connection:
        rows = (await connection.execute(statement, {**binds, "after": position or 0})).mappings().all()
    last, purged = (rows[0]["last_position"], rows[0]["purged_through"]) if rows else (0, 0)
    if position is not None and not purged <= position <= last:
        raise Gone(
            "cursor_expired",
            "What follows this cursor is no longer kept here. Take a snapshot and its cursor.",
        )
    items = [_change(row) for row in rows if row["position"] is not None]
    reached = items[-1].position if len(items) == binds["limit"] else last
    return Changes.model_construct(items=items, next_cursor=cursor_at(reached))


def _change(row: RowMapping) -> Change:
    shown = {name: row[name] for name in Change.model_fields}
    return Change.model_construct(**{**shown, "occurred_at": row["occurred_at"].astimezone(UTC)})
