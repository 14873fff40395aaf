"""Who may call a route: the scope it needs, and the caller whom the access token proves.

    async def list_placements(principal: Annotated[Principal, Needs("placements:read")]) -> Response: ...

The token comes in the Authorization header and nowhere else (RFC 6750); one in the URL or the body is not
looked at. Checking costs no database and no network while the issuers' keys are known.
"""

from functools import cache
from typing import Any, Protocol, cast

from fastapi import Request, Security
from fastapi.openapi.models import OAuth2, OAuthFlowClientCredentials, OAuthFlows
from fastapi.security.base import SecurityBase

from shared.auth.principal import Principal
from shared.auth.scopes import SANDBOX_SCOPES, SCOPES
from shared.errors import OutOfScope, Unauthorised

TOKEN_URL = "http://127.0.0.1:8000/oauth/token"  # noqa: S105 - an address, no secret
"""The token endpoint of the development issuer, for the documentation."""

_MODEL = OAuth2(
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl=TOKEN_URL, scopes=dict(SCOPES))),
    description=(
        "OAuth 2 client credentials; access tokens are JWTs per RFC 9068, checked as RFC 8725 advises. "
        "They live at most fifteen minutes. "
        "The token URL shown is the development issuer's. Elsewhere, read it from "
        "`/.well-known/oauth-authorization-server` at your partnership's issuer."
    ),
)


class Judge(Protocol):
    """What an app must keep at `app.state.verifier`: somebody who tells good access tokens from bad ones."""

    async def verify(self, token: str) -> Principal:
        """The caller the token proves; raises `BadToken` otherwise."""
        ...


class _ScopeNeeded(SecurityBase):
    """One dependency does it all: the scheme in the documentation, the token check and the scope check."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        self.model = _MODEL
        self.scheme_name = "oauth2"
        self._scopes = scopes

    async def __call__(self, request: Request) -> Principal:
        """The caller, if the token is good and carries the scopes; also kept as `request.state.principal`."""
        verifier = cast(Judge, request.app.state.verifier)
        principal = await verifier.verify(_token_of(request))
        for scope in self._scopes:
            if scope not in principal.scopes:
                raise OutOfScope(scope)
        request.state.principal = principal
        return principal


def _token_of(request: Request) -> str:
    given = request.headers.getlist("authorization")
    if not given:
        raise Unauthorised("token_missing", "Send an access token: Authorization: Bearer <token>.")
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not token:
        raise Unauthorised("token_missing", "Send one Authorization header of the form: Bearer <token>.")
    return token


@cache
def _needed(scopes: tuple[str, ...]) -> _ScopeNeeded:
    for scope in scopes:
        if scope not in SCOPES and scope not in SANDBOX_SCOPES:
            raise ValueError(f"{scope} is no scope of Practicum: see shared.auth.scopes")
    return _ScopeNeeded(scopes)


def Needs(*scopes: str) -> Any:  # noqa: N802 - reads as a part of the route's signature
    """A dependency on a caller whose token carries all of `scopes`; with none given, a good token is enough.

    Without a good token the answer is 401, without a scope 403 `insufficient_scope` naming it. A scope that
    does not exist is refused when the module is loaded.
    """
    return Security(_needed(scopes), scopes=list(scopes))
