"""The kit's own tables. Every service's database holds them beside the service's own; nothing refers across."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeEngine

CONVENTION = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
"""Names of constraints and indexes, as PostgreSQL itself would choose them. They are API: conflicts are looked up by them."""

COLUMN_TYPES: dict[Any, TypeEngine[Any]] = {
    datetime: TIMESTAMP(timezone=True),
    UUID: Uuid(),
    dict[str, Any]: JSONB(),
    list[Any]: JSONB(),
    list[str]: JSONB(),
}
"""How annotations become columns in every declarative model."""

KIT = MetaData(naming_convention=CONVENTION)
