"""Places for what can only be done a few at a time, given out fairly: nobody gets all, and whoever waits gets a turn."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

import eventlet
from eventlet.event import Event as Signal

from chassis import metrics


class NoPlace(Exception):
    """No place became free in time."""


class Places:
    """`most` places of a kind. Their use is a metric: `places_used` by kind.

    One party has at most `share` of them. One that is not `known` has at most one, and none of the last `keep`. Parties that
    wait are served in turn.
    """

    def __init__(self, kind: str, most: int, share: int | None = None, keep: int = 0) -> None:
        self._most = most
        self._share = share or most
        self._keep = keep
        self._used = 0
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[tuple[Signal, bool]]] = {}  # by party, in the order of their turns
        self._shown = metrics.PLACES_USED.labels(kind)
        metrics.PLACES.labels(kind).set(most)

    def take(self, party: str, seconds: float = 0, *, known: bool = True) -> None:
        """Take a place, for which `give_back` is due; raises NoPlace when there is none for so many seconds."""
        if self._may(party, known):
            self._give(party)
            return
        if not seconds:
            raise NoPlace
        turn = Signal()
        queue = self._waiting.setdefault(party, deque())
        queue.append((turn, known))
        served = False
        try:
            with eventlet.Timeout(seconds, False):
                turn.wait()
            served = turn.ready()
        finally:
            if not served:
                self._leave(party, queue, turn, known)
        if not served:
            raise NoPlace

    def give_back(self, party: str) -> None:
        """Give a place back; who waits for one gets it."""
        self._used -= 1
        self._shown.dec()
        self._held[party] -= 1
        if not self._held[party]:
            del self._held[party]
        self._serve()

    @contextmanager
    def taken(self, party: str, seconds: float = 0, *, known: bool = True) -> Iterator["Place"]:
        """Have a place inside the block; raises NoPlace."""
        self.take(party, seconds, known=known)
        place = Place(self, party)
        try:
            yield place
        finally:
            place.end()

    def _may(self, party: str, known: bool) -> bool:
        most, share = (self._most, self._share) if known else (self._most - self._keep, 1)
        return self._used < most and self._held[party] < share

    def _give(self, party: str) -> None:
        self._used += 1
        self._shown.inc()
        self._held[party] += 1

    def _leave(self, party: str, queue: deque[tuple[Signal, bool]], turn: Signal, known: bool) -> None:
        if turn.ready():  # served in the moment in which the waiting ended
            self.give_back(party)
            return
        queue.remove((turn, known))
        if not queue:
            del self._waiting[party]

    def _serve(self) -> None:
        for party, queue in list(self._waiting.items()):
            turn, known = queue[0]
            if self._may(party, known):
                queue.popleft()
                del self._waiting[party]
                if queue:
                    self._waiting[party] = queue  # at the end: the others' turn is first
                self._give(party)
                turn.send()
                return


class Place:
    """A place of one party, which may be lent to others while its work does not need it."""

    def __init__(self, places: Places, party: str) -> None:
        self._places = places
        self._party = party
        self._held = True
        self._over = False

    @contextmanager
    def lent(self, seconds: float) -> Iterator[None]:
        """Give the place to others inside the block, and wait for one so many seconds after it; raises NoPlace."""
        self._release()
        yield
        if self._over:
            return
        self._places.take(self._party, seconds)
        self._held = True
        self._settle()

    def end(self) -> None:
        """Give the place back, for good."""
        self._over = True
        self._settle()

    def _settle(self) -> None:
        if self._over:  # it may have ended while the other greenthread waited
            self._release()

    def _release(self) -> None:
        if self._held:
            self._held = False
            self._places.give_back(self._party)
