"""A time-stamping authority on this machine (RFC 3161), which answers over HTTP as a real one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from asn1crypto import keys, tsp, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper


@contextmanager
def authority(fixed: datetime | None = None, answers: str = "application/timestamp-reply") -> Iterator[tuple[str, str]]:
    """The address of an authority with a certificate of its own, and that certificate in PEM."""
    stamper, pem = _stamper(fixed)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", answers)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", pem
        finally:
            server.shutdown()
            thread.join()


def _stamper(fixed: datetime | None) -> tuple[DummyTimeStamper, str]:
    key = rsa.generate_private_key(65537, 2048)  # the stamper knows no other
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "tsa.example")])
    start = datetime.now(UTC) - timedelta(days=3_650)
    made = (
        certificates.CertificateBuilder(name, name, key.public_key(), certificates.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=7_300))
        .add_extension(certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
    )
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        x509.Certificate.load(made.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(pkcs8), fixed_dt=fixed
    )
    return stamper, made.public_bytes(Encoding.PEM).decode()
