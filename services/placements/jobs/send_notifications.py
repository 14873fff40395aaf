"""Sending what people are to be told: decided how, leased, sent outside of any transaction, settled in another."""

from collections.abc import Sequence

import structlog

from services.placements.clients.mail import Mailer, MailRefused, MailServerDown, Sending
from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.letters import Text, write, write_digest
from services.placements.operations.notifications import Letter, lease, put_back, settle_failed, settle_sent
from services.placements.operations.telling import make_digests, sort
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database

log = structlog.get_logger()

BATCH = 20
SORTED_AT_ONCE = 500
NO_ADDRESS = "no_address"


async def send_notifications(db: Database, mail: Mailer, clock: Clock, public_url: str) -> bool:
    """Send one batch of waiting messages. True when there may be more; any number of workers may send at once."""
    if not mail.is_configured:
        return False
    await decide(db, clock)
    async with db.begin() as session:
        letters = await lease(session, BATCH)
    if not letters:
        return False
    left = list(letters)
    try:
        async with mail.session() as smtp:
            while left:
                await _send(db, smtp, left[0], clock, public_url)
                left.pop(0)
    except MailServerDown:
        log.warning("mail_server_down", waiting=len(left))
        await _put_back(db, left)
        return False
    return len(letters) == BATCH


async def decide(db: Database, clock: Clock) -> None:
    """Decide how waiting messages go, and make the digests of the morning."""
    decided = SORTED_AT_ONCE
    while decided == SORTED_AT_ONCE:
        async with db.begin() as session:
            decided = await sort(session, SORTED_AT_ONCE, clock.now())
    made = SORTED_AT_ONCE
    while made >= SORTED_AT_ONCE:
        async with db.begin() as session:
            made = await make_digests(session, SORTED_AT_ONCE, ENGLAND, clock.now())


async def _send(db: Database, smtp: Sending, letter: Letter, clock: Clock, public_url: str) -> None:
    failure, for_good = (None, False) if letter.address else (NO_ADDRESS, True)
    if failure is None:
        text = _text(letter, public_url)
        message_id = str(letter.notification_id)
        try:
            await smtp.send(letter.address, text.subject, text.body, message_id=message_id, at=clock.now())
        except MailRefused as refused:
            failure, for_good = refused.code, refused.for_good
    async with db.begin() as session:
        if failure is None:
            await settle_sent(session, letter.notification_id, clock.now())
        else:
            log.warning("mail_refused", notification_id=str(letter.notification_id), reason=failure)
            await settle_failed(session, letter.notification_id, failure, for_good=for_good)


async def _put_back(db: Database, letters: Sequence[Letter]) -> None:
    async with db.begin() as session:
        await put_back(session, [letter.notification_id for letter in letters])


def _text(letter: Letter, public_url: str) -> Text:
    link = link_of(letter, public_url)
    if letter.template is Template.DIGEST:
        return write_digest(letter.case_numbers, letter.things, link)
    return write(letter.template, letter.case_number, link)


def link_of(letter: Letter, public_url: str) -> str:
    """Where the reader of a message finds what it is about, once signed in."""
    base = public_url.rstrip("/")
    if letter.round_id is not None:
        return f"{base}/v1/proposals?round_id={letter.round_id}&status=published"
    if letter.placement_id is None:
        return f"{base}/v1/inbox?unread=true"
    if letter.concern_id is None:
        return f"{base}/v1/placements/{letter.placement_id}/signals"
    return f"{base}/v1/concerns/{letter.concern_id}/timeline"
