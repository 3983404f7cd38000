"""Puts the front together once, from settings, when the process starts."""

from functools import partial
from typing import Any

from chassis import settings
from chassis.calling import RpcClient
from chassis.cause import Cause, new_id
from chassis.extensions import DependencyProvider
from chassis.logs import log
from chassis.store import Store
from chassis.tracing import trace_id
from events.errors import RuleError
from events.gateway import AccessDenied
from gateway import pages
from gateway.authentication import Authentication, Principal
from gateway.front import Front
from gateway.limits import RateLimits, parse_rate
from gateway.repository import GatewayRepository
from gateway.routes import Routes, apis
from gateway.tokens import Tokens


class Door(DependencyProvider):
    """`self.front` of the gateway: made when the process starts, so that what is wrong with it is told then."""

    def setup(self) -> None:
        """Read the keys and limits; a missing one ends the process with its name."""
        config = settings.of(self.container)
        self._public_url = config.public_url
        self._tokens = Tokens(
            settings.setting("CALLBOARD_TOKEN_KEYS", str, "a JSON list of Ed25519 private JWKs"), config.public_url
        )
        form = "a rate such as 100/second"
        self._limits = RateLimits(settings.setting("CALLBOARD_RATE_LIMIT", parse_rate, form, (200, 1)))
        self._anonymous = RateLimits(settings.setting("CALLBOARD_ANONYMOUS_RATE_LIMIT", parse_rate, form, (100, 1)))

    def start(self) -> None:
        """Put the front together from the process's store and RPC client, which have been set up by now."""
        store: Any = self.sibling(Store).repository
        rpc: RpcClient = self.sibling(RpcClient)
        tables = apis()
        authentication = Authentication(store, self._tokens)
        self._front = Front(
            Routes(tables),
            authentication,
            self._limits,
            self._anonymous,
            rpc.call,
            partial(_record_denial, store),
            pages.special(tables, self._public_url, self._tokens, authentication, rpc.answers),
        )

    def get_dependency(self, worker_ctx: Any) -> Front:
        """The front, shared by all workers."""
        return self._front


def _record_denial(
    store: GatewayRepository, who: Principal, operation: str, reason: str, target: str, traceparent: str
) -> None:
    """Every refusal at a tenant's or role's border is an event; that it could not be stored does not change the answer."""
    denial = new_id("dny")
    event = AccessDenied(denial_id=denial, operation=operation, reason=reason, target=target[:200])
    cause = Cause(who.member_id, trace_id(traceparent), trace_id(traceparent), traceparent)
    try:
        store.record_denial(denial, who.studio_id, event, cause)
    except RuleError as error:
        log.error("denial_not_recorded", operation=operation, error=type(error).__name__)
