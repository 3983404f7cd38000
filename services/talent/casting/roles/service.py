"""Talent's entrypoints about roles and their calls."""

from collections.abc import Callable
from datetime import date
from typing import Any

from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import NotFound
from chassis.rpc import serves
from chassis.timers import every
from services.talent.casting.roles import api, calls, views
from services.talent.casting.roles.calls import Role, Step
from services.talent.casting.roles.candidates import candidate, wanted
from services.talent.casting.roles.matching import match
from services.talent.repository import TalentRepository

LOOKED_AT = 4
"""How many people are looked at for one that is asked for: the score knows more than the search does."""


class Roles:
    """Roles, and the calls for people to play them."""

    store: TalentRepository

    @serves(api.DESCRIBE_ROLE)
    def describe_role(self, call: Call) -> Answer:
        """Describe a role of one of the studio's productions."""
        body = call.body
        self.store.productions.await_made(body.production_id, call.tenant)
        role, events = calls.describe(
            new_id("rol"), call.tenant, body.production_id, body.title, body.requirements, now()
        )
        return self.store.roles.create(call, role, events, views.role)

    @serves(api.GET_ROLE)
    def get_role(self, call: Call) -> Answer:
        """Read a role."""
        role = self.store.roles.get(call.path["role_id"], call.readable_tenant)
        return Answer(views.role(role), role.version)

    @serves(api.LIST_ROLES)
    def list_roles(self, call: Call) -> Any:
        """List calls."""
        if call.query.production_id is not None:
            self.store.productions.get(call.query.production_id, call.readable_tenant)
        found = [views.role(role) for role in self.store.list_roles(call.readable_tenant, call.query)]
        return page(api.RoleView, found, call.query.limit, lambda role: str(role.role_id))

    @serves(api.REVISE_ROLE)
    def revise_role(self, call: Call) -> Answer:
        """Ask something else of a role."""
        today = now().date()
        return self._change_role(call, lambda role: calls.revise(role, call.body, today))

    @serves(api.OPEN_CALL)
    def open_call(self, call: Call) -> Answer:
        """Call for submissions; who is invited must be on file."""
        today = now().date()
        missing = set(call.body.invited) - self.store.people_on_file(call.tenant, call.body.invited)
        for person_id in sorted(missing):
            raise NotFound("/invited", what="person", id=person_id)
        return self._change_role(call, lambda role: calls.open_call(role, call.body, today))

    @serves(api.CLOSE_CALL)
    def close_call(self, call: Call) -> Answer:
        """Take no more submissions."""
        return self._change_role(call, calls.close)

    @serves(api.FIND_MATCHES)
    def find_matches(self, call: Call) -> Answer:
        """People on file who may fit, best first."""
        role = self.store.roles.get(call.path["role_id"], call.tenant)
        found = fitting(self.store, role, call.query.limit, now().date())
        good = tuple(one for one in found if one.match.score >= call.query.score_from)
        return Answer(api.Matches(role.id, good))

    @every(60)
    def close_calls(self) -> None:
        """Close the calls whose last day is over."""
        today = now().date()
        while due := self.store.calls_due(today):
            for role_id in due:
                self.store.roles.advance(
                    role_id, lambda role: calls.close_in_time(role, today), Cause.of_time(self.store.service)
                )

    def _change_role(self, call: Call, rule: Callable[[Role], Step]) -> Answer:
        return self.store.roles.change(call, call.path["role_id"], rule, views.role)


def fitting(store: TalentRepository, role: Role, limit: int, today: date) -> list[api.Found]:
    """The people on file who fit the role best, best first, at most `limit`."""
    files = store.best_of(role.tenant, wanted(role.requirements, today), LOOKED_AT * limit)
    calendars = store.calendars_of([file.person_id for file in files])
    found = []
    for file in files:
        known = candidate(file.profile, calendars.get(file.person_id), role.tenant)
        found.append(api.Found(file.person_id, match(role.requirements, known, today)))
    found.sort(key=lambda one: (-one.match.score, one.person_id))
    return found[:limit]
