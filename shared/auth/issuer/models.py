"""The issuer's tables: who may ask for tokens, with which keys they are signed, and which assertions were used."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import COLUMN_TYPES, CONVENTION


class Base(DeclarativeBase):
    """The issuer's own tables."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = COLUMN_TYPES


class Client(Base):
    """A system, a sister service or a sandbox persona that may ask for tokens; what it may get is written here.

    It proves itself with a key from `jwks`, or in a sandbox with the secret whose scrypt hash is
    `secret_hash`. A sister service has no partnership of its own but `may_act_for_all`: it names the
    partnership with each request.
    """

    __tablename__ = "clients"
    __table_args__ = (
        CheckConstraint("secret_hash is not null or jwks is not null", name="can_prove_itself"),
        CheckConstraint("may_act_for_all or partnership_id is not null", name="partnership_known"),
        CheckConstraint("not may_act_for_all or roles @> '[\"service\"]'", name="only_services_act_for_all"),
    )

    client_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret_hash: Mapped[str | None]
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    partnership_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    roles: Mapped[list[str]]
    scopes: Mapped[list[str]]
    may_act_for_all: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]


class SigningKey(Base):
    """An ES256 key pair of the issuer: published from its creation, signing from `signs_from_at`, gone at `retires_at`.

    The private half is stored as a JWK and is protected like the database itself: by its roles and by
    encrypted disks.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    private_jwk: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    signs_from_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]


class UsedAssertion(Base):
    """A client assertion that has been used (RFC 7523): it may not be used again while it is still valid."""

    __tablename__ = "used_assertions"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


METADATA = (Base.metadata,)
"""All tables of the identity database."""
