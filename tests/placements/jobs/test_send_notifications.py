"""Telling people by e-mail, against a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import anyio
import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import select, text

from services.placements.clients.mail import Mail
from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.letters import write
from services.placements.jobs.send_notifications import decide, send_notifications
from services.placements.models.notifications import Notification
from services.placements.operations.notifications import lease
from shared.db import Database
from tests.placements.struggling import a_concern, a_placement, absence, notice

URL = "https://placements.example.org"


class Sink:
    """A mail server that keeps what it gets; addresses in `refusing` get its reply instead."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refusing: dict[str, str] = {}

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802 - the server's name for it
        _, _, envelope, address, _ = given
        reply = next((reply for part, reply in self.refusing.items() if part in address), None)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - the server's name for it
        envelope = given[2]
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"

    def told(self) -> list[str]:
        return sorted(str(message["To"]).partition("@")[0] for message in self.messages)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
async def mail(sink: Sink) -> AsyncIterator[Mail]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink), "127.0.0.1", 0)
    try:
        yield Mail("127.0.0.1", server.sockets[0].getsockname()[1], "practicum@example.org", timeout=5)
    finally:
        server.close()


async def states(db: Database) -> dict[str, tuple[str, int, str | None]]:
    async with db.begin() as session:
        rows = await session.execute(
            select(Notification.role, Notification.state, Notification.attempts, Notification.failure)
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def test_everybody_told_of_a_concern_gets_one_message_with_a_link_and_a_case_number_only(
    placements_db, stopped_clock, sink, mail
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    assert await send_notifications(placements_db, mail, stopped_clock, URL) is False
    assert sink.told() == ["ada", "practice_educator", "tom"]
    message = sink.messages[0]
    assert message["Subject"] == "Practicum: case PC-2026-000001"
    body = str(message.get_payload())
    assert f"{URL}/v1/concerns/{concern_id}/timeline" in body
    for secret in ("Ada", "Example", "review", "red", "early", str(at.student_id)):
        assert secret not in body
    assert {state for state, _, _ in (await states(placements_db)).values()} == {"sent"}


async def test_a_friendly_message_leads_the_student_to_what_was_noticed(
    placements_db, stopped_clock, sink, mail
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(placements_db, stopped_clock, at, absence(1, stopped_clock.now()))
    await send_notifications(placements_db, mail, stopped_clock, URL)
    (message,) = sink.messages
    assert message["Subject"] == "Practicum: a message for you"
    assert f"/v1/placements/{at.placement_id}/signals" in str(message.get_payload())


async def test_any_number_of_senders_send_each_message_once(placements_db, stopped_clock, sink, mail):
    for _ in range(10):
        await a_concern(placements_db, stopped_clock)
    other = Database(placements_db.url)

    async def sender(db: Database) -> None:
        while await send_notifications(db, mail, stopped_clock, URL):
            pass

    try:
        async with anyio.create_task_group() as tasks:
            for db in (placements_db, other, placements_db, other):
                tasks.start_soon(sender, db)
    finally:
        await other.close()
    await sender(placements_db)
    assert len(sink.messages) == 30
    assert len({message["Message-ID"] for message in sink.messages}) == 30


async def test_messages_of_a_sender_that_died_are_sent_when_its_lease_ends(
    placements_db, stopped_clock, sink, mail
):
    await a_concern(placements_db, stopped_clock)
    await decide(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        assert len(await lease(session, 20)) == 3
    await send_notifications(placements_db, mail, stopped_clock, URL)
    assert sink.messages == []
    async with placements_db.begin() as session:
        await session.execute(text("update notifications set leased_until = clock_timestamp()"))
    await send_notifications(placements_db, mail, stopped_clock, URL)
    assert len(sink.messages) == 3


async def test_while_the_mail_server_is_down_messages_wait_and_no_attempt_counts(
    placements_db, stopped_clock
):
    await a_concern(placements_db, stopped_clock)
    nobody = Mail("127.0.0.1", 1, "practicum@example.org", timeout=1)
    assert await send_notifications(placements_db, nobody, stopped_clock, URL) is False
    assert set((await states(placements_db)).values()) == {("queued", 0, None)}


async def test_an_address_that_is_refused_for_good_is_not_tried_again_and_one_refused_for_now_is(
    placements_db, stopped_clock, sink, mail
):
    sink.refusing = {"practice_educator": "550 no such mailbox", "tom": "451 come back later"}
    await a_concern(placements_db, stopped_clock)
    await send_notifications(placements_db, mail, stopped_clock, URL)
    found = await states(placements_db)
    assert found["practice_educator"] == ("failed", 1, "smtp_550")
    assert found["tutor"] == ("queued", 1, "smtp_451")
    assert found["student"][0] == "sent"
    async with placements_db.begin() as session:
        await session.execute(
            text(
                "update notifications set attempts = 6, next_attempt_at = clock_timestamp() where state = 'queued'"
            )
        )
    await send_notifications(placements_db, mail, stopped_clock, URL)
    assert (await states(placements_db))["tutor"] == ("failed", 7, "smtp_451")


async def test_somebody_whose_address_is_gone_since_is_noted_as_not_reached(
    placements_db, stopped_clock, sink, mail
):
    await a_concern(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        await session.execute(text("update students set email = ''"))
    await send_notifications(placements_db, mail, stopped_clock, URL)
    assert (await states(placements_db))["student"] == ("failed", 1, "no_address")


async def test_without_a_mail_server_messages_wait(placements_db, stopped_clock):
    await a_concern(placements_db, stopped_clock)
    none = Mail("", 25, "practicum@example.org")
    assert await send_notifications(placements_db, none, stopped_clock, URL) is False
    assert set((await states(placements_db)).values()) == {("queued", 0, None)}


@pytest.mark.parametrize("template", list(Template))
def test_every_template_has_its_text_and_holds_nothing_but_case_and_link(template):
    letter = write(template, "PC-2026-000007", "https://example.org/x")
    assert "https://example.org/x" in letter.body
    assert letter.subject == "Practicum: case PC-2026-000007"
    assert "{" not in letter.body
