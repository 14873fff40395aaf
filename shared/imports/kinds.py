"""What a service can import: for each kind its row, how rows are told apart, and what applying them does."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, get_origin
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Fault

RowT = TypeVar("RowT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ImportScope:
    """On whose behalf rows are applied: the partnership, the sender's organisation if it is one, and its system's name."""

    tenant: UUID
    organisation_id: UUID | None
    wide: bool
    system: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Row(Generic[RowT]):
    """One valid row: its number in the file and its typed members."""

    number: int
    data: RowT


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one row: `created`, `updated`, `unchanged`, `conflict` or `invalid`, of what, and why not."""

    result: str
    resource_id: UUID | None = None
    faults: tuple[Fault, ...] = ()


Apply = Callable[[AsyncSession, ImportScope, Sequence[Row[Any]], Any, datetime], Awaitable[Sequence[Applied]]]
"""(session, scope, rows, facts, now) -> one `Applied` a row, in order. An unchanged row writes and publishes nothing."""

Prepare = Callable[[ImportScope, Sequence[Row[Any]]], Awaitable[Any]]
"""Questions to sister services about a batch, asked before the transaction; the answer is handed to apply as facts."""


@dataclass(frozen=True, slots=True)
class ImportKind(Generic[RowT]):
    """One kind of file. `columns` are the model's members in their order; a list travels as `a|b|c` in a CSV cell.

    `key` tells rows apart: a second row with the same key in one file is `duplicate_in_file`.
    """

    name: str
    row_model: type[RowT]
    key: Callable[[RowT], object]
    apply: Apply
    prepare: Prepare | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their documented order."""
        return tuple(self.row_model.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which no row can be read."""
        return tuple(name for name, f in self.row_model.model_fields.items() if f.is_required())

    @property
    def lists(self) -> frozenset[str]:
        """The columns that hold several values."""
        fields = self.row_model.model_fields.items()
        return frozenset(name for name, f in fields if get_origin(f.annotation) in (list, tuple))


async def nothing_to_prepare(_: ImportScope, __: Sequence[Row[Any]]) -> None:
    """For kinds that need to ask nobody."""
