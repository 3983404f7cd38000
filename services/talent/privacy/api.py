"""What a person may ask of a studio that keeps data about them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from chassis.api import Operation
from chassis.errors import NotFound, PersonForgotten
from events.shapes import Items, Line, PersonId
from services.talent.availability.api import BookingView, DayOffView, HoldView
from services.talent.casting.submissions.api import NoteView, SubmissionView
from services.talent.casting.submissions.lifecycle import MOST_NOTES
from services.talent.contracts.api import ContractView, EvidenceView
from services.talent.contracts.document import ContractDocument
from services.talent.documents.api import HeldDocument
from services.talent.negotiation.api import ProposalRecord
from services.talent.negotiation.rounds import MOST_PROPOSALS
from services.talent.pay.api import PayClockView, PayEvidenceView
from services.talent.people.api import PersonView
from services.talent.people.files import Attributes, ContractsOpen, ContractsUnfulfilled, ErasureNotYetAsked
from services.talent.people.merging import FileMerged
from services.talent.portal.invitations.api import AccessView


@dataclass(frozen=True)
class ErasureRequest:
    """On which day the person asked to be forgotten."""

    requested_on: date


@dataclass(frozen=True)
class ErasureView:
    """That a studio's file on a person is erased."""

    person_id: PersonId
    requested_on: date
    erased_at: datetime


@dataclass(frozen=True)
class HeldContract:
    """A contract with everything that is kept of it: the document that the parties sign, their signatures, what was proposed."""

    contract: ContractView
    document: ContractDocument
    evidence: EvidenceView
    proposals: Annotated[tuple[ProposalRecord, ...], Items(max=MOST_PROPOSALS)]


@dataclass(frozen=True)
class HeldPay:
    """The pay of a contract: instalments, payments, and the evidence of them."""

    clock: PayClockView
    evidence: PayEvidenceView


@dataclass(frozen=True)
class HeldDayOff:
    """When the person is not there, and why."""

    day_off: DayOffView
    reason: Line | None


@dataclass(frozen=True)
class HeldSubmission:
    """That the person was put forward for a role, and what was noted of it."""

    submission: SubmissionView
    notes: Annotated[tuple[NoteView, ...], Items(max=MOST_NOTES)]


@dataclass(frozen=True)
class HeldData:
    """All that a studio holds on a person, as of a moment: also attributes that it is shown nowhere else."""

    held_at: datetime
    person: PersonView
    attributes: Attributes
    holds: Annotated[tuple[HoldView, ...], Items(max=1_000)]
    bookings: Annotated[tuple[BookingView, ...], Items(max=1_000)]
    days_off: Annotated[tuple[HeldDayOff, ...], Items(max=1_000)]
    submissions: Annotated[tuple[HeldSubmission, ...], Items(max=1_000)]
    contracts: Annotated[tuple[HeldContract, ...], Items(max=1_000)]
    documents: Annotated[tuple[HeldDocument, ...], Items(max=1_000)]
    pay: Annotated[tuple[HeldPay, ...], Items(max=1_000)]
    portal: Annotated[tuple[AccessView, ...], Items(max=2, doc="who may use the person's own page")]


EXPORT_PERSON = Operation(
    name="export_person",
    kind="query",
    method="GET",
    path="/v1/people/{person_id}/export",
    summary="Everything that the studio holds on a person, for the person",
    description="The right of access and portability (GDPR art. 15 and 20, PIPL art. 45): the file, the permits, every "
    "contract with its document and signatures, days off, holds, and what was noted in casting.",
    response=HeldData,
    scope="identity:read",
    errors=(NotFound, PersonForgotten),
)
ERASE_PERSON = Operation(
    name="erase_person",
    kind="command",
    method="POST",
    path="/v1/people/{person_id}/erasure",
    summary="Forget a person who asks for it",
    description="Destroys the key under which the studio's file, documents and signatures with this person are sealed (GDPR "
    "art. 17, PIPL art. 47): nobody can read them any more. Contracts keep their terms and hashes, and every proof of the "
    "ledger stays valid. Refused while a contract with the person is open, or an executed one has work ahead or pay outstanding. "
    "It cannot be undone.",
    request=ErasureRequest,
    response=ErasureView,
    scope="people:erase",
    errors=(NotFound, PersonForgotten, FileMerged, ErasureNotYetAsked, ContractsOpen, ContractsUnfulfilled),
    example={"requested_on": "2026-11-20"},
)

OPERATIONS = (
    EXPORT_PERSON,
    ERASE_PERSON,
)
