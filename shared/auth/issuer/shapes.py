"""What the public face of the issuer takes and gives, for its reference; the token request itself is read in `requests`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.auth.issuer.requests import ASSERTION_TYPE
from shared.http.wire import Wire, like, up_to

PUBLIC: dict[str, Any] = {"security": []}
"""Said of an operation that needs no access token, on purpose."""

_FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {
            "type": "string",
            "description": "Only these scopes; all it may have otherwise.",
            "maxLength": 4000,
        },
        "partnership_id": {
            "type": "string",
            "format": "uuid",
            "maxLength": 36,
            "description": "Sister services only.",
        },
        "client_id": {"type": "string", "maxLength": 100},
        "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
        "client_assertion": {
            "type": "string",
            "description": "A JWT about itself, signed by the client.",
            "maxLength": 8192,
        },
    },
}
TOKEN_REQUEST = PUBLIC | {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": _FORM,
                "example": {"grant_type": "client_credentials", "scope": "placements:read"},
            }
        },
    }
}
"""How a token is asked for (RFC 6749, section 4.4)."""


class TokenAnswer(Wire):
    """An access token (RFC 6749, section 5.1)."""

    model_config = like(
        access_token="eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl",  # noqa: S106 - a sample
        token_type="Bearer",  # noqa: S106 - see above
        expires_in=600,
        scope="placements:read",
    )

    access_token: Annotated[str, Field(max_length=8192)]
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(ge=1, le=900)]
    """Seconds."""
    scope: Annotated[str, Field(max_length=4000)]


class TokenRefusal(Wire):
    """No token, and why (RFC 6749, section 5.2)."""

    model_config = like(
        error="invalid_client", error_description="The client is not known, or did not prove itself."
    )

    error: Literal[
        "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"
    ]
    error_description: Annotated[str, Field(max_length=200)]


class IssuerDocument(Wire):
    """What the issuer can do and where (RFC 8414)."""

    model_config = like(
        issuer="https://identity.example.org",
        token_endpoint="https://identity.example.org/oauth/token",  # noqa: S106 - an address
        jwks_uri="https://identity.example.org/oauth/jwks",
        response_types_supported=[],
        grant_types_supported=["client_credentials"],
        scopes_supported=["placements:read"],
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=["ES256"],
        service_documentation="https://identity.example.org/docs",
    )

    issuer: str
    token_endpoint: str
    jwks_uri: str
    response_types_supported: Annotated[list[str], up_to(0)]
    grant_types_supported: Annotated[list[str], up_to(1)]
    scopes_supported: Annotated[list[str], up_to(100)]
    token_endpoint_auth_methods_supported: Annotated[list[str], up_to(2)]
    token_endpoint_auth_signing_alg_values_supported: Annotated[list[str], up_to(10)]
    service_documentation: str


_KEY_SET = {
    "type": "object",
    "required": ["keys"],
    "properties": {
        "keys": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["kty", "kid"],
                "properties": {
                    "kty": {"type": "string", "maxLength": 10},
                    "kid": {"type": "string", "maxLength": 200},
                    "use": {"type": "string", "maxLength": 10},
                    "alg": {"type": "string", "maxLength": 20},
                    "crv": {"type": "string", "maxLength": 20},
                    "x": {"type": "string", "maxLength": 100},
                    "y": {"type": "string", "maxLength": 100},
                },
            },
        }
    },
}
KEY_SET: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JWK Set (RFC 7517).",
        "content": {
            "application/jwk-set+json": {
                "schema": _KEY_SET,
                "example": {
                    "keys": [{"kty": "EC", "kid": "01990a6e", "use": "sig", "alg": "ES256", "crv": "P-256"}]
                },
            }
        },
    }
}
"""How the public keys are answered."""
