"""Requests for a token, read strictly (RFC 6749, sections 2.3 and 4.4)."""

import base64
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from shared.auth.issuer.refusals import GrantRefused, UnknownClient

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LARGEST_FORM = 16 * 1024
"""Bytes."""

_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class BasicProof:
    """A client id and its secret, from the Authorization header."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class AssertionProof:
    """A JWT the client signed about itself, and the client id sent beside it, if any."""

    assertion: str
    client_id: str | None


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Who asks, with which proof, for which scopes (None: all it may have), to act for which partnership."""

    proof: BasicProof | AssertionProof
    scopes: frozenset[str] | None
    partnership_id: UUID | None


def read_request(body: bytes, authorization: str | None) -> TokenRequest:
    """The request in this form and header; `GrantRefused` when it is not one for a token by client credentials."""
    form = _form(body)
    grant = form.get("grant_type")
    if grant is None:
        raise GrantRefused("invalid_request", "Send grant_type=client_credentials as a form.")
    if grant != "client_credentials":
        raise GrantRefused("unsupported_grant_type", "Only client_credentials is supported.")
    scope = form.get("scope")
    return TokenRequest(
        proof=_proof(form, authorization),
        scopes=None if scope is None else frozenset(scope.split(" ")),
        partnership_id=_uuid(form.get("partnership_id")),
    )


def _form(body: bytes) -> dict[str, str]:
    if len(body) > LARGEST_FORM:
        raise GrantRefused("invalid_request", "The form is larger than 16 KB.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise GrantRefused("invalid_request", "The body is no form of a few short fields.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise GrantRefused("invalid_request", "A field was sent twice.")
    return {name: value for name, value in form.items() if value}


def _proof(form: dict[str, str], authorization: str | None) -> BasicProof | AssertionProof:
    assertion = form.get("client_assertion")
    if "client_secret" in form or (authorization is not None and assertion is not None):
        raise GrantRefused(
            "invalid_request", "Prove yourself once: by private_key_jwt or by client_secret_basic."
        )
    if authorization is not None:
        return _basic(authorization, form.get("client_id"))
    if assertion is None or form.get("client_assertion_type") != ASSERTION_TYPE:
        raise UnknownClient
    return AssertionProof(assertion, form.get("client_id"))


def _basic(authorization: str, client_id: str | None) -> BasicProof:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode("ascii").partition(":")
    except ValueError as error:
        raise UnknownClient from error
    proof = BasicProof(unquote_plus(name), unquote_plus(secret))
    if scheme.lower() != "basic" or not colon or client_id not in (None, proof.client_id):
        raise UnknownClient
    return proof


def _uuid(given: str | None) -> UUID | None:
    try:
        return None if given is None else UUID(given)
    except ValueError as error:
        raise GrantRefused("invalid_request", "partnership_id is no UUID.") from error
