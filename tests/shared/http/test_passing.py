"""What PostgreSQL writes itself is what the validator would have written."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import PlainSerializer, TypeAdapter
from sqlalchemy import Column, Date, Float, Integer, MetaData, Table, Text, Uuid, bindparam, insert, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from shared.db import Database
from shared.http.passing import one_written, page_written
from shared.http.wire import Instant, Wire
from shared.ids import new_id
from shared.statements import ready

letters = Table(
    "letters",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("words", Text),
    Column("written_on", Date),
    Column("sent_at", TIMESTAMP(timezone=True)),
    Column("weight", Float),
    Column("colour", Text),
    Column("stamps", JSONB),
    Column("version", Integer),
)
ONE = select(letters).where(letters.c.id == bindparam("p_id"))
WORDS = 'quotes " and \\ and line\nbreaks, ümläuts, 🦉 and "+00:00"'


class Colour(StrEnum):
    BLUE = "blue"


class Stamp(Wire):
    pence: int


class Letter(Wire):
    sent_at: Instant | None
    id: UUID
    words: str | None
    written_on: date | None
    weight: float | None
    colour: Colour | None
    stamps: list[Stamp] | None = None


class StampWithDefault(Wire):
    pence: int
    used: bool = False


class DatedStamp(Wire):
    used_at: Instant


class Defaulting(Letter):
    stamps: list[StampWithDefault] | None  # type: ignore[assignment]  # on purpose


class Dated(Letter):
    stamps: list[DatedStamp] | None  # type: ignore[assignment]  # on purpose


class Shouting(Letter):
    words: Annotated[str, PlainSerializer(str.upper)]


class Shorter(Wire):
    id: UUID


@pytest.fixture
async def db(kit_db: Database) -> Database:
    async with kit_db.engine.begin() as connection:
        await connection.run_sync(letters.metadata.create_all)
    return kit_db


async def kept(db: Database, **values: Any) -> UUID:
    letter_id = new_id()
    async with db.begin() as session:
        await session.execute(insert(letters).values(id=letter_id, version=1, **values))
    return letter_id


async def both_ways(db: Database, letter_id: UUID) -> tuple[Any, Any]:
    adapter = TypeAdapter(Letter)
    written, plain = one_written(ONE, adapter), ready(ONE)
    assert written is not None
    ((body, version),) = await db.rows(written, {"p_id": letter_id})
    assert version == 1
    (row,) = await db.rows(plain, {"p_id": letter_id})
    columns = dict(zip(plain.columns, row, strict=True))
    columns.pop("version")
    return body, adapter.dump_json(adapter.validate_python(columns)).decode()


@pytest.mark.parametrize(
    "sent_at",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 9, 7, 9, 0, 0, 120, tzinfo=UTC),
        datetime(1987, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        None,
    ],
)
async def test_every_value_is_written_alike(db, sent_at):
    letter_id = await kept(
        db,
        words=WORDS,
        written_on=date(2026, 2, 28),
        sent_at=sent_at,
        weight=34.1,
        colour="blue",
        stamps=[{"pence": 3}],
    )
    ours, validators = await both_ways(db, letter_id)
    assert json.loads(ours) == json.loads(validators)
    assert list(json.loads(ours)) == list(Letter.model_fields)


async def test_what_is_not_there_is_null_in_both(db):
    ours, validators = await both_ways(db, await kept(db))
    assert json.loads(ours) == json.loads(validators)


@pytest.mark.parametrize("shape", [Defaulting, Dated, Shouting, Shorter])
def test_what_has_words_of_its_own_is_left_to_the_validator(shape):
    assert one_written(ONE, TypeAdapter(shape)) is None
    assert page_written(select(letters), TypeAdapter(list[shape]), "id") is None  # type: ignore[valid-type]  # known when it runs


async def test_a_page_comes_in_the_order_of_its_key(db):
    ids = sorted([await kept(db, words=str(n)) for n in range(5)], reverse=True)
    statement = page_written(
        select(letters).order_by(letters.c.id.desc()).limit(3), TypeAdapter(list[Letter]), "id"
    )
    assert statement is not None
    assert [key for _, key in await db.rows(statement, {})] == sorted(ids[:3])
