"""Webhook endpoints: who may have one, what is kept of it, and how its secret changes.

An endpoint belongs to the partnership, and to the organisation, of the client that made it, and is told what that client
may see. Whoever acts for the whole partnership sees all its endpoints, an organisation its own.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, delete, func, insert, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Boolean, Uuid

from shared.auth.principal import Principal
from shared.errors import Forbidden, NotFound
from shared.events.listening import WEBHOOKS
from shared.events.signatures import new_secret
from shared.events.tables import webhook_attempts, webhook_deliveries, webhook_endpoints
from shared.ids import new_id

OLD_SECRET_LASTS = timedelta(hours=24)
"""How long both secrets sign after a rotation."""

_kept = webhook_endpoints.c

VISIBLE = and_(
    _kept.partnership_id == bindparam("p_partnership", type_=Uuid),
    or_(
        bindparam("p_wide", type_=Boolean),
        and_(
            _kept.organisation_id == bindparam("p_organisation", type_=Uuid),
            _kept.partnership_wide.is_(False),
        ),
    ),
)
"""The endpoints a caller sees; bound by `Principal.binds()`."""

ENDPOINTS = select(
    _kept.id,
    _kept.url,
    _kept.types,
    case((_kept.disabled_at.is_(None), "enabled"), else_="disabled").label("state"),
    _kept.disabled_at,
    _kept.disabled_reason,
    _kept.created_at,
    _kept.updated_at,
    _kept.version,
).where(VISIBLE)
"""The endpoints a caller sees, in the columns that travel; never their secrets."""

ENDPOINT = ENDPOINTS.where(_kept.id == bindparam("endpoint_id", type_=Uuid))
"""One of them."""

ATTEMPTS = (
    select(
        webhook_attempts.c.id,
        webhook_attempts.c.event_id,
        webhook_deliveries.c.body["type"].astext.label("type"),
        webhook_attempts.c.number,
        webhook_attempts.c.status,
        webhook_attempts.c.error,
        webhook_attempts.c.duration_ms,
        webhook_attempts.c.attempted_at,
        webhook_deliveries.c.state,
        webhook_deliveries.c.next_attempt_at,
    )
    .join(
        webhook_deliveries,
        and_(
            webhook_deliveries.c.endpoint_id == webhook_attempts.c.endpoint_id,
            webhook_deliveries.c.event_id == webhook_attempts.c.event_id,
        ),
    )
    .join(webhook_endpoints, _kept.id == webhook_attempts.c.endpoint_id)
    .where(VISIBLE, webhook_attempts.c.endpoint_id == bindparam("endpoint_id", type_=Uuid))
)
"""The attempts at one endpoint the caller sees, each with what became of its delivery."""

_PING = text("""
with ping as (
    insert into webhook_deliveries (endpoint_id, event_id, body)
    values (:endpoint_id, :event_id, jsonb_build_object(
        'type', 'webhook.ping',
        'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'data', cast(:data as jsonb))) returning 1)
select pg_notify(:channel, '') from ping
""").bindparams(
    bindparam("endpoint_id", type_=Uuid), bindparam("event_id", type_=Uuid), bindparam("data", type_=JSONB)
)


def owner_of(principal: Principal) -> dict[str, Any]:
    """Whose an endpoint made by this caller is. People and clients of no organisation are refused."""
    if principal.is_person and not principal.partnership_wide:
        raise Forbidden("webhooks_not_for_people", "Webhooks are for systems.")
    if not principal.partnership_wide and principal.organisation_id is None:
        raise Forbidden("no_organisation", "This token is for no organisation; ask for one that names it.")
    return {
        "partnership_id": principal.tenant,
        "organisation_id": principal.organisation_id,
        "partnership_wide": principal.partnership_wide,
    }


async def add(
    session: AsyncSession, principal: Principal, *, url: str, types: Sequence[str]
) -> tuple[dict[str, Any], str]:
    """A new endpoint of the caller, with its secret. A `webhook.ping` is delivered to it at once."""
    endpoint_id, secret = new_id(), new_secret()
    now = func.clock_timestamp()
    values = {"id": endpoint_id, "url": url, "types": sorted(set(types)), "secret": secret}
    await session.execute(
        insert(webhook_endpoints).values(**owner_of(principal), **values, created_at=now, updated_at=now)
    )
    event_id = new_id()
    data = {"id": str(event_id), "subject_id": str(endpoint_id)}
    ping = {"endpoint_id": endpoint_id, "event_id": event_id, "data": data, "channel": WEBHOOKS}
    await session.execute(_PING, ping)
    return await shown(session, principal, endpoint_id), secret


async def hold_endpoint(session: AsyncSession, principal: Principal, endpoint_id: UUID) -> int:
    """Lock an endpoint the caller sees; returns its version. `NotFound` otherwise."""
    owner_of(principal)
    statement = select(_kept.version).where(VISIBLE, _kept.id == endpoint_id).with_for_update()
    version: int | None = (await session.execute(statement, principal.binds())).scalar_one_or_none()
    if version is None:
        raise NotFound("webhook endpoint")
    return version


async def shown(session: AsyncSession, principal: Principal, endpoint_id: UUID) -> dict[str, Any]:
    """An endpoint as it travels."""
    row = (await session.execute(ENDPOINT, {**principal.binds(), "endpoint_id": endpoint_id})).one()
    return dict(row._mapping)


async def change(
    session: AsyncSession,
    endpoint_id: UUID,
    *,
    url: str | None = None,
    types: Sequence[str] | None = None,
    enabled: bool | None = None,
) -> None:
    """Change what is given. A disabled endpoint keeps what is due to it and gets it when it is enabled again."""
    values: dict[str, Any] = {}
    if url is not None:
        values["url"] = url
    if types is not None:
        values["types"] = sorted(set(types))
    if enabled is True:
        values |= {"disabled_at": None, "disabled_reason": None}
    if enabled is False:
        values |= {"disabled_at": func.coalesce(_kept.disabled_at, func.clock_timestamp())}
        values |= {"disabled_reason": func.coalesce(_kept.disabled_reason, "owner")}
    await _update(session, endpoint_id, values)
    if enabled:
        await session.execute(select(func.pg_notify(WEBHOOKS, "")))


async def rotate(session: AsyncSession, endpoint_id: UUID) -> str:
    """A new secret. For 24 hours deliveries are signed with the old one too."""
    secret = new_secret()
    until = func.clock_timestamp() + literal(OLD_SECRET_LASTS)
    await _update(
        session,
        endpoint_id,
        {"previous_secret": _kept.secret, "previous_secret_until": until, "secret": secret},
    )
    return secret


async def remove(session: AsyncSession, endpoint_id: UUID) -> None:
    """Forget an endpoint with its deliveries and attempts."""
    await session.execute(delete(webhook_endpoints).where(_kept.id == endpoint_id))


async def _update(session: AsyncSession, endpoint_id: UUID, values: dict[str, Any]) -> None:
    always = {"version": _kept.version + 1, "updated_at": func.clock_timestamp()}
    await session.execute(update(webhook_endpoints).where(_kept.id == endpoint_id).values(**values, **always))
