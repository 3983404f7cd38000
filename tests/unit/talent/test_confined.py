"""A process that reads one file from anybody: what it says, and how it ends."""

import tempfile
from pathlib import Path

import pytest

from services.talent import confined

MODULE = """
import os
import time
from services.talent import confined

def tell(file):
    read = file.read()
    if read == b"loop":
        while True: pass
    if read == b"sleep":
        time.sleep(60)
    if read == b"grow":
        bytearray(2 * confined.MEMORY)
    return b"said " + read

confined.answer(tell, processor_seconds=1, seconds=int(os.environ["SECONDS"]))
"""


@pytest.fixture(autouse=True)
def _reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reading.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


def ask(content: bytes, seconds: int = 60) -> bytes:
    """What is said of a file with this content, within so many seconds, which other work on the machine may take."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return confined.ask("reading", file, SECONDS=str(seconds))


def test_what_is_said_of_a_file_comes_back() -> None:
    """All of the file is read, from its beginning."""
    assert ask(b"a file") == b"said a file"


def test_a_file_that_breaks_the_process_has_no_answer() -> None:
    """A file that needs more processor time than there is starves it; one that asks for too much memory raises."""
    with pytest.raises(confined.FellOver) as fall:
        ask(b"loop")
    assert fall.value.starved
    with pytest.raises(confined.FellOver) as fall:
        ask(b"grow")
    assert not fall.value.starved


def test_a_machine_that_is_too_busy_is_told_apart() -> None:
    """Its time is over, and it used none of the processor."""
    with pytest.raises(confined.TookTooLong):
        ask(b"sleep", seconds=2)
