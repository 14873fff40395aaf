"""The relay: gives committed events their place in the feed, and hands them to webhook endpoints.

Transactions commit in another order than they began, so neither an id nor a time says what a reader has yet to see. One
relay at a time takes what is committed and not yet placed, and numbers it: a reader who has seen position 7 has seen
everything up to 7, for ever.

"One at a time" is a session lock of the very connection that does the numbering: whoever loses the connection loses the
lock, and whoever has lost the lock can number nothing. Every batch is a single statement: positions, deliveries and the
notification of readers become visible together or not at all, and a crash at any instruction leaves whole batches.
"""

import asyncio

import psycopg
import structlog
from prometheus_client import Counter, Gauge

from shared.db import Database
from shared.events.listening import FEED, LONGEST_PAUSE, WEBHOOKS, Listener, connect
from shared.events.outbox import EVENTS
from shared.waiting import pause

log = structlog.get_logger()

POSITIONED = Counter("practicum_relay_events", "Events given their position by this process.")
DELIVERIES = Counter("practicum_relay_deliveries", "Webhook deliveries enqueued by this process.")
LEADING = Gauge("practicum_relay_leading", "1 while this process is the relay of its database.")

BATCH = 500
"""Events numbered by one statement, at most."""

LOOK_SOON = 0.02
"""Seconds after which the relay looks again when it has just found something; then twice as many each time."""

_LOCK = "select pg_try_advisory_lock(hashtextextended('practicum.relay', 0))"
# A leader whose machine vanished must not keep the lock for the two hours that TCP grants it.
_NOTICE_A_VANISHED_LEADER = (
    "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3"
)
_STATE = "insert into feed_state (id) values (1) on conflict do nothing"

_PLACE = """
with batch as materialized (
    select id, row_number() over (order by recorded_at, id) as nth
    from (select id, recorded_at from events where position is null order by recorded_at, id limit %(limit)s) as oldest
), state as (
    update feed_state set last_position = last_position + (select count(*) from batch)
    where exists (select from batch)
    returning last_position - (select count(*) from batch) as base
), placed as (
    update events as e set position = state.base + batch.nth
    from batch cross join state where e.id = batch.id
    returning e.id, e.partnership_id, e.type, e.subject_id, e.audience, e.data, e.occurred_at
), enqueued as (
    insert into webhook_deliveries (endpoint_id, event_id, body)
    select w.id, p.id, jsonb_build_object(
        'type', p.type,
        'timestamp', to_char(p.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'data', p.data || jsonb_build_object('id', p.id, 'subject_id', p.subject_id))
    from placed as p join webhook_endpoints as w on w.partnership_id = p.partnership_id
    where w.disabled_at is null
      and (w.types = '{}' or p.type = any (w.types))
      and (w.partnership_wide or w.organisation_id = any (p.audience))
    on conflict do nothing
    returning 1
), counted as (
    select (select count(*) from placed) as placed, (select count(*) from enqueued) as enqueued
)
select placed, enqueued,
    case when placed > 0 then pg_notify(%(feed)s, '') end,
    case when enqueued > 0 then pg_notify(%(webhooks)s, '') end
from counted
"""


class Relay:
    """One database's relay. Any number may run; one works, the others stand by and take over within seconds.

    `listener` wakes it as soon as something is published; it also looks every `poll` seconds by itself.
    """

    def __init__(
        self, db: Database, listener: Listener | None = None, *, poll: float = 1.0, batch: int = BATCH
    ) -> None:
        self._url = db.url
        self._listener = listener
        self._poll = poll
        self._batch = batch

    async def run(self, stop: asyncio.Event) -> None:
        """Number events until `stop` is set. A lost database is waited for; nothing is lost or doubled by it."""
        failures = 0
        while not stop.is_set():
            try:
                async with await connect(self._url) as connection:
                    failures = 0
                    await self._lead(connection, stop)
            except psycopg.Error as error:
                failures += 1
                log.warning("relay_interrupted", error=type(error).__name__, failures=failures)
                await pause(min(0.1 * 2**failures, LONGEST_PAUSE), stop)
            finally:
                LEADING.set(0)

    async def _lead(self, connection: psycopg.AsyncConnection, stop: asyncio.Event) -> None:
        await connection.execute(_NOTICE_A_VANISHED_LEADER)
        # Asking again and again, not waiting for the lock: a waiting statement would hold back vacuum meanwhile.
        while not await _holds_lock(connection):
            await pause(self._poll, stop)
            if stop.is_set():
                return
        await connection.execute(_STATE)
        LEADING.set(1)
        rest = self._poll
        while not stop.is_set():
            news = self._listener.next(EVENTS) if self._listener else asyncio.Event()
            placed = await self._place(connection)
            if placed == self._batch:
                continue
            # In a burst not every commit notifies, so after some news look for more: soon, then less and less often.
            rest = LOOK_SOON if placed else min(rest * 2, self._poll)
            await pause(rest, news, stop)

    async def _place(self, connection: psycopg.AsyncConnection) -> int:
        row = await (
            await connection.execute(_PLACE, {"limit": self._batch, "feed": FEED, "webhooks": WEBHOOKS})
        ).fetchone()
        placed, enqueued = (row[0], row[1]) if row else (0, 0)
        POSITIONED.inc(placed)
        DELIVERIES.inc(enqueued)
        return int(placed)


async def _holds_lock(connection: psycopg.AsyncConnection) -> bool:
    row = await (await connection.execute(_LOCK)).fetchone()
    return bool(row and row[0])
