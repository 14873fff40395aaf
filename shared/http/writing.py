"""Writing: the version a change is based on, and the promise that a repeated request acts once.

`Idempotency-Key`: the answer is stored in the transaction of its effect, under (client, key), for 72 hours. The same request
again gets the same answer with `Idempotent-Replayed: true`; another body under the same key is refused with 422; while the
first is still running a second is refused with 409. A secret that an answer shows is not stored with it: it is shown once.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import Column, LargeBinary, SmallInteger, Table, Text, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared.auth.principal import Principal
from shared.errors import Conflict, Fault, Invalid, Malformed, StaleVersion, VersionRequired
from shared.http.reading import JSON, etag_of
from shared.tables import KIT

KEPT_FOR = timedelta(hours=72)
_DIGITS = 9
IMPORTS = "/v1/imports"
"""Where files arrive."""

_KEPT_HEADERS = ("location", "etag", "content-type")

idempotency_keys = Table(
    "idempotency_keys",
    KIT,
    Column("client_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False, server_default=func.now(), index=True),
)
"""Answers already given, by client and key."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The key of one request, if it has one, and what makes the request the same as another.

    `client_id` is the client within its partnership: two issuers may know different clients by one name.
    """

    client_id: str
    key: str | None
    fingerprint: str

    async def claim(self, session: AsyncSession) -> Response | None:
        """First in the transaction: the answer given earlier, or None when this request is to be carried out now."""
        if self.key is None:
            return None
        lock = select(
            func.pg_try_advisory_xact_lock(func.hashtextextended(f"{self.client_id}\n{self.key}", 0))
        )
        if not (await session.execute(lock)).scalar_one():
            raise Conflict(
                "request_in_flight", "The same request is being carried out. Wait, then repeat it."
            )
        kept = idempotency_keys.c
        earlier = select(idempotency_keys).where(kept.client_id == self.client_id, kept.key == self.key)
        row = (await session.execute(earlier)).one_or_none()
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            fault = Fault("/header/Idempotency-Key", "key_reused", "Use a fresh key for a different request.")
            raise Invalid([fault], code="idempotency_key_reused")
        return Response(row.body, row.status, {**row.headers, "Idempotent-Replayed": "true"})

    async def keep(
        self, session: AsyncSession, response: Response, *, repeated: Response | None = None
    ) -> Response:
        """Last in the transaction: store the answer beside its effect and return it.

        `repeated` is stored in its place where it shows a secret: the same answer without that.
        """
        if self.key is not None:
            stored = repeated or response
            headers = {name: stored.headers[name] for name in _KEPT_HEADERS if name in stored.headers}
            await session.execute(
                insert(idempotency_keys).values(
                    client_id=self.client_id,
                    key=self.key,
                    fingerprint=self.fingerprint,
                    status=stored.status_code,
                    headers=headers,
                    body=bytes(stored.body),
                )
            )
        return response


_Header = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A fresh key per intended effect; repeating the request with it acts once. Required for systems.",
    ),
]


async def _key_if_any(request: Request, key: _Header = None) -> IdempotencyKey:
    principal: Principal = request.state.principal
    seal = hashlib.blake2b(digest_size=16)
    seal.update(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if key is not None and request.url.path != IMPORTS:  # a file is streamed, and sealed as it arrives
        seal.update(await request.body())
    return IdempotencyKey(f"{principal.partnership_id}/{principal.client_id}", key, seal.hexdigest())


KeyIfAny = Annotated[IdempotencyKey, Depends(_key_if_any)]
"""The same for a request that has an effect only at times; when it has, `expect_key` first."""


def expect_key(key: IdempotencyKey, principal: Principal) -> None:
    """Refuse an effect that a partner's system asks for without a key."""
    if key.key is None and "system" in principal.roles:
        raise Malformed(
            "idempotency_key_required", "Send an Idempotency-Key, fresh for each intended effect."
        )


async def _key_of(request: Request, key: KeyIfAny) -> IdempotencyKey:
    expect_key(key, request.state.principal)
    return key


Key = Annotated[IdempotencyKey, Depends(_key_of)]
"""The request's idempotency key. Put it after the `principal` in the signature: it needs to know who calls."""


async def forget_old_keys(session: AsyncSession, now: datetime) -> int:
    """Drop answers older than 72 hours; returns how many. `now` is the real time, as `created_at` is."""
    gone = await session.execute(
        delete(idempotency_keys).where(idempotency_keys.c.created_at < now - KEPT_FOR)
    )
    return int(getattr(gone, "rowcount", 0))


async def _version_of(
    if_match: Annotated[
        str, Header(alias="If-Match", max_length=100, description="The ETag you last read, or `*`.")
    ],
) -> int | None:
    tag = if_match.strip()
    if tag == "*":
        return None
    number = tag.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise StaleVersion
    return int(number)


IfMatch = Annotated[int | None, Depends(_version_of)]
"""The version the caller saw; None for `*` (whatever it is now). Missing: 428."""


_WHEN_CHANGING = "The ETag you last read, or `*`. Needed only when something that is there already changes."


async def _checked_when_changing(
    if_match: Annotated[
        str | None, Header(alias="If-Match", max_length=100, description=_WHEN_CHANGING)
    ] = None,
) -> Callable[[int], None]:
    def check(current: int) -> None:
        if if_match is None:
            raise VersionRequired
        tag = if_match.strip().removeprefix("W/")
        if tag not in {"*", etag_of(current)}:
            raise StaleVersion

    return check


IfMatchWhenChanging = Annotated[Callable[[int], None], Depends(_checked_when_changing)]
"""To be asked with the current version before something that is there changes: 428 without If-Match, 412 with an old one."""


def expect(current: int, seen: int | None) -> None:
    """Refuse a change that is based on an older version."""
    if seen is not None and seen != current:
        raise StaleVersion


def answer(
    model: BaseModel, *, version: int | None = None, status: int = 200, location: str | None = None
) -> Response:
    """A model as the answer, with its ETag where it has a version, and Location where something was made."""
    etag = etag_of(version)
    headers = {"ETag": etag} if etag else {}
    if location:
        headers["Location"] = location
    return Response(model.__pydantic_serializer__.to_json(model), status, headers, JSON)


def created(model: BaseModel, location: str, *, version: int | None = 1) -> Response:
    """201 with the new thing and where it lives."""
    return answer(model, version=version, status=201, location=location)


async def hold(session: AsyncSession, what: str, key: UUID) -> None:
    """Take the named lock of one thing until the transaction ends, so that what is counted stays true."""
    await session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"{what}:{key}"}
    )
