"""Identifiers: UUID version 7 (RFC 9562), made in Python, so that new rows land at the end of an index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh identifier. Its first 48 bits are the wall clock: it sorts by time of making, roughly."""
    return uuid7()
