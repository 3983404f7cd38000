"""Letters to people: by SMTP, or handed to a webhook that sends them; nothing here keeps or retries them, their owner does.

`CALLBOARD_SMTP_URL` (`smtp://` or `smtps://`) or `CALLBOARD_POST_WEBHOOK_URL` say how; with neither, nothing can be sent.
"""

import hashlib
import hmac
import os
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, parseaddr
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import eventlet
import orjson

from chassis import settings
from chassis.extensions import DependencyProvider
from chassis.logs import log
from chassis.threads import in_thread

SECONDS = 20  # of every step of a conversation with a mail server or webhook
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Undeliverable(Exception):
    """The address takes no letters: trying again cannot help."""


class NotSent(Exception):
    """It did not work this time: try again later."""


@dataclass(frozen=True)
class Message:
    """A letter to be carried: `text` and `html` say the same; `id` tells a repeat.

    `sender` is the name that it comes under, `reply_to` the address for answers; without one nobody reads them.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    sender: str = ""
    reply_to: str = ""


class Carrier(Protocol):
    """Something that takes letters away."""

    def send(self, message: Message) -> None:
        """Hand one letter over; raises Undeliverable or NotSent."""


@dataclass(frozen=True)
class Smtp:
    """A mail server; with TLS from the beginning (`smtps`) or after STARTTLS, without only on this machine."""

    host: str
    port: int
    tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, sender: str) -> "Smtp":
        """`smtp[s]://[user:password@]host[:port]`; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(url)
        tls = parts.scheme == "smtps"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or (465 if tls else 587), tls, sender, user, password)

    def send(self, message: Message) -> None:
        """Hand one letter to the server; raises Undeliverable, NotSent."""
        try:
            to = _with_ascii_domain(message.to)
            Address(addr_spec=to)
        except Exception:  # the parser breaks in many ways, also by AttributeError (a@[1.2.3)
            raise Undeliverable("not an address (RFC 5322)") from None
        try:
            with self._connect() as server:
                server.send_message(self._written(message, to), self._address, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Undeliverable if code >= 500 else NotSent)(f"the server refuses the address ({code})") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise NotSent(type(error).__name__) from error

    def _written(self, message: Message, to: str) -> MIMEMultipart:
        """The letter as it travels: text and HTML of the same. What a header shows is encoded whole, also where it looks encoded."""
        name, address = parseaddr(self.sender)
        written = MIMEMultipart("alternative")
        written["From"] = f"{_encoded(message.sender or name)} <{address}>" if message.sender or name else address
        written["To"] = to
        if message.reply_to:
            written["Reply-To"] = _with_ascii_domain(message.reply_to)
        written["Subject"] = _encoded(message.subject)
        written["Date"] = formatdate()
        written["Message-ID"] = f"<{message.id}@{self._domain}>"
        written["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        written.attach(MIMEText(message.text, "plain", "utf-8"))
        if message.html:  # letters of before there was any wait without
            written.attach(MIMEText(message.html, "html", "utf-8"))
        return written

    def _connect(self) -> smtplib.SMTP:
        tls = _Tls(self.host)
        if self.tls:
            server: smtplib.SMTP = _Smtps(self._domain, tls)
        else:
            server = smtplib.SMTP(local_hostname=self._domain, timeout=SECONDS)
        try:
            server.connect(resolve(self.host, self.port), self.port)
            if not self.tls and self.host not in LOOPBACK:
                server.starttls(context=tls)  # type: ignore[call-overload]  # it asks for nothing but wrap_socket
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    @property
    def _domain(self) -> str:
        """The domain that writes; also how we greet, since the system's own name may need a look-up that blocks."""
        return self._address.rpartition("@")[2]

    @property
    def _address(self) -> str:
        return parseaddr(self.sender)[1]


class _Tls:
    """TLS to an address that was looked up before: the certificate is checked for the name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._context = ssl.create_default_context()

    def wrap_socket(self, plain: socket.socket, server_hostname: str | None = None) -> ssl.SSLSocket:
        """The connection in TLS, closed when the other end is not who it should be: eventlet forgets that."""
        secured = self._context.wrap_socket(plain, server_hostname=self._name, do_handshake_on_connect=False)
        try:
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured


class _Smtps(smtplib.SMTP):
    """SMTP over TLS from the beginning."""

    def __init__(self, domain: str, tls: _Tls) -> None:
        self._tls = tls
        super().__init__(local_hostname=domain, timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        return self._tls.wrap_socket(socket.create_connection((host, port), timeout))


@dataclass(frozen=True)
class Webhook:
    """A program that sends letters for us: it gets JSON, signed with HMAC-SHA-256 over time and body."""

    url: SplitResult
    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, url: str, secret: str) -> "Webhook":
        """An https address (http on this machine) and the secret for signatures; raises ValueError."""
        parts = urlsplit(url)
        if not parts.hostname or not secret:
            raise ValueError(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(url)
        return cls(parts, secret.encode())

    def send(self, message: Message) -> None:
        """Post one letter; 2xx: taken, 422: the address takes no letters; raises Undeliverable, NotSent."""
        body = orjson.dumps(asdict(message))
        at = str(int(time.time()))
        signature = hmac.new(self.secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "Callboard-Signature": f"t={at},v1={signature}",
        }
        connection = self._connect()
        try:
            connection.request("POST", self.url.path or "/", body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise NotSent(type(error).__name__) from error
        finally:
            connection.close()
        if status == 422:
            raise Undeliverable("the webhook refuses the address")
        if not 200 <= status < 300:
            raise NotSent(f"the webhook answers {status}")

    def _connect(self) -> HTTPConnection:
        assert self.url.hostname  # parse made sure of it
        kind = HTTPSConnection if self.url.scheme == "https" else HTTPConnection
        connection = kind(self.url.hostname, self.url.port, timeout=SECONDS)
        connection._create_connection = _connect_resolved  # type: ignore[attr-defined]  # the one place to look up otherwise
        return connection


def _encoded(shown: str) -> str:
    """What a header shows, encoded (RFC 2047) as a whole: what somebody wrote is never read as an encoded word."""
    return Header(" ".join(shown.split()), "utf-8").encode()


def _with_ascii_domain(address: str) -> str:
    """The address with its domain as the DNS has it (RFC 5891); raises ValueError, also where the older RFC 3490 reads it otherwise."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    encoded = domain.encode("idna")
    if encoded.decode("idna") != domain.lower():
        raise ValueError(domain)
    return f"{local}@{encoded.decode()}"


def resolve(host: str, port: int) -> str:
    """An address of a host, looked up in a thread, for the system's resolver blocks; raises OSError."""
    found = in_thread(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    return str(found[0][4][0])


def _connect_resolved(address: tuple[str, int], *rest: Any) -> socket.socket:
    return socket.create_connection((resolve(*address), address[1]), *rest)


class Post(DependencyProvider):
    """`self.post` of a service that writes to people: the carrier (None: not configured) and the public address for links."""

    carrier: Carrier | None = None
    public_url: str = ""
    _wanted = _running = False

    def setup(self) -> None:
        """Read how letters are sent; a wrong setting ends the process with its name."""
        self.public_url = settings.of(self.container).public_url
        sender = settings.setting("CALLBOARD_MAIL_FROM", _address, "an e-mail address", "callboard@localhost")
        secret = settings.setting("CALLBOARD_POST_WEBHOOK_SECRET", str, "a secret", "")
        self.carrier = _carrier(
            "CALLBOARD_SMTP_URL", lambda url: Smtp.parse(url, sender), "smtp[s]://host"
        ) or _carrier(
            "CALLBOARD_POST_WEBHOOK_URL", lambda url: Webhook.parse(url, secret), "an https URL, and its secret"
        )
        if self.carrier is None:
            log.warning("post_not_configured", hint="set CALLBOARD_SMTP_URL or CALLBOARD_POST_WEBHOOK_URL")

    def soon(self, work: Callable[[], None]) -> None:
        """Do the work, which sends what is due, beside whoever asks; once more when asked for while it is done."""
        self._wanted = True
        if not self._running:
            self._running = True
            eventlet.spawn_n(self._run, work)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            while self._wanted:
                self._wanted = False
                work()
        except Exception as error:
            log.error("post_failed", exc_info=error)
        finally:
            self._running = False

    def get_dependency(self, worker_ctx: Any) -> "Post":
        """Itself: it is shared by all workers."""
        return self


def _carrier(name: str, parse: Callable[[str], Carrier], expected: str) -> Carrier | None:
    return settings.setting(name, parse, expected) if settings.read(os.environ, name) else None


def _address(value: str) -> str:
    if "@" not in value or any(c in value for c in "\r\n"):
        raise ValueError(value)
    return value
