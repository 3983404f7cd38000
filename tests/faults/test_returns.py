"""An unroutable message is never taken for confirmed, however late its acknowledgement comes after its return."""

import json
import subprocess
import sys
from pathlib import Path

from deploy.local.home import CHECKOUT
from deploy.local.stack import Stack
from tests.faults.late_acks import LateAcks
from tests.faults.report import Result, tell
from tests.faults.size import size

MESSAGES = size(1_000, 10_000)
LONGEST = 0.1  # seconds that an ack is held


def test_a_late_acknowledgement_confirms_nothing_that_was_returned(tmp_path: Path) -> None:
    """Of 10,000 messages (short: 1,000) every other one is returned, its ack 0 to 100 ms late: no false confirm."""
    unused = "mongodb://127.0.0.1"
    with (
        Stack(tmp_path / "home", processes=(), definitions=None, mongo_url=unused) as stack,
        LateAcks(stack.amqp_url(), LONGEST) as proxy,
    ):
        command = (sys.executable, "-m", "tests.faults.publishing", proxy.url, str(MESSAGES))
        child = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=240, check=False)
    assert child.returncode == 0, child.stderr
    told = json.loads(child.stdout)
    assert told["outcomes"] == {"there: confirmed": MESSAGES / 2, "nowhere: returned": MESSAGES / 2}
    assert sorted(told["stored"]) == sorted(told["confirmed"])
    assert (proxy.returns, proxy.held) == (MESSAGES / 2, MESSAGES / 2), "the fault was not there"
    measured = f"of {MESSAGES:,} messages {proxy.returns:,} came back, their acknowledgement up to {LONGEST * 1000:.0f} ms late: "
    tell(Result("returns", 0, 0, 0, measured=f"{measured}none was taken for confirmed"))
