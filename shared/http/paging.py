"""Lists are read in pages along an immutable key; a cursor is opaque and good only for the filters it was made with."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request

from shared.errors import Malformed

START = UUID(int=0)
"""Before every id."""

_GREATEST = 2**31 - 1

Key = TypeVar("Key", bound=UUID | int | str)


@dataclass(frozen=True, slots=True)
class Call:
    """One request for a list or a single thing: the request itself and, for lists, where and how far to read."""

    request: Request
    limit: int = 50
    cursor: str | None = None

    def after(self, filters: Mapping[str, object], start: Key) -> Key:
        """The key after which this page starts; `start` on the first. A cursor made with other filters is refused."""
        if self.cursor is None:
            return start
        try:
            key, seal = json.loads(base64.urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4)))
            after = _key_in(key, start)
        except (ValueError, TypeError) as error:
            raise Malformed("bad_cursor", "The cursor cannot be read. Start again without one.") from error
        if seal != self._seal(filters):
            raise Malformed("bad_cursor", "The cursor belongs to other filters. Start again without one.")
        return after

    def cursor_at(self, key: UUID | int | str, filters: Mapping[str, object]) -> str:
        """The cursor that continues after `key` with the same filters."""
        text = json.dumps([str(key), self._seal(filters)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _seal(self, filters: Mapping[str, object]) -> str:
        text = json.dumps(
            [self.request.scope["path"], sorted((k, str(v)) for k, v in filters.items() if v is not None)]
        )
        return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def _key_in(text: object, start: Key) -> Key:
    """The key as it was written into a cursor. Numbers are those of a column of 32 bits."""
    if not isinstance(text, str):
        raise TypeError("a key is written as text")
    key = type(start)(text)
    if isinstance(key, int) and not 0 <= key <= _GREATEST:
        raise ValueError("there is no such key")
    return key


async def _list_call(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=500, description="`next_cursor` of the page before.")
    ] = None,
) -> Call:
    return Call(request, limit, cursor)


async def _single_call(
    request: Request,
    _: Annotated[
        str | None,
        Header(
            alias="If-None-Match", max_length=1000, description="ETags you have; when one still stands: 304."
        ),
    ] = None,
) -> Call:
    return Call(request)


ListCall = Annotated[Call, Depends(_list_call)]
"""A request for a list; adds `limit` and `cursor` to the operation."""

SingleCall = Annotated[Call, Depends(_single_call)]
"""A request for one thing."""
