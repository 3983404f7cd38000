"""What may be asked about a performer's own page."""

from services.talent.portal.casting import api as casting
from services.talent.portal.invitations import api as invitations
from services.talent.portal.pay import api as pay
from services.talent.portal.records import api as records

OPERATIONS = (*invitations.OPERATIONS, *casting.OPERATIONS, *pay.OPERATIONS, *records.OPERATIONS)
