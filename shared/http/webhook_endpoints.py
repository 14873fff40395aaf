"""`/v1/webhook-endpoints`: addresses that want to be told what happens, their secrets, and the log of what was sent."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from shared.auth.principal import Principal
from shared.db import Database
from shared.errors import Invalid
from shared.events import webhook_endpoints as endpoints
from shared.events.addresses import faults_of
from shared.events.tables import webhook_attempts, webhook_endpoints
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import listing, one, page, single
from shared.http.security import Needs
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer, created, expect

router = APIRouter(prefix="/v1/webhook-endpoints", tags=["webhook-endpoints"])

WHAT = "webhook endpoint"
Manager = Annotated[Principal, Needs("webhooks:manage")]

Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
EventType = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
]
EventTypes = Annotated[list[EventType], Field(max_length=50)]
State = Literal["enabled", "disabled"]


EndpointId = Annotated[UUID, Path(description="The endpoint.")]

_SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"
_EXAMPLE = {
    "id": _SAMPLE_ID,
    "url": "https://partner.example.org/practicum",
    "types": ["placement.confirmed"],
    "state": "enabled",
    "disabled_at": None,
    "disabled_reason": None,
    "created_at": "2026-09-07T09:00:00Z",
    "updated_at": "2026-09-07T09:00:00Z",
}


class NewWebhookEndpoint(Wire):
    """An address that wants to be told."""

    model_config = like(url="https://partner.example.org/practicum", types=["placement.confirmed"])

    url: Url
    """An https address on the public internet."""

    types: EventTypes = Field(default_factory=list)
    """Only these types of event; all when empty."""


class WebhookEndpointChange(Wire):
    """What is to be different; what is left out stays."""

    model_config = like(state="disabled")

    url: Url | None = None
    types: EventTypes | None = None
    state: State | None = None
    """A disabled endpoint gets nothing; what was already due to it follows when it is enabled again."""


class WebhookEndpoint(Wire):
    """An address that is told. The secret is shown only when it is made or rotated."""

    model_config = like(**_EXAMPLE)

    id: UUID
    url: str
    types: Annotated[list[str], up_to(50)]
    state: State
    disabled_at: Instant | None
    disabled_reason: Literal["owner", "gone"] | None
    """`owner`: on request; `gone`: it answered 410."""
    created_at: Instant
    updated_at: Instant


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with its secret, which is not shown again."""

    model_config = like(**_EXAMPLE, secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD2DKtSzxAQpQ=")  # noqa: S106 - a sample

    secret: str | None
    """Signs each delivery as Standard Webhooks says. Null when a request is repeated under its key: rotate for a new one."""


class WebhookAttempt(Wire):
    """One attempt to deliver one event: the status of the answer, or why there was none."""

    model_config = like(
        id=_SAMPLE_ID,
        event_id=_SAMPLE_ID,
        type="placement.confirmed",
        number=1,
        status=204,
        error=None,
        duration_ms=48,
        attempted_at="2026-09-07T09:00:01Z",
        state="delivered",
        next_attempt_at=None,
    )

    id: UUID
    event_id: UUID
    """Also the `webhook-id` of the delivery."""
    type: str
    number: int
    status: int | None
    error: Literal["address_refused", "timeout", "connection_failed", "broken_answer", "redirected"] | None
    duration_ms: int
    attempted_at: Instant
    state: Literal["pending", "delivered", "failed"]
    """What has become of the delivery by now."""
    next_attempt_at: Instant | None


_LIST = listing(endpoints.ENDPOINTS, webhook_endpoints.c.id)
_ATTEMPTS = listing(endpoints.ATTEMPTS, webhook_attempts.c.id)
_ENDPOINT = TypeAdapter(WebhookEndpoint)
_ENDPOINT_LIST = TypeAdapter(list[WebhookEndpoint])
_ATTEMPT_LIST = TypeAdapter(list[WebhookAttempt])


@router.post(
    "",
    operation_id="create_webhook_endpoint",
    summary="Ask to be told",
    status_code=201,
    response_model=WebhookEndpointWithSecret,
)
async def create_webhook_endpoint(
    request: Request, principal: Manager, key: Key, body: NewWebhookEndpoint
) -> Response:
    """Deliveries begin with a `webhook.ping` and follow Standard Webhooks; they carry ids and codes, never personal data.

    An attempt that fails is repeated after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h.
    """
    _refuse_bad(request, body.url)
    async with _db(request).begin() as session:
        if replay := await key.claim(session):
            return replay
        kept, secret = await endpoints.add(session, principal, url=body.url, types=body.types)
        where = f"/v1/webhook-endpoints/{kept['id']}"
        with_secret, without = (
            created(shown, where, version=kept["version"]) for shown in _with_and_without(kept, secret)
        )
        return await key.keep(session, with_secret, repeated=without)


@router.get(
    "", operation_id="list_webhook_endpoints", summary="List endpoints", response_model=Page[WebhookEndpoint]
)
async def list_webhook_endpoints(call: ListCall, principal: Manager) -> Response:
    """Your organisation's endpoints; all of the partnership's for those who act for it."""
    endpoints.owner_of(principal)
    return await page(call, _db(call.request), _LIST, principal.binds(), _ENDPOINT_LIST, filters={})


@router.get(
    "/{endpoint_id}",
    operation_id="get_webhook_endpoint",
    summary="See an endpoint",
    response_model=WebhookEndpoint,
)
async def get_webhook_endpoint(call: SingleCall, principal: Manager, endpoint_id: EndpointId) -> Response:
    """One endpoint, without its secret."""
    endpoints.owner_of(principal)
    binds = {**principal.binds(), "endpoint_id": endpoint_id}
    return await single(call, _db(call.request), endpoints.ENDPOINT, binds, _ENDPOINT, WHAT)


@router.patch(
    "/{endpoint_id}",
    operation_id="change_webhook_endpoint",
    summary="Change, disable or enable an endpoint",
    response_model=WebhookEndpoint,
)
async def change_webhook_endpoint(
    request: Request, principal: Manager, endpoint_id: EndpointId, seen: IfMatch, body: WebhookEndpointChange
) -> Response:
    """What is left out stays. Disabled, an endpoint gets nothing; what became due meanwhile follows when it is enabled."""
    if body.url is not None:
        _refuse_bad(request, body.url)
    async with _db(request).begin() as session:
        expect(await endpoints.hold_endpoint(session, principal, endpoint_id), seen)
        enabled = None if body.state is None else body.state == "enabled"
        await endpoints.change(session, endpoint_id, url=body.url, types=body.types, enabled=enabled)
        kept = await endpoints.shown(session, principal, endpoint_id)
    return answer(WebhookEndpoint(**_members(kept)), version=kept["version"])


@router.delete(
    "/{endpoint_id}", operation_id="delete_webhook_endpoint", summary="Forget an endpoint", status_code=204
)
async def delete_webhook_endpoint(
    request: Request, principal: Manager, endpoint_id: EndpointId, seen: IfMatch
) -> Response:
    """The endpoint goes with its deliveries and its log."""
    async with _db(request).begin() as session:
        expect(await endpoints.hold_endpoint(session, principal, endpoint_id), seen)
        await endpoints.remove(session, endpoint_id)
    return Response(status_code=204)


@router.post(
    "/{endpoint_id}/rotation",
    operation_id="rotate_webhook_secret",
    summary="Get a new secret",
    response_model=WebhookEndpointWithSecret,
)
async def rotate_webhook_secret(
    request: Request, principal: Manager, endpoint_id: EndpointId, seen: IfMatch, key: Key
) -> Response:
    """For 24 hours every delivery carries a signature of the new secret and one of the old."""
    async with _db(request).begin() as session:
        if replay := await key.claim(session):
            return replay
        expect(await endpoints.hold_endpoint(session, principal, endpoint_id), seen)
        secret = await endpoints.rotate(session, endpoint_id)
        kept = await endpoints.shown(session, principal, endpoint_id)
        with_secret, without = (
            answer(shown, version=kept["version"]) for shown in _with_and_without(kept, secret)
        )
        return await key.keep(session, with_secret, repeated=without)


@router.get(
    "/{endpoint_id}/attempts",
    operation_id="list_webhook_attempts",
    summary="See what was sent",
    response_model=Page[WebhookAttempt],
)
async def list_webhook_attempts(call: ListCall, principal: Manager, endpoint_id: EndpointId) -> Response:
    """Every attempt of the last 30 days, oldest first."""
    endpoints.owner_of(principal)
    binds = {**principal.binds(), "endpoint_id": endpoint_id}
    async with _db(call.request).read() as connection:
        await one(connection, endpoints.ENDPOINT, binds, WHAT)
    return await page(call, _db(call.request), _ATTEMPTS, binds, _ATTEMPT_LIST, filters={})


def _db(request: Request) -> Database:
    database: Database = request.app.state.wiring.db
    return database


def _refuse_bad(request: Request, url: str) -> None:
    faults = faults_of(url, allow_private=request.app.state.wiring.settings.allow_private_webhooks)
    if faults:
        raise Invalid(faults)


def _members(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: kept[name] for name in WebhookEndpoint.model_fields}


def _with_and_without(kept: dict[str, Any], secret: str) -> tuple[WebhookEndpointWithSecret, ...]:
    """The endpoint as it is shown once, and as a repeated request sees it."""
    return tuple(WebhookEndpointWithSecret(**_members(kept), secret=shown) for shown in (secret, None))
