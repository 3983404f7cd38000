"""Letters handed to a webhook: signed, with an id that tells a repeat, and its answers told apart; work beside the request."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import eventlet
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from eventlet.event import Event as Signal

from chassis import post
from chassis.post import Message, NotSent, Post, Smtp, Undeliverable, Webhook
from tests.mailbox import Mailbox, text_of
from tests.service.waiting import until

SECRET = "between us"
LETTER = Message(
    "ltr_1", "misaki@example.com", "件名", "本文", "<p>本文</p>", "横店灯笼影业 via Callboard", "us@studio.example"
)


class Receiver(BaseHTTPRequestHandler):
    """Answers with the status that the address names, and keeps what it got."""

    got: list[tuple[Any, bytes]]

    def do_POST(self) -> None:
        """Take a letter."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.headers, body))
        self.send_response(int(self.path.removeprefix("/")))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    """A program that sends letters."""
    Receiver.got = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


def hook(receiver: HTTPServer, status: int) -> Webhook:
    """The webhook that answers so."""
    return Webhook.parse(f"http://127.0.0.1:{receiver.server_port}/{status}", SECRET)


def test_a_webhook_gets_a_signed_letter(receiver: HTTPServer) -> None:
    """Whoever knows the secret can check that the letter is ours, and when it was sent."""
    hook(receiver, 204).send(LETTER)
    ((headers, body),) = Receiver.got
    assert orjson.loads(body) == asdict(LETTER)
    assert headers["Idempotency-Key"] == "ltr_1"
    at, signature = (part.partition("=")[2] for part in headers["Callboard-Signature"].split(","))
    signed = f"{at}.".encode() + body
    assert signature == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_a_webhook_s_answers_are_told_apart(receiver: HTTPServer) -> None:
    """422: the address is refused for good; anything else that is no success: not this time."""
    with pytest.raises(Undeliverable):
        hook(receiver, 422).send(LETTER)
    for status in (301, 400, 503):
        with pytest.raises(NotSent):
            hook(receiver, status).send(LETTER)
    receiver.socket.close()


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://example.com", "https://"])
def test_a_webhook_is_asked_over_tls(url: str) -> None:
    """Links and codes do not travel in the clear, except on this machine."""
    with pytest.raises(ValueError, match=":"):
        Webhook.parse(url, SECRET)
    with pytest.raises(ValueError, match=":"):
        Webhook.parse("https://example.com/hook", "")


def test_a_mail_server_s_address_is_read() -> None:
    """User, password, port and how TLS begins."""
    smtp = Smtp.parse("smtps://me%40example.com:p%2Fw@mail.example.com", "board@example.com")
    assert (smtp.host, smtp.port, smtp.tls) == ("mail.example.com", 465, True)
    assert (smtp.user, smtp.password) == ("me@example.com", "p/w")
    assert "p/w" not in repr(smtp)
    assert Smtp.parse("smtp://mail.example.com:2525", "x@y.example").port == 2525
    with pytest.raises(ValueError, match=":"):
        Smtp.parse("http://mail.example.com", "x@y.example")


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    """A certificate for mail.test that is its own authority, with its key, in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mail.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "mail.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return str(file)


@pytest.mark.parametrize("mode", ["smtps", "starttls"])
def test_a_letter_travels_encrypted(
    mode: str, certificate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a server that proves its name, with user and password; to none that proves another name, or that we have no reason to trust."""
    monkeypatch.setattr(post, "resolve", lambda host, port: "127.0.0.1")
    scheme = "smtps" if mode == "smtps" else "smtp"
    (folder := tmp_path / "mail").mkdir()
    with Mailbox(folder, mode, certificate) as mailbox:

        def letter(host: str, password: str = "secret-word") -> None:
            Smtp.parse(f"{scheme}://board:{password}@{host}:{mailbox.port}", "board@example.com").send(LETTER)

        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            letter("mail.test")
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            letter("other.test")
        with pytest.raises(NotSent, match="SMTPAuthenticationError"):
            letter("mail.test", "guessed")
        assert mailbox.letters() == []
        letter("mail.test")
        (arrived,) = mailbox.letters("misaki@example.com")
        assert (arrived["Subject"], text_of(arrived)) == ("件名", "本文")
        assert arrived.get_body(("html",)).get_content() == "<p>本文</p>"
        assert str(arrived["Reply-To"]) == "us@studio.example"
        assert str(arrived["From"]) == "横店灯笼影业 via Callboard <board@example.com>"


def test_a_server_without_tls_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is on this machine."""
    monkeypatch.setattr(post, "resolve", lambda host, port: "127.0.0.1")
    with Mailbox(tmp_path) as mailbox, pytest.raises(NotSent, match="SMTPNotSupportedError"):
        Smtp.parse(f"smtp://mail.test:{mailbox.port}", "board@example.com").send(LETTER)
    assert mailbox.letters() == []


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?q?a=0Ab?=",
        "=?utf-8?b?Cg==?= 合同",
        "=?x?q?",
        "=?utf-8?q?=0D=0ABcc:_x=40example.com?=",
        "A\r\nBcc: evil@example.com",
        "“契约” <a@b.example>",
    ],
)
def test_a_title_that_looks_like_an_encoded_word_is_sent_as_it_is_written(tmp_path: Path, written: str) -> None:
    """A title or name that looks like a header, or like an encoded word, is neither: one letter arrives, to one address."""
    with Mailbox(tmp_path) as mailbox:
        Smtp.parse(mailbox.url, "Callboard <board@example.com>").send(replace(LETTER, subject=written, sender=written))
        (arrived,) = mailbox.letters()
        shown = " ".join(written.split())
        assert (str(arrived["Subject"]), arrived["To"], arrived["Bcc"]) == (shown, "misaki@example.com", None)
        (sender,) = arrived["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (shown, "board@example.com")


def test_work_is_done_beside_and_once_more_when_asked_meanwhile() -> None:
    """Whoever asks does not wait; a letter that comes while others are sent is not left lying; an error ends nothing."""
    letters, runs, gate = Post(), list[int](), Signal()

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            gate.wait()
        if len(runs) == 2:
            raise RuntimeError

    letters.soon(work)
    assert runs == []
    until(lambda: len(runs) == 1, what="the first run")
    letters.soon(work)
    letters.soon(work)
    gate.send()
    until(lambda: len(runs) == 2, what="the second run")
    eventlet.sleep(0)
    letters.soon(work)
    until(lambda: len(runs) == 3, what="the run after the error")
