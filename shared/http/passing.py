"""Answers that PostgreSQL writes: where the shape on the wire is the shape of the row, its JSON is passed through unread.

A row's columns are the answer's members by name (a `version` beside them is for the ETag), and every member is of a kind that
PostgreSQL and the validator write alike. Instants are brought to RFC 3339 in UTC with `Z` by the statement. What has a
serialiser of its own, or an instant or a default deeper down, is left to the validator.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, FromClause, Text, cast, func, select, true
from sqlalchemy.sql.selectable import LateralFromClause
from sqlalchemy.types import DateTime

from shared.http.wire import rfc3339
from shared.statements import Ready, Statement, ready

_ALIKE = frozenset({"uuid", "str", "int", "float", "bool", "date", "enum", "literal", "none", "any"})
_AROUND: Mapping[str, str] = {
    "nullable": "schema",
    "function-after": "schema",
    "list": "items_schema",
    "dict": "values_schema",
    "model": "schema",
}
"""What holds something else, and where."""

_OWN_WORDS = frozenset({"serialization", "serialization_alias", "serialization_exclude"})

Node = Mapping[str, Any]
"""A part of a validator, as pydantic-core describes it."""


@cache
def one_written(statement: Statement, adapter: TypeAdapter[Any]) -> Ready | None:
    """The statement that brings one thing's JSON as `written`, and its version; None when the validator must write it."""
    row = statement.subquery("w")
    answer = _answer_of(adapter.core_schema, row)
    return None if answer is None else _joined(row, answer, "version" if "version" in row.c else None)


@cache
def page_written(statement: Statement, adapter: TypeAdapter[Any], key: str) -> Ready | None:
    """The statement that brings each item's JSON and its key, in order; None when the validator must write them."""
    schema = adapter.core_schema
    row = statement.subquery("w")
    answer = _answer_of(schema["items_schema"], row) if schema["type"] == "list" else None
    return None if answer is None else _joined(row, answer, key, in_order=True)


def _joined(
    row: FromClause, answer: LateralFromClause, beside: str | None, *, in_order: bool = False
) -> Ready:
    written = cast(func.row_to_json(answer.table_valued()), Text).label("written")
    columns: list[ColumnElement[Any]] = [written] if beside is None else [written, row.c[beside]]
    statement = select(*columns).select_from(row.join(answer, true()))
    return ready(statement.order_by(columns[-1]) if in_order else statement)


def _answer_of(schema: Node, row: FromClause) -> LateralFromClause | None:
    """The row as it travels: its columns under the names of the answer's members, in their order."""
    fields = _fields_of(schema)
    if fields is None or {*fields, "version"} != {*row.c.keys(), "version"}:
        return None
    columns = [_written(field, row.c[name]) for name, field in fields.items()]
    if any(column is None for column in columns):
        return None
    shown = [column.label(name) for column, name in zip(columns, fields, strict=True) if column is not None]
    return select(*shown).correlate(row).lateral("answer")


def _fields_of(schema: Node) -> Mapping[str, Node] | None:
    """The members of a model by name, when it is one and has no words of its own."""
    if schema["type"] != "model" or not _OWN_WORDS.isdisjoint(schema):
        return None
    inner: Node = schema["schema"]
    while inner["type"] == "function-after":
        inner = inner["schema"]
    return inner["fields"] if inner["type"] == "model-fields" and not inner.get("computed_fields") else None


def _written(field: Node, column: ColumnElement[Any]) -> ColumnElement[Any] | None:
    schema: Node = field["schema"]
    if schema["type"] == "default":  # the column is always there; deeper down a member may be absent
        schema = schema["schema"]
    if isinstance(column.type, DateTime):
        return _instant(column) if _is_instant(schema) else None
    return column if _OWN_WORDS.isdisjoint(field) and _is_alike(schema) else None


def _is_instant(schema: Node) -> bool:
    if schema["type"] == "nullable":
        schema = schema["schema"]
    return bool(schema.get("serialization", {}).get("function") is rfc3339)


def _instant(column: ColumnElement[Any]) -> ColumnElement[str]:
    written = func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    return func.replace(written, ".000000Z", "Z")


def _is_alike(schema: Node) -> bool:
    """Whether PostgreSQL and the validator write such a value alike."""
    if not _OWN_WORDS.isdisjoint(schema):
        return False
    if schema["type"] == "model":
        fields = _fields_of(schema)
        return fields is not None and all(
            _is_alike(f["schema"]) and _OWN_WORDS.isdisjoint(f) for f in fields.values()
        )
    if schema["type"] == "function-before":  # it may make a member of others, but a value stays a value
        return schema["schema"]["type"] in _ALIKE
    around = _AROUND.get(schema["type"])
    return schema["type"] in _ALIKE if around is None else _is_alike(schema.get(around, {"type": "any"}))
