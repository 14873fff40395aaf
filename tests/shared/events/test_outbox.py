from datetime import date
from typing import ClassVar

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from shared.db import Database
from shared.events.outbox import FreeText, Message, MessageTooLarge, publish
from shared.ids import new_id
from tests.shared.events.news import NOON, PARTNERSHIP, SUBJECT, ThingHappened, tell, value


class Noted(Message):
    type: ClassVar[str] = "thing.noted"
    words: str | None = None
    inner: dict[str, list[str]] | None = None
    on: date | None = None


class Long(Message):
    type: ClassVar[str] = "thing.listed"
    ids: list[str]


async def test_an_event_is_there_exactly_when_its_change_is(kit_db: Database) -> None:
    await tell(kit_db)

    class Interrupted(Exception):
        pass

    async def interrupted() -> None:
        async with kit_db.begin() as session:
            await publish(session, ThingHappened(), partnership_id=PARTNERSHIP, subject=SUBJECT, now=NOON)
            raise Interrupted

    with pytest.raises(Interrupted):
        await interrupted()

    assert await value(kit_db, "select count(*) from events") == 1


async def test_an_event_is_kept_as_it_was_told(kit_db: Database) -> None:
    someone = new_id()
    event_id = await tell(kit_db, Noted(on=date(2026, 9, 7)), audience=[someone, someone])

    async with kit_db.read() as connection:
        row = (await connection.execute(text("select * from events"))).one()
    assert (row.id, row.partnership_id, row.subject_id) == (event_id, PARTNERSHIP, SUBJECT)
    assert (row.type, row.audience, row.occurred_at) == ("thing.noted", [someone], NOON)
    assert row.data == {"words": None, "inner": None, "on": "2026-09-07"}
    assert row.position is None


@pytest.mark.parametrize(
    "words", ["Jo Bloggs", "jo@example.org", "", "naïve", "a" * 101, "line\nbreak", "o'neill"]
)
def test_a_message_refuses_free_text(words: str) -> None:
    with pytest.raises(FreeText) as refused:
        Noted(words=words)
    assert not words or words not in str(refused.value)


def test_free_text_is_found_wherever_it_hides() -> None:
    with pytest.raises(FreeText):
        Noted(inner={"codes": ["fine", "not fine"]})
    with pytest.raises(FreeText):
        Noted(inner={"not fine": []})


@pytest.mark.parametrize(
    "code", ["placement_panel", "SW123456", "2026-09-07T09:00:00Z", "BS1", "hubs:read", "2026/27"]
)
def test_a_message_takes_codes(code: str) -> None:
    assert Noted(words=code).words == code


def test_a_message_with_an_unknown_member_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Noted.model_validate({"full_name": "Jo Bloggs"})
    assert "Bloggs" not in str(refused.value)


async def test_a_message_above_four_kilobytes_is_refused(kit_db: Database) -> None:
    with pytest.raises(MessageTooLarge):
        await tell(kit_db, Long(ids=[str(new_id()) for _ in range(110)]))
    assert await value(kit_db, "select count(*) from events") == 0


def test_a_type_says_what_happened_to_what() -> None:
    with pytest.raises(TypeError, match="must look like"):

        class Confirmed(Message):
            type: ClassVar[str] = "Confirmed"
