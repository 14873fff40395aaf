"""The history of a concern as evidence: numbered entries, each sealed together with the one before.

The seal of an entry is the SHA-256 of the seal before it, a line feed, and the entry's canonical JSON (members sorted, no
spaces, UTF-8) without its own seal. Whoever holds the last seal can tell whether anything before it was changed, left out or
moved.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


def sealed(entry: Entry, before: str) -> str:
    """The seal of an entry after another."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def chained(head: Entry, entries: Iterable[Entry]) -> tuple[str, list[dict[str, Any]]]:
    """The seal of the head, and the entries with their numbers and seals. The chain starts from nothing."""
    first = before = sealed(head, "")
    chain = []
    for number, entry in enumerate(entries, start=1):
        numbered = {"number": number, **entry}
        before = sealed(numbered, before)
        chain.append({**numbered, "seal": before})
    return first, chain
