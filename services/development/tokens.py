"""Access tokens for the development clients of a running stack, asked for as any client asks: OAuth 2 client credentials."""

import json

import httpx

from services.development.cannot_start import CannotStart
from services.development.home import Home
from services.development.stack import Sandbox

METADATA = "/.well-known/oauth-authorization-server"
"""Where an issuer says where its endpoints are (RFC 8414)."""


def token_for(home: Home, client_id: str) -> str:
    """A token for one of the clients in the file of clients, with all the scopes it has."""
    if not home.sandbox.exists():
        raise CannotStart("Practicum has not run here yet: start it with `make run`.")
    clients = {
        client["client_id"]: client for client in json.loads(home.clients.read_text("utf-8"))["clients"]
    }
    secrets = {name: client["secret"] for name, client in clients.items()} | _personas(home)
    if client_id not in secrets:
        raise CannotStart(f"There is no such client; there are: {', '.join(sorted(secrets))}.")
    try:
        return _asked(Sandbox.of(home).identity_url, client_id, secrets[client_id])
    except httpx.TransportError:
        raise CannotStart("The issuer does not answer: start Practicum with `make run`.") from None
    except httpx.HTTPStatusError as answer:
        raise CannotStart(f"The issuer gives no token (status {answer.response.status_code}).") from None


def _personas(home: Home) -> dict[str, str]:
    if not home.season.exists():
        return {}
    found: dict[str, str] = json.loads(home.season.read_text("utf-8"))["personas"]
    return found


def _asked(issuer: str, client_id: str, secret: str) -> str:
    with httpx.Client(timeout=5, trust_env=False) as http:
        metadata = http.get(f"{issuer}{METADATA}").raise_for_status().json()
        answer = http.post(
            metadata["token_endpoint"], data={"grant_type": "client_credentials"}, auth=(client_id, secret)
        )
        token: str = answer.raise_for_status().json()["access_token"]
        return token
