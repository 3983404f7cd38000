"""How long a letter is tried to be sent."""

from datetime import datetime, timedelta

from services.talent.letters import letters


def test_sending_is_tried_for_two_days() -> None:
    """With growing pauses, and then given up."""
    at = datetime(2026, 11, 22)
    pauses = [due - at for n in range(1, 9) if (due := letters.next_try(n, at)) is not None]
    assert pauses == sorted(pauses) and sum(pauses, timedelta()) > timedelta(days=1, hours=20)
    assert letters.next_try(len(pauses) + 1, at) is None
