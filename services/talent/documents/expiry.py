"""When the end of a document is announced: 60, 30 and 7 days before its last valid day, and the day after."""

from datetime import date

NOTICES = (60, 30, 7, -1)
"""How many days before its last valid day the end is announced; -1 is the day after, when it is over."""


def notice_on(valid_until: date, noticed: int | None) -> date | None:
    """When the next notice is due, after the one of `noticed` days was given; None when there will be none."""
    left = _left(noticed)
    if not left:
        return None
    return date.fromordinal(min(max(valid_until.toordinal() - left[0], 1), date.max.toordinal()))


def notice(valid_until: date, noticed: int | None, today: date) -> int | None:
    """Which of `NOTICES` is due: of several that were missed the latest; None when none is."""
    days_left = (valid_until - today).days
    return min((days for days in _left(noticed) if days_left <= days), default=None)


def _left(noticed: int | None) -> list[int]:
    return [days for days in NOTICES if noticed is None or days < noticed]
