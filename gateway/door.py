"""Puts the front together once, from settings, when the process starts."""

from typing import Any

from chassis import settings
from chassis.calling import RpcClient
from chassis.extensions import DependencyProvider
from chassis.store import Store
from gateway import pages
from gateway.authentication import Authentication
from gateway.denials import Denials
from gateway.front import Front
from gateway.limits import RateLimits, parse_rate
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
        self._anonymous = RateLimits(
            settings.setting("CALLBOARD_ANONYMOUS_RATE_LIMIT", parse_rate, form, (100, 1)), each="address"
        )

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
            self.sibling(Denials).record,
            pages.special(tables, self._public_url, self._tokens, authentication, rpc.answers),
        )

    def get_dependency(self, worker_ctx: Any) -> Front:
        """The front, shared by all workers."""
        return self._front
