"""Tables of the imports: the file as it came, and what became of each of its rows."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from shared.tables import KIT

MODES = ("validate_only", "all_or_nothing", "best_effort")
STATUSES = ("receiving", "queued", "running", "completed", "rejected")
RESULTS = ("created", "updated", "unchanged", "conflict", "invalid", "duplicate_in_file")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(v) for v in values)})"


imports = Table(
    "imports",
    KIT,
    Column("id", Uuid, primary_key=True),
    Column("partnership_id", Uuid, nullable=False),
    Column("organisation_id", Uuid),
    Column("client_id", Text, nullable=False),
    Column("wide", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("applied", Boolean, nullable=False, server_default="false"),
    Column("rows_done", Integer, nullable=False, server_default="0"),
    Column("counts", JSONB, nullable=False, server_default="{}"),
    Column("faults", JSONB, nullable=False, server_default="[]"),
    Column("created_at", TIMESTAMP(timezone=True), nullable=False),
    Column("completed_at", TIMESTAMP(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(_one_of("mode", MODES), name="mode"),
    CheckConstraint(_one_of("status", STATUSES), name="status"),
    Index(None, "partnership_id", "id"),
)

import_chunks = Table(
    "import_chunks",
    KIT,
    Column("import_id", Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

import_rows = Table(
    "import_rows",
    KIT,
    Column("import_id", Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("result", Text, nullable=False),
    Column("resource_id", Uuid),
    Column("errors", JSONB, nullable=False, server_default="[]"),
    CheckConstraint(_one_of("result", RESULTS), name="result"),
)

external_ids = Table(
    "external_ids",
    KIT,
    Column("id", Uuid, primary_key=True),
    Column("partnership_id", Uuid, nullable=False),
    Column("resource", Text, nullable=False),
    Column("owner_organisation_id", Uuid),
    Column("system", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("recorded_at", TIMESTAMP(timezone=True), nullable=False, server_default=func.now()),
    Index(
        "external_ids_unique",
        "partnership_id",
        "resource",
        "owner_organisation_id",
        "system",
        "value",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    Index(None, "resource", "resource_id"),
)
"""What other systems call our things: unique per partnership, resource, owner and system."""
