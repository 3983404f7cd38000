"""What is shown of a casting to whoever stands for a role in it: nothing of what the studio notes, and of nobody else."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from services.talent.casting.auditions.slots import Audition
from services.talent.casting.roles.calls import Role, takes_until
from services.talent.casting.roles.matching import Match
from services.talent.casting.submissions.lifecycle import Submission
from services.talent.contracts.lifecycle import State
from services.talent.portal.casting.api import OwnAudition, OwnCall, OwnOffer, OwnSlot, OwnSubmission


def call(role: Role, production: str, match: Match, submission: OwnSubmission | None) -> OwnCall:
    """An open call; `production` is the title."""
    deadline = takes_until(role)
    assert deadline is not None and role.call is not None  # the call is open
    invited = role.call.kind == "invited"
    return OwnCall(role.id, role.title, production, role.requirements, deadline, invited, match, submission)


def submission(submission: Submission, role: Role, production: str, contracts: Mapping[str, State]) -> OwnSubmission:
    """A submission, with the terms of an offer while it is open, and the state that its contract has among `contracts`."""
    offered = submission.state == "offered" and submission.terms is not None
    return OwnSubmission(
        submission.id,
        role.id,
        role.title,
        production,
        submission.by,
        submission.state,
        submission.submitted_at,
        OwnOffer(submission.offers, submission.terms) if offered and submission.terms else None,
        submission.contract_id,
        contracts.get(submission.contract_id or ""),
    )


def audition(audition: Audition, role: Role, production: str, known_as: Collection[str]) -> OwnAudition:
    """An audition with the slots in which the person is expected, by whichever of their ids."""
    zone = ZoneInfo(audition.time_zone)
    own = tuple(
        OwnSlot(number, slot.starts_at, slot.ends_at, slot.starts_at.astimezone(zone).isoformat(), slot.state)
        for number, slot in enumerate(audition.slots)
        if slot.person_id in known_as
    )
    return OwnAudition(audition.id, role.id, role.title, production, audition.place, audition.time_zone, own)
