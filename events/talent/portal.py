"""What talent says of a performer's own page: who was invited to it, whose access ended, whose address fails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.envelope import Event
from events.shapes import PersonId

Reader = Literal["person", "agent"]
"""Who uses the page: the performer, or the agent for them."""


@dataclass(frozen=True)
class PortalInvited(Event, type="talent.portal.invited.v1", subject="person_id"):
    """A studio invited a person, or their agent, to the person's own page; `serial` counts the invitations of this reader.

    A link of an earlier one is dead; this one ends at `expires_at`.
    """

    person_id: PersonId
    reader: Reader
    serial: int
    expires_at: datetime


@dataclass(frozen=True)
class PortalWithdrawn(Event, type="talent.portal.withdrawn.v1", subject="person_id"):
    """A studio withdrew a reader's access to the person's own page."""

    person_id: PersonId
    reader: Reader


@dataclass(frozen=True)
class PortalBounced(Event, type="talent.portal.bounced.v1", subject="person_id"):
    """The reader's address takes no letters: the studio has to correct it on the person's file and invite again."""

    person_id: PersonId
    reader: Reader
