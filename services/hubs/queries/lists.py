"""Lists that a caller may narrow: for each set of filters in use a statement of its own, built once.

With "or the filter is absent" in one statement for all, the planner could not use the index that fits the filter.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from shared.http.reading import Statement, listing


class Narrowed:
    """The visible rows along their key, with the conditions a caller may add. A filter's parameter has the filter's name."""

    def __init__(
        self, visible: Statement, key: InstrumentedAttribute[Any], **conditions: ColumnElement[bool]
    ) -> None:
        self._visible = visible
        self._key: Any = key
        self._conditions = conditions
        self._statements: dict[tuple[str, ...], Statement] = {}

    def by(self, filters: Mapping[str, object]) -> Statement:
        """The statement for those filters that have a value."""
        used = tuple(sorted(name for name, value in filters.items() if value is not None))
        if used not in self._statements:
            conditions = [self._conditions[name] for name in used]
            self._statements[used] = listing(self._visible.where(*conditions), self._key)
        return self._statements[used]


def same(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The column has the value of the filter that is named like it."""
    return column == bindparam(column.key, type_=column.type)
