"""How services declare their tables: typed columns, a tenant on every row, constraints by name."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.tables import COLUMN_TYPES

COLUMNS: dict[Any, Any] = {**COLUMN_TYPES, list[int]: JSONB(), list[dict[str, Any]]: JSONB()}
"""The `type_annotation_map` of every service's declarative base."""


class Tenant:
    """A row that belongs to one partnership. Its id is a UUIDv7 made in Python."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    partnership_id: Mapped[UUID] = mapped_column(sort_order=-19)


class Version:
    """A row that changes: its version is the ETag and grows by one with each real change."""

    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=90)
    created_at: Mapped[datetime] = mapped_column(sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(sort_order=92)


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """A CHECK that the column holds one of the enum's codes (or nothing, where it is nullable)."""
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} in ({listed})", name=column)


def a_list(column: str) -> CheckConstraint:
    """A CHECK that the JSON column holds an array."""
    return CheckConstraint(f"jsonb_typeof({column}) = 'array'", name=f"{column}_is_list")


def within_tenant(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the partnership: the tenant is part of the foreign key."""
    return ForeignKeyConstraint(["partnership_id", column], [f"{table}.partnership_id", f"{table}.id"])


def on_earth() -> CheckConstraint:
    """A CHECK that latitude and longitude are degrees (WGS 84)."""
    return CheckConstraint("latitude between -90 and 90 and longitude between -180 and 180", name="on_earth")
