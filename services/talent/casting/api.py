"""What may be asked about casting."""

from services.talent.casting.auditions import api as auditions
from services.talent.casting.roles import api as roles
from services.talent.casting.submissions import api as submissions

OPERATIONS = (*roles.OPERATIONS, *submissions.OPERATIONS, *auditions.OPERATIONS)
