"""Webhooks: telling addresses outside, signed, at least once, patiently, and without ever holding a transaction open.

A delivery is claimed under a lease, attempted, and its outcome written. A worker that dies in between leaves the lease to
run out, and another attempts it again; the receiver recognises it by `webhook-id`, which is the event's id. All times are
the database's real time, also in a sandbox: receivers compare them with their own clocks.
"""

import asyncio
import json
import ssl
import time
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import ARRAY, Uuid, bindparam, text

from shared.db import Database, assert_nothing_open
from shared.events.addresses import AddressRefused, Resolve, judged, resolve
from shared.events.listening import WEBHOOKS, Listener
from shared.events.signatures import headers_of
from shared.ids import new_id
from shared.logs import kind_of
from shared.waiting import pause

log = structlog.get_logger()

ATTEMPTS = Counter("practicum_webhook_attempts", "Attempts to deliver, by outcome.", ("outcome",))
SECONDS = Histogram("practicum_webhook_seconds", "How long an attempt took, in seconds.")

SCHEDULE = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between an attempt that failed and the next: ten attempts over about three days, as Standard Webhooks advises."""

TIMEOUT = 10.0
"""Seconds an endpoint has to answer."""

LEASE = 60.0
"""Seconds after which a claimed delivery whose worker was not heard of is attempted again. More than `TIMEOUT`."""

PER_ENDPOINT = 2
"""Deliveries to one endpoint at the same time, so that a slow one does not keep the others waiting."""

# A claim or an outcome that is lost when the server crashes means one more attempt, which is allowed; waiting for the
# disk at each of them is what deliveries would mostly wait for.
_SOFT = text("set local synchronous_commit = off")

_CLAIM = text("""
with due as (
    select d.endpoint_id, d.event_id from webhook_endpoints as e cross join lateral (
        select endpoint_id, event_id, next_attempt_at from webhook_deliveries
        where endpoint_id = e.id and state = 'pending' and next_attempt_at <= now()
          and (leased_until is null or leased_until < now())
        order by next_attempt_at limit :each for update skip locked) as d
    where e.disabled_at is null and e.id <> all (:busy)
    order by d.next_attempt_at limit :free
)
update webhook_deliveries as d set attempts = d.attempts + 1, leased_until = now() + make_interval(secs => :lease)
from due join webhook_endpoints as e on e.id = due.endpoint_id
where d.endpoint_id = due.endpoint_id and d.event_id = due.event_id
returning d.endpoint_id, d.event_id, d.body, d.attempts as number, e.url, now() as at, e.secret,
    case when e.previous_secret_until > now() then e.previous_secret end as previous_secret
""").bindparams(bindparam("busy", type_=ARRAY(Uuid)))

# Only the latest attempt may say what became of the delivery: a worker that was thought dead may still come back.
_DONE = text("""
update webhook_deliveries set leased_until = null, state = :state,
    next_attempt_at = case when :state = 'pending' then clock_timestamp() + make_interval(secs => :rest) end,
    finished_at = case when :state <> 'pending' then clock_timestamp() end
where endpoint_id = :endpoint_id and event_id = :event_id and attempts = :number and state = 'pending'
""")
_LOG = text("""
insert into webhook_attempts (id, endpoint_id, event_id, number, status, error, duration_ms, attempted_at)
values (:id, :endpoint_id, :event_id, :number, :status, :error, :duration_ms, :at)
""")
_GONE = text("""
update webhook_endpoints set disabled_at = clock_timestamp(), disabled_reason = 'gone',
    updated_at = clock_timestamp(), version = version + 1 where id = :endpoint_id and disabled_at is null
