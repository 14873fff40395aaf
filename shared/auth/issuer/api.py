"""The public face of the issuer: tokens, keys, and where to find them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic_core import to_json
from starlette.responses import Response

from shared.auth.issuer.grants import granted, mint
from shared.auth.issuer.proofs import client_proved
from shared.auth.issuer.refusals import GrantRefused
from shared.auth.issuer.requests import read_request
from shared.auth.issuer.shapes import (
    KEY_SET,
    PUBLIC,
    TOKEN_REQUEST,
    IssuerDocument,
    TokenAnswer,
    TokenRefusal,
)
from shared.auth.issuer.wiring import Wiring
from shared.auth.keys import ALGORITHMS
from shared.auth.scopes import SANDBOX_SCOPES, SCOPES

router = APIRouter(tags=["tokens"])


def wiring_of(request: Request) -> Wiring:
    """The parts of the application that serves this request."""
    wiring: Wiring = request.app.state.wiring
    return wiring


Parts = Annotated[Wiring, Depends(wiring_of)]


@router.post(
    "/oauth/token",
    operation_id="create_token",
    response_model=TokenAnswer,
    responses={400: {"model": TokenRefusal}, 401: {"model": TokenRefusal}},
    openapi_extra=TOKEN_REQUEST,
)
async def create_token(request: Request, parts: Parts) -> Response:
    """Get an access token by client credentials.

    Prove who you are with `private_key_jwt` (RFC 7523); in a sandbox `client_secret_basic` works too. Ask for
    fewer scopes with `scope`. Refusals are in the words of OAuth 2, not problems.
    """
    settings, now = parts.settings, parts.clock.now()
    given = request.headers.getlist("authorization")
    try:
        asked = read_request(await request.body(), ", ".join(given) or None)
        client = await client_proved(
            asked.proof,
            parts.db,
            now,
            audiences=frozenset({settings.issuer, _token_endpoint(settings.issuer)}),
            secrets_accepted=settings.sandbox,
        )
        grant = granted(client, asked)
    except GrantRefused as no:
        return no.response()
    answer = mint(grant, await parts.keys.signer(), settings.issuer, settings.audience, now)
    return Response(to_json(answer), media_type="application/json")


@router.get(
    "/oauth/jwks",
    operation_id="list_keys",
    response_class=Response,
    responses=KEY_SET,
    openapi_extra=PUBLIC,
)
async def list_keys(parts: Parts) -> Response:
    """The public keys of the issuer, as a JWK Set (RFC 7517). Keep them for up to ten minutes."""
    document = to_json(await parts.keys.published())
    return Response(
        document, headers={"Cache-Control": "public, max-age=300"}, media_type="application/jwk-set+json"
    )


@router.get(
    "/.well-known/oauth-authorization-server",
    operation_id="get_issuer",
    response_model=IssuerDocument,
    openapi_extra=PUBLIC,
)
async def get_issuer(parts: Parts) -> Response:
    """What this issuer can do and where (RFC 8414)."""
    issuer, sandbox = parts.settings.issuer, parts.settings.sandbox
    document = {
        "issuer": issuer,
        "token_endpoint": _token_endpoint(issuer),
        "jwks_uri": f"{issuer}/oauth/jwks",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": [*SCOPES, *(SANDBOX_SCOPES if sandbox else ())],
        "token_endpoint_auth_methods_supported": [
            "private_key_jwt",
            *(["client_secret_basic"] if sandbox else []),
        ],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "service_documentation": f"{issuer}/docs",
    }
    return Response(to_json(document), media_type="application/json")


def _token_endpoint(issuer: str) -> str:
    return f"{issuer}/oauth/token"
