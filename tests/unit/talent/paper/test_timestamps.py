"""Trusted time on a seal: asked of an authority over HTTP, told of a file, and believed of authorities that are known only."""

import io
import tempfile
from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.credentials import seal_key
from services.talent.paper.bindery import Bindery
from services.talent.paper.seal import Certificates, SealKey
from services.talent.paper.timestamps import Authority, TimestampRefused, address
from services.talent.paper.verdict import Trust, judge
from tests.unit.talent.paper.stamping import authority

CONTRACT = "ctr_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


def stamped(bindery: Bindery, url: str) -> tuple[bytes, str]:
    """A small paper that is sealed and stamped, and the certificate of the seal."""
    key = SealKey.parse(seal_key("seal.example"), Authority(url))
    data = {"title": "T", "author": "A", "date": [2026, 1, 1, 0, 0, 0], "head": ["", ""], "foot": []}
    form = {**data, "name": {"zh": "名", "en": "N"}, "who": {"text": "x", "lang": "en"}, "sections": []}
    pdf = bindery.press.pdf("person", {**form, "note": {"zh": "注", "en": "note"}})
    return key.seal(pdf, CONTRACT, "a" * 64), key.certificates.pem


def test_a_seal_bears_the_authoritys_time(bindery: Bindery) -> None:
    """It is told of the file beside the time by our own clock, also by the process that checks."""
    with authority(fixed=YESTERDAY) as (url, pem):
        pdf, seals = stamped(bindery, url)
    with tempfile.TemporaryFile() as file:
        file.write(pdf)
        verdict = judge(Trust(seals, pem), file)
    assert (verdict.fault, verdict.timestamped_at) == (None, YESTERDAY)
    assert verdict.sealed_at is not None and verdict.sealed_at > YESTERDAY


def test_a_strangers_timestamp_is_not_believed(bindery: Bindery) -> None:
    """The seal itself is ours and stays good; of a trusted time nothing is said."""
    with authority() as (url, _), authority() as (_, other):
        pdf, seals = stamped(bindery, url)
    for known in (other, ""):
        verdict = Certificates.parse(seals, known).judge(io.BytesIO(pdf))
        assert (verdict.fault, verdict.timestamped_at) == (None, None)


def test_without_a_timestamp_nothing_is_sealed(bindery: Bindery) -> None:
    """An authority that is away, or answers something else, is named."""
    with authority(answers="text/html") as (url, _), pytest.raises(TimestampRefused, match="answers text/html"):
        stamped(bindery, url)
    with pytest.raises(TimestampRefused, match="refused"):
        stamped(bindery, url)


def test_an_authority_has_an_address_of_http() -> None:
    """Nothing else is opened."""
    assert address("https://tsa.example/") == "https://tsa.example/"
    for wrong in ("file:///etc/passwd", "tsa.example"):
        with pytest.raises(ValueError, match=wrong):
            address(wrong)