""")
_STATUS_GONE = 410


@dataclass(frozen=True, slots=True)
class _Claim:
    endpoint_id: UUID
    event_id: UUID
    body: dict[str, Any]
    number: int
    url: str
    at: datetime
    secret: str
    previous_secret: str | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The status of the answer, or the coded reason why there was none."""

    status: int | None = None
    error: str | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and self.error is None and httpx.codes.is_success(self.status)


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates are believed, whatever the environment says: read once, and shared by forked processes."""
    return httpx.create_ssl_context(trust_env=False)


def delivery_client(verify: ssl.SSLContext | None = None, **options: Any) -> httpx.AsyncClient:
    """The client for deliveries. No proxy and no settings from the environment, no redirects.

    No connection is used twice: connections are made to judged addresses, which endpoints may share, and one that was
    opened for one name must not carry what is meant for another.
    """
    return httpx.AsyncClient(
        verify=verify or _authorities(),
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
        headers={"User-Agent": "Practicum-Webhooks/1"},
        **options,
    )


class Deliverer:
    """Delivers what is due, up to `concurrency` at a time. Any number of processes may do so."""

    def __init__(
        self,
        db: Database,
        http: httpx.AsyncClient,
        listener: Listener | None = None,
        *,
        allow_private: bool = False,
        look_up: Resolve = resolve,
        schedule: Sequence[float] = SCHEDULE,
        concurrency: int = 8,
        poll: float = 1.0,
        lease: float = LEASE,
    ) -> None:
        self._db = db
        self._http = http
        self._listener = listener
        self._allow_private = allow_private
        self._look_up = look_up
        self._schedule = schedule
        self._concurrency = concurrency
        self._poll = poll
        self._lease = lease
        self._in_flight: dict[asyncio.Task[None], UUID] = {}
        self._landed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; attempts in flight are then finished (10 seconds at most)."""
        failures = 0
        while not stop.is_set():
            news = self._listener.next(WEBHOOKS) if self._listener else stop
            self._landed.clear()
            try:
                claims = await self._claim()
                failures = 0
            except Exception as error:  # noqa: BLE001 - a deliverer outlives everything but its process
                claims, failures = [], failures + 1
                log.warning("deliverer_interrupted", error=kind_of(error), failures=failures)
            for claim in claims:
                task = asyncio.create_task(self._deliver(claim))
                self._in_flight[task] = claim.endpoint_id
                task.add_done_callback(self._land)
            if not claims:
                await pause(min(self._poll * 2**failures, 30.0), news, self._landed, stop)
        if self._in_flight:
            await asyncio.wait(self._in_flight)

    def _land(self, task: "asyncio.Task[None]") -> None:
        del self._in_flight[task]
        self._landed.set()

    async def _claim(self) -> list[_Claim]:
        free = self._concurrency - len(self._in_flight)
        if free <= 0:
            return []
        busy = [
            endpoint for endpoint, count in Tally(self._in_flight.values()).items() if count >= PER_ENDPOINT
        ]
        binds = {"free": free, "each": PER_ENDPOINT, "busy": busy, "lease": self._lease}
        async with self._db.begin() as session:
            await session.execute(_SOFT)
            rows = (await session.execute(_CLAIM, binds)).mappings().all()
        return [_Claim(**row) for row in rows]

    async def _deliver(self, claim: _Claim) -> None:
        began = time.perf_counter()
        outcome = await self._attempt(claim)
        seconds = time.perf_counter() - began
        SECONDS.observe(seconds)
        ATTEMPTS.labels(
            "delivered" if outcome.delivered else outcome.error or f"{outcome.status}"[:1] + "xx"
        ).inc()
        try:
            await self._record(claim, outcome, round(seconds * 1000))
        except Exception as error:  # noqa: BLE001 - not recorded means attempted again when the lease has run out
            log.warning("delivery_not_recorded", error=kind_of(error))

    async def _attempt(self, claim: _Claim) -> _Outcome:
        assert_nothing_open()
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await self._send(claim)
        except AddressRefused:
            return _Outcome(error="address_refused")
        except (TimeoutError, httpx.TimeoutException):
            return _Outcome(error="timeout")
        except (OSError, httpx.ConnectError):
            return _Outcome(error="connection_failed")
        except Exception as error:  # noqa: BLE001 - whatever an endpoint does is an outcome
            log.info("delivery_failed", error=kind_of(error))
            return _Outcome(error="broken_answer")
        return _Outcome(status, "redirected" if httpx.codes.is_redirect(status) else None)

    async def _send(self, claim: _Claim) -> int:
        url = httpx.URL(claim.url)
        address = await judged(url, self._look_up, allow_private=self._allow_private)
        body = json.dumps(claim.body, separators=(",", ":"), ensure_ascii=False).encode()
        keys = [key for key in (claim.secret, claim.previous_secret) if key]
        headers = {
            **headers_of(keys, str(claim.event_id), int(claim.at.timestamp()), body),
            "Host": url.netloc.decode("ascii"),
            "Content-Type": "application/json",
        }
        name = {
            "sni_hostname": url.raw_host.decode("ascii")
        }  # the certificate must be the name's, not the address's
        to = url.copy_with(host=address)
        async with self._http.stream("POST", to, content=body, headers=headers, extensions=name) as response:
            return response.status_code

    async def _record(self, claim: _Claim, outcome: _Outcome, duration_ms: int) -> None:
        gone = outcome.status == _STATUS_GONE
        spent = claim.number > len(self._schedule)
        state = "delivered" if outcome.delivered else "failed" if gone or spent else "pending"
        key = {"endpoint_id": claim.endpoint_id, "event_id": claim.event_id, "number": claim.number}
        rest = self._schedule[claim.number - 1] if state == "pending" else 0
        attempt = {**key, "id": new_id(), "status": outcome.status, "error": outcome.error, "at": claim.at}
        async with self._db.begin() as session:
            await session.execute(_SOFT)
            if not getattr(
                await session.execute(_DONE, {**key, "state": state, "rest": rest}), "rowcount", 0
            ):
                return
            await session.execute(_LOG, {**attempt, "duration_ms": duration_ms})
            if gone:
                await session.execute(_GONE, {"endpoint_id": claim.endpoint_id})
