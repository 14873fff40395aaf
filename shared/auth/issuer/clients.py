"""Clients of the issuer: how they are described, read from a file, and saved."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, ValidationError, model_validator
from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.issuer.models import Client
from shared.auth.issuer.secret_hashes import hashed
from shared.auth.keys import keys_in
from shared.auth.scopes import SANDBOX_SCOPES, SCOPES
from shared.http.wire import Name, Wire, like

ClientId = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
Secret = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[\x21-\x7e]+$")]
RoleList = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$", max_length=40)]], Field(max_length=16)
]
ScopeNames = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=60)]

_PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


class ClientsFileUnusable(Exception):
    """The file of clients cannot be used; the message says which client is wrong and never repeats a secret."""


class ClientPart(Wire):
    """What every description of a client has: how it proves itself, and what it may do."""

    model_config = like(
        name="Ada Example, tutor",
        secret="made-by-a-machine-0123456789",  # noqa: S106 - a sample
        organisation_id="01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
        person_id="01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d02",
        roles=["tutor"],
        scopes=["students:read", "placements:read"],
    )

    name: Name
    secret: Secret | None = None
    """For a sandbox only: sixteen characters or more, made by a machine."""
    jwks: dict[str, Any] | None = None
    """The public keys with which the client signs its assertions (a JWK Set, each key with a `kid`)."""
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    roles: RoleList = Field(default_factory=list)
    scopes: ScopeNames

    @model_validator(mode="after")
    def _it_can_prove_itself(self) -> Self:
        if self.secret is None and self.jwks is None:
            raise ValueError("give a secret (sandbox only) or jwks")
        if self.jwks is not None:
            _check_public(self.jwks)
        if unknown := [scope for scope in self.scopes if scope not in SCOPES and scope not in SANDBOX_SCOPES]:
            raise ValueError(f"{len(unknown)} of the scopes do not exist")
        return self


class ClientRecord(ClientPart):
    """One client in the file of clients."""

    client_id: ClientId
    partnership_id: UUID | None = None
    may_act_for_all: bool = False
    """Sister services only: may ask for a token for any partnership."""

    @model_validator(mode="after")
    def _it_acts_for_somebody(self) -> Self:
        if self.may_act_for_all and "service" not in self.roles:
            raise ValueError("only a client with the role service may act for all partnerships")
        if not self.may_act_for_all and self.partnership_id is None:
            raise ValueError("a client that may not act for all needs its partnership_id")
        return self


def read_clients(file: Path, *, sandbox: bool) -> list[ClientRecord]:
    """The clients described in a file; `ClientsFileUnusable` when one is wrong, or has a secret outside a sandbox."""
    try:
        entries = list(json.loads(file.read_text("utf-8"))["clients"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClientsFileUnusable(f"{file.name} cannot be read as JSON with a list of clients") from error
    records = [_record(entry, number, file) for number, entry in enumerate(entries, 1)]
    for record in records:
        if not sandbox and (
            record.secret is not None or any(scope in SANDBOX_SCOPES for scope in record.scopes)
        ):
            raise ClientsFileUnusable(
                f"client {record.client_id} has a secret or a scope that only a sandbox knows"
            )
    return records


async def save_client(session: AsyncSession, record: ClientRecord, now: datetime) -> bool:
    """Create the client or make it what the record says; whether it is new."""
    values = record.model_dump(mode="python", exclude={"secret"})
    values |= {"secret_hash": hashed(record.secret) if record.secret else None, "updated_at": now}
    statement = insert(Client).values(**values, created_at=now)
    statement = statement.on_conflict_do_update(index_elements=[Client.client_id], set_=values)
    is_new: ColumnElement[bool] = literal_column("xmax = 0")  # PostgreSQL: nobody has replaced an earlier row
    return bool((await session.execute(statement.returning(is_new))).scalar_one())


def _record(entry: object, number: int, file: Path) -> ClientRecord:
    try:
        return ClientRecord.model_validate(entry)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "as a whole"
        raise ClientsFileUnusable(f"{file.name}, client {number}, {where}: {fault['msg']}") from None


def _check_public(jwks: dict[str, Any]) -> None:
    keys = keys_in(jwks)
    if not keys or len(keys) != len(jwks["keys"]):
        raise ValueError("every key of jwks must be a public EC P-256, RSA or Ed25519 key with its own kid")
    if any(_PRIVATE_PARTS.intersection(entry) for entry in jwks["keys"]):
        raise ValueError("jwks holds a private key: keep it secret, make a new one, and give its public half")
