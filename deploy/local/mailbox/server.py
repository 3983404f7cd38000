"""The mailbox's process: `python -m deploy.local.mailbox FOLDER SMTP-PORT PAGE-PORT`, both ports on this machine only.

It takes letters for whatever address without TLS or password, because nobody but this machine can reach it.
"""

from __future__ import annotations

import asyncio
import signal
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP

from deploy.local.loopback import LOOPBACK
from deploy.local.mailbox.letters import LARGEST, Letters
from deploy.local.mailbox.page import handler


class Keeper:
    """Keeps what the mail server takes."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a letter before the sender is told that it was taken."""
        self._letters.keep(envelope.content)
        return "250 taken"


async def serve(folder: Path, smtp_port: int, page_port: int) -> None:
    """Serve until a signal ends it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    letters = Letters(folder)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    mail = await loop.create_server(
        lambda: SMTP(Keeper(letters), hostname="callboard.local", data_size_limit=LARGEST), LOOPBACK, smtp_port
    )
    pages = ThreadingHTTPServer((LOOPBACK, page_port), handler(letters))
    Thread(target=pages.serve_forever, daemon=True).start()
    async with mail:
        await ended.wait()
    pages.shutdown()
    pages.server_close()
