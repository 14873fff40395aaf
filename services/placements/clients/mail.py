"""The mail server. It is given messages that hold a link and a case number, and nothing else.

`Mailer` is what the senders need of any way to post a message; GOV.UK Notify is the other one.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

import aiosmtplib

from shared.db import assert_nothing_open

PERMANENT = range(500, 600)
"""SMTP replies after which there is no use in trying again (RFC 5321, section 4.2.1)."""


class MailServerDown(Exception):
    """The mail server does not answer, or not in time. Nobody's message is at fault."""


class MailRefused(Exception):
    """The mail server does not take this message; with `for_good` there is no use in trying again."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


class Sending(Protocol):
    """Somebody who takes messages for as long as a session lasts."""

    async def send(self, to: str, subject: str, body: str, *, message_id: str, at: datetime) -> None:
        """Hand over one message. Raises `MailRefused` or `MailServerDown`. The same `message_id` is the same message."""
        ...


class Mailer(Protocol):
    """A way to post messages."""

    @property
    def is_configured(self) -> bool:
        """Whether there is anybody to hand messages to."""
        ...

    def session(self) -> AbstractAsyncContextManager[Sending]:
        """Somebody who takes messages for as long as the block lasts. Raises `MailServerDown`."""
        ...


class MailSession:
    """An open connection to the mail server."""

    def __init__(self, smtp: aiosmtplib.SMTP, sender: str) -> None:
        self._smtp = smtp
        self._sender = sender

    async def send(self, to: str, subject: str, body: str, *, message_id: str, at: datetime) -> None:
        """Hand over one message. Raises `MailRefused` or `MailServerDown`. The same `message_id` is the same message."""
        assert_nothing_open()
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{message_id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body, cte="7bit")  # links stay whole in the raw message
        try:
            await self._smtp.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused.recipients[0].code) from refused
        except aiosmtplib.SMTPResponseException as refused:
            raise _refusal(refused.code) from refused
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailServerDown from error


def _refusal(reply: int) -> MailRefused:
    return MailRefused(f"smtp_{reply}", for_good=reply in PERMANENT)


class Mail:
    """The mail server at an address. `timeout` is the longest one answer may take, in seconds."""

    def __init__(self, host: str, port: int, sender: str, *, timeout: float = 10.0) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._timeout = timeout

    @property
    def is_configured(self) -> bool:
        """Whether there is a mail server at all."""
        return bool(self._host)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[MailSession]:
        """A connection for as long as the block lasts. Raises `MailServerDown` when there is none to be had."""
        assert_nothing_open()
        smtp = aiosmtplib.SMTP(hostname=self._host, port=self._port, timeout=self._timeout)
        try:
            await smtp.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailServerDown from error
        try:
            yield MailSession(smtp, self._sender)
        finally:
            smtp.close()
