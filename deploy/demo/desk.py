"""A studio at work: its members, each with a client of their own that acts with their rights only."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from deploy.demo.alliance import Studio
from deploy.local.client import Client


class Desk:
    """The members of an admitted studio; `admitted` is what `deploy.local.accounts.admit_studio` returned."""

    def __init__(self, studio: Studio, url: str, admitted: dict[str, Any], closing: ExitStack) -> None:
        self.studio = studio
        self.studio_id: str = admitted["studio_id"]
        self._url = url
        self._members: dict[str, Any] = admitted["members"]
        self._clients: dict[str, Client] = {}
        self._closing = closing

    @property
    def producer(self) -> Client:
        """The producer's client."""
        return self._acting_as("producer")

    @property
    def casting(self) -> Client:
        """The client of who keeps files and schedules."""
        return self._acting_as("casting")

    @property
    def legal(self) -> Client:
        """The client of who makes contracts."""
        return self._acting_as("legal")

    @property
    def producers_key(self) -> str:
        """The producer's API key."""
        key: str = self._members[self.studio.acting_as("producer").name]["api_key"]
        return key

    def _acting_as(self, role: str) -> Client:
        name = self.studio.acting_as(role).name
        if name not in self._clients:
            self._clients[name] = self._closing.enter_context(Client(self._url, self._members[name]["api_key"]))
        return self._clients[name]
