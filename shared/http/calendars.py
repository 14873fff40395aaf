"""Calendars for calendar programs (iCalendar, RFC 5545), each under a link that can be revoked.

A calendar program sends no token, so the link itself is the secret: 256 random bits of which only a hash is kept. Logs and
metrics name the route, never the path.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import icalendar
from fastapi import Path
from starlette.responses import Response

from shared.http.wire import Instant, Wire, like
from shared.http.writing import created

_MEDIA_TYPE = "text/calendar"
_LINK = {
    "id": "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
    "created_at": "2026-09-14T09:00:00Z",
    "revoked_at": None,
}

CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The calendar.",
        "content": {_MEDIA_TYPE: {"schema": {"type": "string", "maxLength": 1_000_000}}},
    }
}
"""What a route that answers with a calendar says of it."""

SecretOfLink = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", max_length=43, description="The secret of the link.")
]


class LinkView(Wire):
    """A calendar link. Its address is shown once, when it is made."""

    model_config = like(**_LINK)

    id: UUID
    created_at: Instant
    revoked_at: Instant | None


class NewLink(LinkView):
    """A calendar link that was just made."""

    model_config = like(
        **_LINK, url="https://example.org/calendars/Zm9yLXRoZS1leGFtcGxlLW9ubHktbm90LWEtc2VjcmV0MTI.ics"
    )

    url: str | None
    """Whoever has it sees the calendar; keep it as you keep a key. Null when a request is repeated under its key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: whole days where it begins on a day. `more` are other properties of RFC 5545, by their names."""

    uid: str
    begins: date | datetime
    ends: date | datetime
    words: str
    more: dict[str, Any] = field(default_factory=dict)


def new_secret() -> str:
    """The secret of a new link."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of a secret, and what it is looked up by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address(secret: str, public_url: str) -> str:
    """Where a calendar program finds the calendar."""
    return f"{public_url.rstrip('/')}/calendars/{secret}.ics"


def link_made(link: object, links: str, url: str | None) -> Response:
    """201 with a link that was just made, below `links`, and its address where it is shown."""
    shown = LinkView.model_validate(link)
    view = NewLink(**shown.model_dump(), url=url)
    return created(view, f"{links}/{shown.id}", version=None)


def calendar(service: str, name: str, entries: Iterable[Entry], now: datetime) -> Response:
    """The entries as a calendar of that name."""
    written = icalendar.Calendar()
    written.add("prodid", f"-//Practicum//{service}//EN")
    written.add("version", "2.0")
    written.add("x-wr-calname", name)
    for entry in entries:
        written.add_component(_event(entry, now))
    return Response(written.to_ical(), media_type=_MEDIA_TYPE)


def _event(entry: Entry, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@practicum")
    event.add("dtstamp", now)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", entry.words)
    for name, value in entry.more.items():
        event.add(name, value)
    return event
