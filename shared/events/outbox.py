"""Publishing: an event is written in the transaction of the change it tells of, or not at all.

Free text is refused: news travels to other organisations, so a message may hold ids, dates, numbers and codes, and
what a person wrote or is called stays where it is. The receiver asks for it with its own rights.
"""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import to_jsonable_python
from sqlalchemy import Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import Uuid

from shared.ids import new_id

EVENTS = "practicum_events"
"""Channel on which the relay hears that something was published."""

LARGEST = 4096
"""Bytes of JSON a message may have."""

TELL_EVERY = 0.02
"""Seconds between two notifications of one process. PostgreSQL commits transactions that notify one after the other: with
16 writers and a notification each it committed 500 a second where it commits 2,000 without (measured). So in a burst the
first one wakes the relay, and the relay by itself looks for the rest."""

_told: "WeakKeyDictionary[Engine, float]" = WeakKeyDictionary()

_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+-]{0,99}")

_PUBLISH = text(
    "with published as (insert into events (id, partnership_id, type, subject_id, audience, data, occurred_at)"
    " values (:id, :partnership_id, :type, :subject_id, :audience, :data, :occurred_at) returning 1)"
    " select case when :tell then pg_notify(:channel, '') end from published"
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("partnership_id", type_=Uuid),
    bindparam("subject_id", type_=Uuid),
    bindparam("audience", type_=ARRAY(Uuid)),
    bindparam("data", type_=JSONB),
)
_OF_EACH = ("id", "type", "subject_id", "audience", "data")
_PUBLISH_ALL = text(
    "with published as (insert into events (id, partnership_id, type, subject_id, audience, data, occurred_at)"
    " select id, :partnership_id, type, subject_id, audience, data, :occurred_at from jsonb_to_recordset(:news)"
    " as news(id uuid, type text, subject_id uuid, audience uuid[], data jsonb) returning 1)"
    " select case when :tell then pg_notify(:channel, '') end from published limit 1"
).bindparams(bindparam("partnership_id", type_=Uuid), bindparam("news", type_=JSONB))


class FreeText(TypeError):
    """A message holds something that reads like prose, a name or an address. A bug, noticed before it travels."""


class MessageTooLarge(ValueError):
    """A message is larger than 4 KB: send the id and let the reader ask."""


class Message(BaseModel):
    """A past-tense fact for the world. Subclasses set `type` ("placement.confirmed") and list ids, dates and codes.

    A string must be a code: up to 100 letters, digits and `_ . : / + -`, no space. Anything else is `FreeText`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Refuse a published type that is not of the form `thing.happened`."""
        named = cls.__dict__.get("type")
        if named is not None and not _TYPE.fullmatch(named):
            raise TypeError(f"{cls.__name__}.type must look like placement.confirmed")

    @model_validator(mode="after")
    def _codes_only(self) -> Self:
        for name in type(self).model_fields:
            _refuse_text(name, getattr(self, name))
        return self


def _refuse_text(name: str, value: object) -> None:
    if isinstance(value, str) and not _CODE.fullmatch(value):
        raise FreeText(f"{name} is free text; messages hold ids, dates, numbers and codes")
    for inner in _inside(value):
        _refuse_text(name, inner)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if isinstance(value, BaseModel):
        return tuple(getattr(value, field) for field in type(value).model_fields)
    return ()


async def publish(
    session: AsyncSession | AsyncConnection,
    message: Message,
    *,
    partnership_id: UUID,
    subject: UUID,
    audience: Iterable[UUID] = (),
    now: datetime,
) -> UUID:
    """Write an event in the caller's transaction; returns its id.

    `audience` lists the organisations that may see it, beside those who see the whole partnership. `now` is the time of
    the domain. Raises `MessageTooLarge` above 4 KB.
    """
    values = _written(News(message, subject, audience), partnership_id, now)
    await session.execute(_PUBLISH, {**values, "tell": _is_time_to_tell(session)})
    event_id: UUID = values["id"]
    return event_id


@dataclass(frozen=True, slots=True)
class News:
    """One of several messages: about what, and which organisations may see it."""

    message: Message
    subject: UUID
    audience: Iterable[UUID] = ()


async def publish_all(
    session: AsyncSession, news: Iterable[News], *, partnership_id: UUID, now: datetime
) -> None:
    """Write many events at once, in their order, in the caller's transaction: they wait for one answer, not for each."""
    written = [_written(each, partnership_id, now) for each in news]
    if written:
        common = {name: written[0][name] for name in ("partnership_id", "occurred_at", "channel")}
        told = [to_jsonable_python({name: each[name] for name in _OF_EACH}) for each in written]
        values = {"news": told, "tell": _is_time_to_tell(session), **common}
        await session.execute(_PUBLISH_ALL, values)


def _written(news: News, partnership_id: UUID, now: datetime) -> dict[str, Any]:
    message = news.message
    data = message.model_dump(mode="json")
    if len(json.dumps(data, ensure_ascii=False).encode()) > LARGEST:
        raise MessageTooLarge(f"{type(message).__name__} is larger than {LARGEST} bytes")
    return {
        "id": new_id(),
        "partnership_id": partnership_id,
        "type": message.type,
        "subject_id": news.subject,
        "audience": sorted(set(news.audience)),
        "data": data,
        "occurred_at": now,
        "channel": EVENTS,
    }


def _is_time_to_tell(session: AsyncSession | AsyncConnection) -> bool:
    bind = session.sync_session.get_bind() if isinstance(session, AsyncSession) else session.sync_connection
    if bind is None or time.monotonic() - _told.get(bind.engine, 0.0) < TELL_EVERY:
        return bind is None
    _told[bind.engine] = time.monotonic()
    return True
