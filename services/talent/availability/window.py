"""From which day to which a question about somebody's time reaches."""

from datetime import date, timedelta

from events.errors import RuleError

DEFAULT_DAYS = 90
MOST_DAYS = 366


class WindowImpossible(RuleError):
    """The days asked for end before they begin, or are too many."""

    status = 422
    en = "Ask for 1 to {most} days: {since} to {until} are not."
    zh = "请查询 1 至 {most} 天：{since} 至 {until} 不符合要求。"


def window(since: date | None, until: date | None, today: date, at: str = "/until") -> tuple[date, date]:
    """The first and last day, from today for 90 days by default; raises WindowImpossible."""
    first = since or today
    last = until or first + min(timedelta(days=DEFAULT_DAYS - 1), date.max - first)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise WindowImpossible(at, most=MOST_DAYS, since=first, until=last)
    return first, last
