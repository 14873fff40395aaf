"""Following a sister's feed: every change takes effect here exactly once, in order, whatever breaks in between.

One change, one transaction: the note in the inbox, the effect, and the cursor are committed together. A process may be
killed at any instruction; the next one starts from the stored cursor, and a change that has arrived before is recognised.
Several processes may follow under one name: the row of the cursor is locked and compared, so they take turns.

What needs a question to somebody else is asked in `prepare`, before the transaction, and handed to `handle` as facts.

A change that cannot be taken in is tried `ATTEMPTS` times, then parked in `followed_failures` so that the rest can go on;
parked changes are tried again when a follower starts and every ten minutes, later than their successors, which a handler
must bear. While the database or a sister is down nothing is anyone's fault: the follower waits, and nothing is parked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from prometheus_client import Counter
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.errors import Unavailable
from shared.events.change import Change, Changes
from shared.events.cursors import cursor_at
from shared.logs import kind_of
from shared.waiting import pause, unless

log = structlog.get_logger()

TAKEN = Counter("practicum_followed_changes", "Changes of sisters that took effect here.", ("feed",))
PARKED = Counter(
    "practicum_followed_parked", "Changes of sisters set aside because they cannot be taken in.", ("feed",)
)

ATTEMPTS = 5
"""How often a change is tried before it is parked."""

REVISIT_EVERY = 600.0
"""Seconds between two attempts at what is parked."""

LONGEST_PAUSE = 5.0
"""Seconds between two attempts of anything, at most."""

Handle = Callable[..., Awaitable[None]]
"""`async (session, change) -> None`, or `async (session, change, facts) -> None` where there is a `prepare`."""

Prepare = Callable[[Change], Awaitable[Any]]
"""Asks whatever must be asked before the transaction; its answer is handed on as facts."""


class Feed(Protocol):
    """A sister's feed, as far as a follower needs it; `shared.http.sister.Sister` is one."""

    async def ask(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, timeout: float | None = None
    ) -> Any:
        """The parsed answer; raises `Unavailable` when there is none to be had."""
        ...


@dataclass(frozen=True, slots=True)
class Lag:
    """How a follower is doing. `seconds` since it last had everything (None: never yet); changes in retry and parked."""

    seconds: float | None
    retrying: int
    parked: int


class _Overtaken(Exception):
    """Another process follows under the same name and has moved the cursor."""


_BEGIN = text("insert into followed_feeds (name) values (:feed) on conflict do nothing")
_CURSOR = text("select cursor from followed_feeds where name = :feed")
_HOLD = text("select cursor from followed_feeds where name = :feed for update")
_MOVE = text("update followed_feeds set cursor = :cursor, updated_at = clock_timestamp() where name = :feed")
_CAUGHT_UP = text(
    "update followed_feeds set cursor = :next, caught_up_at = clock_timestamp(), updated_at = clock_timestamp()"
    " where name = :feed and cursor is not distinct from :cursor"
)
_RECEIVE = text(
    "with mended as (delete from followed_failures where feed = :feed and event_id = :event)"
    " insert into inbox (feed, event_id) values (:feed, :event) on conflict do nothing returning event_id"
)
_FAILED = text(
    "insert into followed_failures as f (feed, event_id, change, error) values (:feed, :event, :change, :error)"
    " on conflict (feed, event_id) do update"
    " set attempts = f.attempts + 1, error = excluded.error, last_at = clock_timestamp() returning f.attempts"
).bindparams(bindparam("change", type_=JSONB))
_PARK = text(
    "update followed_failures set parked_at = clock_timestamp() where feed = :feed and event_id = :event"
)
_PARKED = text(
    "select change from followed_failures where feed = :feed and parked_at is not null order by first_at, event_id"
)
_TAKE_UP = text("select 1 from followed_failures where feed = :feed and event_id = :event for update")
_LAG = text(
    "select extract(epoch from clock_timestamp() - max(f.caught_up_at))::float8 as seconds,"
    " count(x.event_id) filter (where x.parked_at is null) as retrying, count(x.parked_at) as parked"
    " from followed_feeds as f left join followed_failures as x on x.feed = f.name where f.name = :feed"
)


