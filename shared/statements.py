"""Statements for reading, written with SQLAlchemy and made ready for psycopg: compiled once, with their constants in place.

Sending one through SQLAlchemy's asynchronous connection costs this process about five times as much as sending it plainly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg

Statement = Select[*tuple[Any, ...]]
"""A select of any columns."""


class _Compiler(PGCompiler_psycopg):
    """Writes values that are the same for every caller into the text."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **kwargs: Any) -> str:
        if not bindparam.required:
            kwargs["literal_binds"] = True
        return str(super().visit_bindparam(bindparam, *args, **kwargs))  # type: ignore[no-untyped-call]  # it has none


_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # as above
_DIALECT.statement_compiler = _Compiler


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement as text with `$1`, `$2` ..., and which values it takes in that order."""

    text: bytes
    takes: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    columns: tuple[str, ...]

    def values(self, binds: Mapping[str, object]) -> list[object]:
        """The values in the order in which the statement takes them. `binds` may hold more than it takes."""
        return [binds[name] if prepare is None else prepare(binds[name]) for name, prepare in self.takes]


def ready(statement: Statement) -> Ready:
    """Compile a statement. Its parameters without a value must be given each time it is sent."""
    compiled = statement.compile(dialect=_DIALECT)
    takes = tuple(
        (name, compiled.binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
        for name in compiled.positiontup or ()
    )
    return Ready(
        str(compiled).encode(), takes, tuple(str(name) for name, _ in statement.selected_columns.items())
    )
