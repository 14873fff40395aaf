"""A partner's program, as an integrator would write one: tokens, pages, versions, and repeats that act once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import stamina

_SOON = frozenset({409, 429, 502, 503, 504})
"""Worth another try: 409 only where it says that the same request is still in flight."""

PATIENCE = 60.0
"""Seconds during which a service may be away (it may be restarting) before the season gives up."""


class CallFailed(Exception):
    """A service said no where the season needs a yes. Carries the problem's code and words."""


class _Again(Exception):
    """May go better in a moment."""


@dataclass
class Caller:
    """One client of the partnership, with its token, calling any of the services by name."""

    http: httpx.AsyncClient
    urls: Mapping[str, str]
    client_id: str
    client_secret: str
    _token: str | None = None

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to one request. It is repeated with the same Idempotency-Key while the service is away."""
        request = {
            "method": method,
            "url": self.urls[service] + path,
            "json": body if content is None else None,
            "content": content,
            "params": params,
        }
        own = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        with suppress(_Again):
            async for attempt in stamina.retry_context(
                on=_Again, attempts=None, timeout=PATIENCE, wait_max=1.0
            ):
                with attempt:
                    return await self._once(request, own)
        raise CallFailed(f"{service} does not answer")

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """One resource."""
        return (await self.ask("GET", service, path, params=params)).json()

    async def post(self, service: str, path: str, body: Any = None, *, version: str | None = None) -> Any:
        """Create or act."""
        headers = {"If-Match": version} if version else {}
        return (await self.ask("POST", service, path, body, headers=headers)).json()

    async def put(self, service: str, path: str, body: Any, *, version: str | None = None) -> Any:
        """Make it so."""
        headers = {"If-Match": version} if version else {}
        return (await self.ask("PUT", service, path, body, headers=headers)).json()

    async def every(self, service: str, path: str, **params: Any) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        return [item async for item in self._pages(service, path, params)]

    async def _pages(self, service: str, path: str, params: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            asked = {"limit": 200, **params, **({"cursor": cursor} if cursor else {})}
            page = await self.get(service, path, **asked)
            for item in page["items"]:
                yield item
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    async def _once(self, request: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        try:
            headers["Authorization"] = f"Bearer {await self.token()}"
            response = await self.http.request(**request, headers=headers)
        except httpx.TransportError as error:
            raise _Again from error
        if response.is_success:
            return response
        code = _code_of(response)
        if response.status_code == httpx.codes.UNAUTHORIZED and self._token:
            self._token = None
            raise _Again
        if response.status_code in _SOON and (
            response.status_code != httpx.codes.CONFLICT or code == "request_in_flight"
        ):
            raise _Again
        where = f"{request['method']} {request['url']}"
        raise CallFailed(f"{where} was refused: {response.status_code} {code}. {_words_of(response)}")

    async def token(self) -> str:
        """The client's access token."""
        if self._token is None:
            response = await self.http.post(
                self.urls["identity"] + "/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self.client_id, self.client_secret),
            )
            if response.is_server_error:
                raise _Again
            response.raise_for_status()
            self._token = response.json()["access_token"]
        return str(self._token)


def _problem(response: httpx.Response) -> dict[str, Any]:
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        return {}
    found: dict[str, Any] = response.json()
    return found


def _code_of(response: httpx.Response) -> str:
    return str(_problem(response).get("code", "unknown"))


def _words_of(response: httpx.Response) -> str:
    problem = _problem(response)
    faults = "; ".join(f"{e['pointer']}: {e['detail']}" for e in problem.get("errors", []))
    return f"{problem.get('detail', '')} {faults}".strip()
