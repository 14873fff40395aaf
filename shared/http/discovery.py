"""Finding an authorisation server's endpoints by its name (RFC 8414), trusting no answer more than needed."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from shared.db import assert_nothing_open
from shared.errors import Unavailable

PATIENCE = 5.0
"""Seconds one answer of an issuer may take in all."""

LARGEST_DOCUMENT = 256 * 1024
"""Bytes of an issuer's document that are read, at most."""

_WELL_KNOWN = ("oauth-authorization-server", "openid-configuration")


class IssuerSilent(Unavailable):
    """An authorisation server does not answer, or not as one. Nothing was changed; it may work again in a moment."""

    def __init__(self) -> None:
        super().__init__(
            "issuer_unavailable", "The issuer of access tokens does not answer. Try again in a moment."
        )


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where an issuer keeps its keys, and where it gives tokens (if it says)."""

    jwks_uri: str
    token_endpoint: str | None


async def discover(http: httpx.AsyncClient, issuer: str) -> Endpoints:
    """The endpoints an issuer names; raises `IssuerSilent` when it names none that can be trusted.

    The document must be about this very issuer, and its endpoints must be at the issuer's own origin or use
    TLS. Identity providers that publish only the OpenID Connect document are understood too.
    """
    for suffix in _WELL_KNOWN:
        parts = urlsplit(issuer)
        address = f"{parts.scheme}://{parts.netloc}/.well-known/{suffix}{parts.path.rstrip('/')}"
        if suffix == "openid-configuration":
            address = f"{issuer.rstrip('/')}/.well-known/{suffix}"
        document = await fetch_json(http, address, missing_is_none=True)
        if document is not None:
            return _endpoints(issuer, document)
    raise IssuerSilent


async def fetch_json(http: httpx.AsyncClient, url: str, *, missing_is_none: bool = False) -> Any:
    """A JSON document of an issuer: no redirects, 256 KB and five seconds at most. Otherwise `IssuerSilent`."""
    assert_nothing_open()
    try:
        async with asyncio.timeout(PATIENCE), http.stream("GET", url, follow_redirects=False) as response:
            if response.status_code == httpx.codes.NOT_FOUND and missing_is_none:
                return None
            if response.status_code != httpx.codes.OK:
                raise IssuerSilent
            return json.loads(await _capped(response))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError) as error:
        raise IssuerSilent from error


async def _capped(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_DOCUMENT:
            raise IssuerSilent
    return bytes(body)


def _endpoints(issuer: str, document: Any) -> Endpoints:
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise IssuerSilent
    token_endpoint = document.get("token_endpoint")
    return Endpoints(
        jwks_uri=_trusted(issuer, document.get("jwks_uri")),
        token_endpoint=None if token_endpoint is None else _trusted(issuer, token_endpoint),
    )


def _trusted(issuer: str, url: object) -> str:
    if not isinstance(url, str):
        raise IssuerSilent
    parts, own = urlsplit(url), urlsplit(issuer)
    same_origin = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    if not same_origin and not (parts.scheme == "https" and parts.netloc):
        raise IssuerSilent
    return url
