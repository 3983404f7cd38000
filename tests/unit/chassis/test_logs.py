"""Logs: one JSON object a line on standard error; no values of errors' neighbours, no secrets."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.local.home import CHECKOUT

PROGRAM = """
import logging
from chassis import logs
logs.configure("talent", "INFO")
logs.log.debug("hidden")
with logs.bound(correlation_id="req_0"):
    with logs.bound(correlation_id="req_1", tenant="stu_1"):
        logs.log.info("signed", contract_id="ctr_1", count=2)
    logs.log.info("again")
    logs.log.info("leaky", path="/sign/" + "t" * 43, key="cbk_" + "k" * 43, text="x" * 9_000)
logging.getLogger("pymongo").warning("a library %s", "warns")
logging.getLogger("pymongo").info("hidden")
def sign(password):
    raise ValueError("no")
try:
    sign("s3cret")
except ValueError as error:
    logs.log.error("failed", exc_info=error)
"""


def lines(folder: Path) -> list[dict[str, Any]]:
    """What the program wrote to standard error."""
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        (sys.executable, str(program)),
        cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_one_json_object(tmp_path: Path) -> None:
    """Time, level, service, event and the bound ids are fields; libraries' warnings take the same form."""
    first, again, _, second, third = lines(tmp_path)
    assert {key: first[key] for key in ("service", "level", "event", "correlation_id", "tenant", "count")} == {
        "service": "talent",
        "level": "info",
        "event": "signed",
        "correlation_id": "req_1",
        "tenant": "stu_1",
        "count": 2,
    }
    assert first["time"].endswith("Z")
    assert (again["correlation_id"], "tenant" in again) == ("req_0", False)
    assert (second["event"], second["level"], second["service"]) == ("a library warns", "warning", "talent")
    assert "correlation_id" not in second
    assert third["event"] == "failed"


def test_a_traceback_shows_no_values(tmp_path: Path) -> None:
    """An error's traceback names files and lines, not the arguments, which may be secret."""
    failed = lines(tmp_path)[-1]
    assert "ValueError: no" in failed["exception"]
    assert "s3cret" not in json.dumps(failed).replace('sign(\\"s3cret\\")', "")


def test_secrets_are_cut_out(tmp_path: Path) -> None:
    """Whatever a line says: keys, tokens and links are not in it, and a text has an end."""
    leaky = lines(tmp_path)[2]
    assert (leaky["path"], leaky["key"]) == ("/sign/[secret]", "[secret]")
    assert len(leaky["text"]) < 5_000