class Follower:
    """Follows the feed of `sister` under a `name` of its own ("hubs.placements"), and lets `handle` give it effect.

    `types` narrows what is followed (all when empty). `wait` is how long one question may wait for news, in seconds.
    """

    def __init__(
        self,
        name: str,
        sister: Feed,
        db: Database,
        handle: Handle,
        *,
        prepare: Prepare | None = None,
        types: Iterable[str] = (),
        wait: float = 20.0,
        page: int = 200,
        attempts: int = ATTEMPTS,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self.name = name
        self._sister = sister
        self._db = db
        self._handle = handle
        self._prepare = prepare
        self._types = ",".join(types)
        self._wait = wait
        self._page = page
        self._attempts = attempts
        self._longest_pause = longest_pause
        self._revisit_at = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop` is set. Whatever fails is logged by its kind and tried again with growing pauses."""
        failures = 0
        while not stop.is_set():
            try:
                if time.monotonic() >= self._revisit_at:
                    self._revisit_at = time.monotonic() + REVISIT_EVERY
                    await self.revisit()
                await self.step(stop)
                failures = 0
            except Exception as error:  # noqa: BLE001 - a follower outlives everything but its process
                failures += 1
                if not isinstance(error, _Overtaken):
                    log.warning(
                        "follower_interrupted", feed=self.name, error=kind_of(error), failures=failures
                    )
                await pause(min(0.1 * 2**failures, self._longest_pause), stop)

    async def step(self, stop: asyncio.Event) -> None:
        """Ask once for what follows the stored cursor, waiting for news, and let it take effect."""
        cursor = await self._stored_cursor()
        params: dict[str, Any] = {"limit": self._page, "wait": self._wait}
        if cursor is not None:
            params["after"] = cursor
        if self._types:
            params["types"] = self._types
        asked = self._sister.ask("GET", "/v1/changes", params=params, timeout=self._wait + 10)
        answer = await unless(stop, asked)
        if answer is None:
            return
        found = Changes.model_validate(answer)
        for change in found.items:
            if stop.is_set():
                return
            await self._take(change, cursor)
            cursor = cursor_at(change.position)
        if len(found.items) < self._page:
            async with self._db.begin() as session:
                await session.execute(
                    _CAUGHT_UP, {"feed": self.name, "cursor": cursor, "next": found.next_cursor}
                )

    async def revisit(self) -> int:
        """Try once more what was parked; returns how many changes took effect now."""
        async with self._db.read() as connection:
            parked = (await connection.execute(_PARKED, {"feed": self.name})).scalars().all()
        mended = 0
        for kept in parked:
            change = Change.model_validate(kept)
            try:
                mended += await self._mend(change)
            except Unavailable:
                break
            except Exception as error:
                if not await self._db.answers():
                    raise
                async with self._db.begin() as session:
                    await session.execute(_FAILED, self._failure(change, error))
        return mended

    async def lag(self) -> Lag:
        """How far behind this follower is; the same answer from every process of the service."""
        async with self._db.read() as connection:
            row = (await connection.execute(_LAG, {"feed": self.name})).one()
        return Lag(row.seconds, row.retrying, row.parked)

    async def _stored_cursor(self) -> str | None:
        async with self._db.begin() as session:
            await session.execute(_BEGIN, {"feed": self.name})
            cursor: str | None = (await session.execute(_CURSOR, {"feed": self.name})).scalar_one()
        return cursor

    async def _take(self, change: Change, cursor: str | None) -> None:
        try:
            facts = await self._facts(change)
            async with self._db.begin() as session:
                await self._hold(session, cursor)
                await self._effect(session, change, facts)
                await session.execute(_MOVE, {"feed": self.name, "cursor": cursor_at(change.position)})
        except (_Overtaken, Unavailable):
            raise
        except Exception as error:
            if not await self._db.answers() or not await self._parked(change, cursor, error):
                raise
        else:
            TAKEN.labels(self.name).inc()

    async def _facts(self, change: Change) -> tuple[Any, ...]:
        return () if self._prepare is None else (await self._prepare(change),)

    async def _hold(self, session: AsyncSession, cursor: str | None) -> None:
        if (await session.execute(_HOLD, {"feed": self.name})).scalar_one() != cursor:
            raise _Overtaken

    async def _effect(self, session: AsyncSession, change: Change, facts: tuple[Any, ...]) -> bool:
        fresh = (
            await session.execute(_RECEIVE, {"feed": self.name, "event": change.id})
        ).scalar_one_or_none()
        if fresh is None:
            return False
        await self._handle(session, change, *facts)
        await session.flush()
        return True

    async def _parked(self, change: Change, cursor: str | None, error: Exception) -> bool:
        """Note the failure; when it was the last attempt, set the change aside and go on. Returns whether it was."""
        async with self._db.begin() as session:
            await self._hold(session, cursor)
            attempts = (await session.execute(_FAILED, self._failure(change, error))).scalar_one()
            if attempts < self._attempts:
                return False
            await session.execute(_PARK, {"feed": self.name, "event": change.id})
            await session.execute(_MOVE, {"feed": self.name, "cursor": cursor_at(change.position)})
        PARKED.labels(self.name).inc()
        log.error(
            "change_parked", feed=self.name, event_id=str(change.id), type=change.type, error=kind_of(error)
        )
        return True

    async def _mend(self, change: Change) -> bool:
        facts = await self._facts(change)
        async with self._db.begin() as session:
            if (
                await session.execute(_TAKE_UP, {"feed": self.name, "event": change.id})
            ).scalar_one_or_none() is None:
                return False
            return await self._effect(session, change, facts)

    def _failure(self, change: Change, error: Exception) -> dict[str, object]:
        kept = change.model_dump(mode="json")
        return {"feed": self.name, "event": change.id, "change": kept, "error": kind_of(error)}
