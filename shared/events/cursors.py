"""Cursors of the change feed: opaque to readers, a position inside."""

import base64
import re

from shared.errors import Malformed

_PLAIN = re.compile(r"f1:(0|[1-9][0-9]{0,17})")


def cursor_at(position: int) -> str:
    """The cursor that continues after `position`."""
    return base64.urlsafe_b64encode(f"f1:{position}".encode()).decode().rstrip("=")


def position_of(cursor: str) -> int:
    """The position a cursor continues after. Anything that is no cursor of ours is refused as `bad_cursor`."""
    padding = "=" * (-len(cursor) % 4)
    try:
        plain = base64.b64decode(cursor + padding, altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        plain = ""
    found = _PLAIN.fullmatch(plain)
    if found is None:
        raise Malformed("bad_cursor", "The cursor cannot be read. Take the last next_cursor you were given.")
    return int(found[1])
