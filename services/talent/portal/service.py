"""Talent's entrypoints about a performer's own page."""

from services.talent.portal.casting.service import OwnCasting
from services.talent.portal.invitations.service import Invitations
from services.talent.portal.pay.service import OwnPay
from services.talent.portal.records.service import OwnRecords


class Portal(OwnPay, OwnCasting, OwnRecords, Invitations):
    """Everything that a performer or their agent does themselves, by a personal link."""
