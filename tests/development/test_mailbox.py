from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from services.development.mailbox import open_mailbox


async def _send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "practicum@localhost", "tutor@hei.example", subject
    message.set_content("A placement needs you.")
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)


async def test_messages_are_filed_in_the_order_they_came(tmp_path: Path) -> None:
    box = await open_mailbox(tmp_path, "127.0.0.1", 0)
    async with box:
        port = box.sockets[0].getsockname()[1]
        await _send(port, "first")
        await _send(port, "second")
    filed = sorted(tmp_path.iterdir())
    assert [path.name for path in filed] == ["000001.eml", "000002.eml"]
    assert "Subject: second" in filed[1].read_text()


async def test_a_mailbox_that_opens_again_does_not_overwrite_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "000001.eml").write_text("kept")
    box = await open_mailbox(tmp_path, "127.0.0.1", 0)
    async with box:
        await _send(box.sockets[0].getsockname()[1], "new")
    assert (tmp_path / "000001.eml").read_text() == "kept"
    assert (tmp_path / "000002.eml").exists()
