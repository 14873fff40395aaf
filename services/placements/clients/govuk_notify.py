"""GOV.UK Notify instead of a mail server: the same messages, posted by the government's service.

Facts of its public API (docs.notifications.service.gov.uk, REST): an API key is a name, the service's UUID and a secret UUID,
joined by hyphens; each call carries a JWT (HS256, `iss` the service's id, `iat` now) signed with the secret;
`POST /v2/notifications/email` answers 201, 400 to a message it will never take, 403 to a wrong key or clock, 429 when the
limits are reached, 500 when it cannot. `reference` is ours, and `GET /v2/notifications?reference=` finds what it has: before
a message goes again, Notify is asked whether it was taken. The template at Notify needs `((subject))` and `((body))` alone.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from services.placements.clients.mail import MailRefused, MailServerDown
from shared.clock import Clock
from shared.db import assert_nothing_open

_UUID = 36
_FAILURES = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})


class GovUkNotify:
    """GOV.UK Notify with a partnership's API key and template. `clock` is the real one: Notify allows 30 seconds off."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, api_key: str, template_id: str, *, clock: Clock
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._service = api_key[-2 * _UUID - 1 : -_UUID - 1]
        self._secret = OctKey.import_key(api_key[-_UUID:]) if api_key else None
        self._template_id = template_id
        self._clock = clock

    @property
    def is_configured(self) -> bool:
        """Whether there are a key and a template."""
        return self._secret is not None and bool(self._template_id)

    @asynccontextmanager
    async def session(self) -> AsyncIterator["GovUkNotify"]:
        """It keeps no connection of its own."""
        assert_nothing_open()
        yield self

    async def send(self, to: str, subject: str, body: str, *, message_id: str, at: datetime) -> None:  # noqa: ARG002 - Notify dates it
        """Hand over one message, unless Notify has it already. Raises `MailRefused` or `MailServerDown`."""
        assert_nothing_open()
        if await self._has(message_id):
            return
        posted = {
            "email_address": to,
            "template_id": self._template_id,
            "personalisation": {"subject": subject, "body": body},
            "reference": message_id,
        }
        answer = await self._call("POST", "/v2/notifications/email", json=posted)
        if answer.status_code == HTTPStatus.CREATED:
            return
        raise MailRefused(
            f"notify_{answer.status_code}", for_good=answer.status_code == HTTPStatus.BAD_REQUEST
        )

    async def _has(self, reference: str) -> bool:
        """Whether Notify took the message before; raises `MailRefused` where its delivery failed."""
        answer = await self._call("GET", "/v2/notifications", params={"reference": reference})
        if answer.status_code != HTTPStatus.OK:
            raise MailServerDown
        found = answer.json().get("notifications", [])
        if found and found[0].get("status") in _FAILURES:
            raise MailRefused(f"notify_{found[0]['status']}".replace("-", "_"), for_good=True)
        return bool(found)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = await self._http.request(
                method, self._url + path, params=params, json=json, headers=headers, timeout=10.0
            )
        except httpx.TransportError as error:
            raise MailServerDown from error
        is_theirs = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if is_theirs or answer.status_code in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.FORBIDDEN}:
            raise MailServerDown  # nobody's message is at fault: all of them wait
        return answer

    def _token(self) -> str:
        if self._secret is None:
            raise MailServerDown
        claims = {"iss": self._service, "iat": int(self._clock.now().timestamp())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, self._secret)
