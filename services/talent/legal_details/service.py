"""Talent's entrypoints about studios' legal details."""

from contextlib import suppress

from chassis.aggregates import Taken
from chassis.api import Answer, Call
from chassis.rpc import serves
from services.talent.legal_details import api, details
from services.talent.legal_details.details import LegalDetails, StudioDetails
from services.talent.repository import TalentRepository


class StudiosInLaw:
    """What a studio is in law."""

    store: TalentRepository

    @serves(api.SET_LEGAL_DETAILS)
    def set_legal_details(self, call: Call) -> Answer:
        """Keep the studio's details."""
        kept = self.store.legal_details
        if kept.find(call.tenant) is None:
            with suppress(Taken):  # by a request of the same moment, whose details are changed below
                return kept.create(call, *details.first(call.tenant, call.body), _view)
        return kept.change(call, call.tenant, lambda known: details.change(known, call.body), _view)

    @serves(api.GET_LEGAL_DETAILS)
    def get_legal_details(self, call: Call) -> Answer:
        """Read the studio's details."""
        known = self.store.legal_details.get(call.tenant, call.tenant)
        return Answer(known.details, known.version)


def _view(known: StudioDetails) -> LegalDetails:
    return known.details
