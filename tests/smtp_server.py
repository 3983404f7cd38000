"""A real SMTP server for tests, in a process of its own: `python -m tests.smtp_server FOLDER [smtps | starttls CERTIFICATE]`.

Prints its port as one line, keeps every letter as a file in FOLDER (named by arrival), and stops when its standard input is
closed. With a certificate (PEM, with its key) it speaks TLS from the beginning or after STARTTLS, and takes letters from the user
`board` with the password `secret-word` only. Addresses at `gone.example` are refused for good, those at `busy.example` for now; `busy.example` takes the second try.
"""

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from deploy.local.mailbox.letters import Letters
from deploy.local.mailbox.server import Keeper


class _Chooser(Keeper):
    """Decides whom it takes letters for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Letters(folder))
        self._tried: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.endswith("@gone.example"):
            return "550 5.1.1 no such mailbox"
        if address.endswith("@busy.example") and address not in self._tried:
            self._tried.add(address)
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def _knows(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"board", b"secret-word"), handled=False)


async def serve(folder: Path, mode: str = "", certificate: str = "") -> None:
    """Serve until nobody holds the other end of standard input."""
    loop, keeper = asyncio.get_running_loop(), _Chooser(folder)
    how: dict[str, Any] = {}
    context = None
    if mode:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        how = {"auth_required": True, "authenticator": _knows, "auth_require_tls": mode == "starttls"}
    if mode == "starttls":
        how |= {"tls_context": context, "require_starttls": True}
        context = None
    server = await loop.create_server(lambda: SMTP(keeper, hostname="test", **how), "127.0.0.1", 0, ssl=context)
    async with server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), *sys.argv[2:]))
