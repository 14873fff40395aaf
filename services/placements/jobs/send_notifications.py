"""Sending what people are to be told: leased in one transaction, sent outside of any, settled in another."""

from collections.abc import Sequence

import structlog

from services.placements.clients.mail import Mail, MailRefused, MailServerDown, MailSession
from services.placements.domain.escalation.letters import write
from services.placements.operations.notifications import Letter, lease, put_back, settle_failed, settle_sent
from shared.clock import Clock
from shared.db import Database

log = structlog.get_logger()

BATCH = 20
NO_ADDRESS = "no_address"


async def send_notifications(db: Database, mail: Mail, clock: Clock, public_url: str) -> bool:
    """Send one batch of waiting messages. True when there may be more; any number of workers may send at once."""
    if not mail.is_configured:
        return False
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


async def _send(db: Database, smtp: MailSession, letter: Letter, clock: Clock, public_url: str) -> None:
    failure, for_good = (None, False) if letter.address else (NO_ADDRESS, True)
    if failure is None:
        text = write(letter.template, letter.case_number, _link(letter, public_url))
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


def _link(letter: Letter, public_url: str) -> str:
    base = public_url.rstrip("/")
    if letter.concern_id is None:
        return f"{base}/v1/placements/{letter.placement_id}/signals"
    return f"{base}/v1/concerns/{letter.concern_id}/timeline"
