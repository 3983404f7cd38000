"""Refusals at a tenant's or role's border: counted after the answer, and told as one event an actor, operation and window.

A caller who is refused a thousand times a minute writes one entry of the ledger, and learns nothing from how long an answer takes.
What was counted is stored within a second; a process that is killed in that second loses it.
"""

from typing import Any

from chassis import settings
from chassis.documents import now
from chassis.extensions import DependencyProvider
from chassis.logs import log
from chassis.store import Store
from events.errors import RuleError
from gateway.authentication import Principal
from gateway.refusals import Refused, Window

WINDOW = 60.0  # seconds, unless CALLBOARD_DENIAL_WINDOW says otherwise
LATE = 5  # seconds after a window's end in which another process may still store what it counted


class Denials(DependencyProvider):
    """`self.denials`: counts refusals in memory, stores the counts, and tells of windows that are over."""

    def setup(self) -> None:
        """Read how long a window is."""
        self._seconds = settings.setting("CALLBOARD_DENIAL_WINDOW", settings.seconds, "seconds above 0", WINDOW)
        self._counted: dict[Window, Refused] = {}

    def start(self) -> None:
        """Find the store, which has been set up by now."""
        self._store: Any = self.sibling(Store).repository

    def stop(self) -> None:
        """Store what was counted."""
        self.keep()

    def get_dependency(self, worker_ctx: Any) -> "Denials":
        """The one of this process, shared by all workers."""
        return self

    def record(self, who: Principal, operation: str, reason: str, target: str, traceparent: str) -> None:
        """Count a refusal; returns at once."""
        at = now()
        window = Window(who.studio_id, who.member_id, operation, reason, int(at.timestamp() / self._seconds))
        refused = self._counted.setdefault(window, Refused(traceparent, at, at))
        refused.add(at, target)

    def tell(self) -> None:
        """Publish an event for each window that is over."""
        over = int((now().timestamp() - LATE) / self._seconds)
        try:
            self._store.tell_denials(over)
        except RuleError as error:
            log.error("denials_not_told", error=type(error).__name__)

    def keep(self) -> None:
        """Store what was counted since the last time; that this fails changes no answer."""
        counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            self._store.count_denials(counted)
        except RuleError as error:
            log.error("denials_not_stored", refused=sum(r.count for r in counted.values()), error=type(error).__name__)
