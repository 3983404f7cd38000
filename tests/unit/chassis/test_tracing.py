"""W3C Trace Context: one trace from request to the last event."""

import re

import pytest

from chassis import tracing

SPECIFIED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"  # the example of the recommendation, section 3.2


def test_a_new_trace_is_well_formed() -> None:
    """A new header has version, trace id, span id and the sampled flag, and is another each time."""
    made = {tracing.start() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", header) for header in made)


def test_a_step_keeps_the_trace_and_gets_its_own_span() -> None:
    """The next span belongs to the same trace with the same flags."""
    following = tracing.follow(SPECIFIED)
    assert following[:36] == SPECIFIED[:36]
    assert following[36:52] != SPECIFIED[36:52]
    assert following[52:] == "-01"
    assert tracing.trace_id(following) == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        SPECIFIED.upper(),
        SPECIFIED + "\n",
        SPECIFIED + "-extra",
        "ff" + SPECIFIED[2:],
        "00-" + "0" * 32 + SPECIFIED[35:],
        SPECIFIED[:36] + "0" * 16 + "-01",
    ],
)
def test_an_invalid_header_starts_a_new_trace(header: str) -> None:
    """What the recommendation calls invalid is not carried on."""
    assert tracing.trace_id(tracing.follow(header)) not in header.lower()
