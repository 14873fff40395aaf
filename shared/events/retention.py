"""How long news is kept, and the forgetting of what is older.

Events leave the feed from its beginning, in order, so that what is kept never has a hole; a reader who comes back with
an older cursor is told so (410) and takes a snapshot. All of this goes by the database's real time.
"""

from datetime import timedelta

from sqlalchemy import text

from shared.db import Database

KEEP_EVENTS = timedelta(days=90)
"""How long a reader may stay away and still go on with its cursor."""

KEEP_DELIVERIES = timedelta(days=30)
"""How long a finished webhook delivery and its attempts can be looked up."""

CHUNK = 5_000
"""Rows forgotten in one transaction."""

_FORGET_EVENTS = text(
    "with bounds as ("
    "   select coalesce(min(position) filter (where recorded_at >= now() - :keep) - 1, max(position)) as through"
    "   from events, feed_state where position > purged_through and position <= purged_through + :chunk)"
    ", gone as (delete from events using bounds where position <= through returning 1)"
    ", moved as (update feed_state set purged_through = through from bounds where purged_through < through returning 1)"
    " select (select count(*) from gone), (select count(*) from moved)"
)
_FORGET_INBOX = text(
    "delete from inbox where (feed, event_id) in"
    " (select feed, event_id from inbox where received_at < now() - :keep limit :chunk)"
)
_FORGET_DELIVERIES = text(
    "delete from webhook_deliveries where (endpoint_id, event_id) in"
    " (select endpoint_id, event_id from webhook_deliveries where finished_at < now() - :keep limit :chunk)"
)


async def purge(
    db: Database,
    *,
    keep: timedelta = KEEP_EVENTS,
    keep_deliveries: timedelta = KEEP_DELIVERIES,
    chunk: int = CHUNK,
) -> int:
    """Forget events (and inbox entries) older than `keep` and finished deliveries older than `keep_deliveries`.

    Returns how many events were forgotten. Positions stay as they were; events without a position are never forgotten.
    """
    forgotten, moved = 0, 1
    while moved:
        async with db.begin() as session:
            row = (await session.execute(_FORGET_EVENTS, {"keep": keep, "chunk": chunk})).one()
        forgotten, moved = forgotten + row[0], row[1]
    for statement, age in ((_FORGET_INBOX, keep), (_FORGET_DELIVERIES, keep_deliveries)):
        gone = chunk
        while gone == chunk:
            async with db.begin() as session:
                gone = getattr(await session.execute(statement, {"keep": age, "chunk": chunk}), "rowcount", 0)
    return forgotten
