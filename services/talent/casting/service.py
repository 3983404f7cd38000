"""Talent's entrypoints about casting."""

from services.talent.casting.auditions.service import Auditions
from services.talent.casting.roles.service import Roles
from services.talent.casting.submissions.service import Submissions


class Casting(Roles, Submissions, Auditions):
    """From a role to the draft of a contract."""
