"""Asking a sister service: with a deadline, repeated only where that is safe, and not at all while it is known to be down.

Nothing may be asked while a transaction is open. The caller's trace and the time it still waits travel along.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import httpx
import stamina

from shared.db import assert_nothing_open
from shared.errors import Unavailable
from shared.http import context

_SAFE = frozenset({"GET", "PUT", "DELETE"})
_TRY_AGAIN = frozenset({429, 502, 503, 504})


class Tokens(Protocol):
    """Where a service gets its own access tokens."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        """A token for questions about one partnership, or for following the feeds of all."""
        ...


class SisterDown(Unavailable):
    """The sister did not answer in time, or said it cannot. What was asked may be asked again."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}_unavailable", f"The {name} service does not answer. Nothing was changed; try again."
        )
        self.name = name


class SisterRefused(Exception):
    """The sister said no: its status, the stable code of its problem, and the problem whole."""

    def __init__(self, status: int, code: str, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.problem = problem


class _Passing(Exception):
    """A failure that may pass: worth another try where that is safe."""


class Breaker:
    """Remembers that a sister is down, so that nobody waits for it: opens after `failures` in a row, for `rest` seconds."""

    def __init__(self, failures: int = 5, rest: float = 5.0) -> None:
        self._allowed = failures
        self._rest = rest
        self._in_a_row = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether asking is pointless just now. After the rest one caller may try."""
        return time.monotonic() < self._open_until

    def failed(self) -> None:
        """The sister did not answer."""
        self._in_a_row += 1
        if self._in_a_row >= self._allowed:
            self._open_until = time.monotonic() + self._rest

    def answered(self) -> None:
        """The sister answered, be it with a refusal."""
        self._in_a_row = 0
        self._open_until = 0.0


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    path: str
    partnership_id: UUID | None
    params: dict[str, Any] | None
    json: Any
    idempotency_key: str | None


class Sister:
    """One sister service, seen from here. `timeout` is the longest an answer may take, all attempts together, in seconds."""

    def __init__(
        self,
        name: str,
        base_url: str,
        http: httpx.AsyncClient,
        tokens: Tokens,
        *,
        timeout: float = 10.0,
        attempts: int = 3,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._http = http
        self._tokens = tokens
        self._timeout = timeout
        self._attempts = attempts
        self._breaker = breaker or Breaker()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        partnership_id: UUID | None = None,
        params: dict[str, Any] | None = None,
        json: Any = None,
        idempotency_key: str | None = None,
        timeout: float | None = None,
    ) -> Any:
        """The sister's answer as parsed JSON (None when it has no body).

        Raises `SisterRefused` when it says no, `SisterDown` when it cannot be had in time. GET, PUT and DELETE are tried
        again, and POST when it carries an idempotency key.
        """
        assert_nothing_open()
        patience = timeout or self._timeout
        limit = min(patience, context.seconds_left(otherwise=patience))
        if self._breaker.is_open or limit <= 0:
            raise SisterDown(self.name)
        gives_up_at = time.monotonic() + limit
        question = _Question(method, path, partnership_id, params, json, idempotency_key)
        attempts = self._attempts if method in _SAFE or idempotency_key else 1
        try:
            async for attempt in stamina.retry_context(
                on=_Passing, attempts=attempts, timeout=limit, wait_initial=0.05, wait_max=1.0
            ):
                with attempt:
                    return await self._once(question, max(0.001, gives_up_at - time.monotonic()))
        except _Passing as error:
            self._breaker.failed()
            raise SisterDown(self.name) from error
        raise SisterDown(self.name)

    async def _once(self, question: _Question, wait: float) -> Any:
        headers = {"traceparent": context.traceparent(), context.DEADLINE_HEADER: str(int(wait * 1000))}
        if question.idempotency_key:
            headers["Idempotency-Key"] = question.idempotency_key
        try:
            # Without this, the token, the connection and each piece of the answer would have so long.
            async with asyncio.timeout(wait):
                headers["Authorization"] = f"Bearer {await self._tokens.token(question.partnership_id)}"
                response = await self._http.request(
                    question.method,
                    self._base_url + question.path,
                    params=question.params,
                    json=question.json,
                    headers=headers,
                    timeout=wait,
                )
        except (httpx.TransportError, TimeoutError) as error:
            raise _Passing from error
        return self._read(response)

    def _read(self, response: httpx.Response) -> Any:
        if response.status_code in _TRY_AGAIN:
            raise _Passing
        self._breaker.answered()
        if response.is_success:
            return response.json() if response.content else None
        is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
        problem = response.json() if is_problem else {}
        raise SisterRefused(response.status_code, str(problem.get("code", "unknown")), problem)
