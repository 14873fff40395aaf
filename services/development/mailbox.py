"""Where messages to people go in development: into a folder, one file each, and nowhere else."""

import asyncio
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 1024 * 1024
"""Bytes of one message; ours are a few lines."""


class _Filing:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._filed = sum(1 for _ in folder.iterdir())

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - SMTP's verb
        self._filed += 1
        (self._folder / f"{self._filed:06}.eml").write_bytes(envelope.original_content or b"")
        return "250 Filed"


async def open_mailbox(folder: Path, host: str, port: int) -> asyncio.Server:
    """Take messages on `host` and `port` and file them in `folder`, numbered as they come."""
    filing = _Filing(folder)
    loop = asyncio.get_running_loop()

    def receptionist() -> SMTP:
        return SMTP(filing, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost")

    return await loop.create_server(receptionist, host, port)
