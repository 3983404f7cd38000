"""Rate limits per studio (and per address for who is not known), with the IETF's RateLimit headers."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from chassis import metrics
from chassis.errors import Problem


class RateLimits:
    """Counts in this process's memory: with N copies of the gateway a studio gets up to N times the limit."""

    def __init__(self, limit: str) -> None:
        self._item: RateLimitItem = parse(limit)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self.policy = f'"studio";q={self._item.amount};w={self._item.get_expiry()}'

    def hit(self, who: str) -> str:
        """Count one request; the RateLimit header's value. Raises Problem 429 when the limit is reached."""
        allowed = self._limiter.hit(self._item, who)
        stats = self._limiter.get_window_stats(self._item, who)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        if not allowed:
            metrics.RATE_LIMITED.inc()
            raise Problem(
                429,
                "rate-limited",
                f"More than {self._item.amount} requests in {self._item.get_expiry()} s; wait {wait} s.",
                f"{self._item.get_expiry()} 秒内的请求超过 {self._item.amount} 次；请等待 {wait} 秒。",
                retry_after=wait,
            )
        return f'"studio";r={stats.remaining};t={wait}'
