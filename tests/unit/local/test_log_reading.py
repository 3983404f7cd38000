"""The logs of several processes become one readable stream."""

from pathlib import Path

from deploy.local.logs import Line, LogFile, last_lines, merged, parse


def test_our_json_line_becomes_text() -> None:
    """Time, level and event come first; the rest is kept as name=value."""
    raw = '{"service":"talent","event":"signed","level":"info","time":"2026-11-22T10:00:00.5Z","contract":"ctr_1"}'
    assert parse(raw, "talent") == Line("2026-11-22T10:00:00.5", "talent", "info", "signed  contract=ctr_1")


def test_mongods_json_line_becomes_text() -> None:
    """mongod has its own names for the same things."""
    raw = '{"t":{"$date":"2026-11-22T10:00:00.5+00:00"},"s":"W","c":"REPL","msg":"Slow","attr":{"ms":7}}'
    assert parse(raw, "mongod") == Line("2026-11-22T10:00:00.5", "mongod", "warning", 'Slow {"ms": 7}')


def test_lines_are_merged_by_time_and_a_traceback_stays_together(tmp_path: Path) -> None:
    """A line without a time belongs to the one before it."""
    (tmp_path / "one.log").write_text(
        '{"time":"2026-11-22T10:00:01Z","event":"a"}\nTraceback:\n{"time":"2026-11-22T10:00:03Z","event":"c"}\n'
    )
    (tmp_path / "two.log").write_text('{"time":"2026-11-22T10:00:02+00:00","event":"b"}\n')
    lines = merged([LogFile(tmp_path / "one.log"), LogFile(tmp_path / "two.log")])
    assert [line.text for line in lines] == ["a", "Traceback:", "b", "c"]


def test_only_what_was_added_is_read_again(tmp_path: Path) -> None:
    """Following shows each complete line once, also after the file was emptied."""
    path = tmp_path / "one.log"
    path.write_text("first\nsec")
    file = LogFile(path)
    assert [line.text for line in file.lines()] == ["first"]
    with path.open("a") as log:
        log.write("ond\n")
    assert [line.text for line in file.lines()] == ["second"]
    assert list(file.lines()) == []
    path.write_text("new\n")
    assert [line.text for line in file.lines()] == ["new"]


def test_a_log_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    """A process that has not started has said nothing."""
    assert list(LogFile(tmp_path / "none.log").lines()) == []
    assert last_lines(tmp_path / "none.log", 5) == []


def test_the_end_of_a_log_explains_an_error(tmp_path: Path) -> None:
    """The last lines, whole, in order."""
    path = tmp_path / "one.log"
    path.write_text("".join(f"{number}\n" for number in range(20)))
    assert last_lines(path, 2) == ["18", "19"]
