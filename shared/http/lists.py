"""Lists that can be narrowed: one statement for each set of filters in use, each built once.

A statement that says "or the filter is absent" would make the database plan for the whole partnership every time; with a
statement of its own, every filter is served by its index.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from shared.http.reading import Statement, listing


class Filtered:
    """A list of visible rows, in the order of their key, and the conditions by which a caller may narrow it.

    A condition's parameter has the condition's name.
    """

    def __init__(
        self, visible: Statement, key: InstrumentedAttribute[Any], **conditions: ColumnElement[bool]
    ) -> None:
        self._visible = visible
        self._key = key
        self._conditions = conditions
        self._built: dict[frozenset[str], Statement] = {}

    def by(self, filters: Mapping[str, object]) -> Statement:
        """The statement for the filters that have a value; it takes their values as parameters of the same names."""
        used = frozenset(name for name, value in filters.items() if value is not None)
        if used not in self._built:
            conditions = (self._conditions[name] for name in sorted(used))
            self._built[used] = listing(self._visible.where(*conditions), self._key)
        return self._built[used]


def equal(*columns: InstrumentedAttribute[Any]) -> dict[str, ColumnElement[bool]]:
    """Conditions "the column has this value", each named like its column."""
    return {column.key: column == bindparam(column.key, type_=column.type) for column in columns}
