"""What talent says: people, permits, contracts, signatures. No personal data: ids, dates and terms only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from events.envelope import Event
from events.shapes import (
    Amount,
    AuditionId,
    ContractId,
    Currency,
    DayOffId,
    FeedId,
    HoldId,
    Items,
    Language,
    Line,
    Percentage,
    PermitId,
    PersonId,
    ProductionId,
    RoleId,
    Sha256,
    StudioId,
    SubmissionId,
    TemplateId,
    Territory,
    Text,
    identifier,
)

PartyKey = Annotated[str, Text(max=40, pattern="[a-z][a-z0-9_]*", expected="a party's key such as performer")]


@dataclass(frozen=True)
class Grant:
    """Rights that a contract grants: media x territories x languages over a term."""

    media: tuple[Line, ...]
    territories: Annotated[tuple[Territory, ...], Items(min=1, max=300)]
    languages: Annotated[tuple[Language, ...], Items(min=1, max=200)]
    starts_on: date
    ends_on: date | None
    exclusive: bool


@dataclass(frozen=True)
class PersonRegistered(Event, type="talent.person.registered.v1", subject="person_id"):
    """A studio put a person on file."""

    person_id: PersonId
    nationality: Territory
    languages: tuple[Language, ...]


@dataclass(frozen=True)
class PersonUpdated(Event, type="talent.person.updated.v1", subject="person_id"):
    """A person's file changed; personal fields are named, never told."""

    person_id: PersonId
    nationality: Territory
    languages: tuple[Language, ...]
    changed: tuple[Line, ...]


@dataclass(frozen=True)
class PersonErased(Event, type="talent.person.erased.v1", subject="person_id"):
    """A studio erased its file on a person, who asked for it; `everywhere` when no other studio has one."""

    person_id: PersonId
    requested_on: date
    everywhere: bool


@dataclass(frozen=True)
class PersonMerged(Event, type="talent.person.merged.v1", subject="person_id"):
    """Two files of a studio are about one person: this one is history, the person's file is now `into`."""

    person_id: PersonId
    into: PersonId


@dataclass(frozen=True)
class PermitRecorded(Event, type="talent.permit.recorded.v1", subject="person_id"):
    """A person's work permit was put on file, or corrected: the latest facts replace the earlier ones of the same id."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_from: date
    valid_until: date
    places: tuple[Line, ...]


@dataclass(frozen=True)
class PermitRevoked(Event, type="talent.permit.revoked.v1", subject="person_id"):
    """A person's work permit no longer holds."""

    person_id: PersonId
    permit_id: PermitId
    reason: Line


@dataclass(frozen=True)
class PermitExpiring(Event, type="talent.permit.expiring.v1", subject="person_id"):
    """A person's work permit ends in 60, 30 or 7 days, or `days_left` when it was recorded later than that."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_until: date
    days_left: int


@dataclass(frozen=True)
class PermitExpired(Event, type="talent.permit.expired.v1", subject="person_id"):
    """The last valid day of a person's work permit is over."""

    person_id: PersonId
    permit_id: PermitId
    kind: Line
    valid_until: date


@dataclass(frozen=True)
class ContractDrafted(Event, type="talent.contract.drafted.v1", subject="contract_id"):
    """A studio drew up a contract."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId


@dataclass(frozen=True)
class ContractRevised(Event, type="talent.contract.revised.v1", subject="contract_id"):
    """The terms of a draft changed."""

    contract_id: ContractId
    document_sha256: Sha256


@dataclass(frozen=True)
class ContractSent(Event, type="talent.contract.sent.v1", subject="contract_id"):
    """A contract went out for signature; `document_sha256` covers the canonical document that everyone signs."""

    contract_id: ContractId
    document_sha256: Sha256
    expires_on: date


@dataclass(frozen=True)
class ContractPartySigned(Event, type="talent.contract.party_signed.v1", subject="contract_id"):
    """One party signed; others have yet to."""

    contract_id: ContractId
    party: PartyKey
    document_sha256: Sha256
    signed_at: datetime
    next_party: PartyKey


@dataclass(frozen=True)
class ContractSigned(Event, type="talent.contract.signed.v1", subject="contract_id"):
    """The last party signed: the contract is executed. Carries the typed terms that the other services act on."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    role: Line
    episodes: int
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    hours_cap: int
    rest_hours: int
    fee: Amount
    currency: Currency
    grants: tuple[Grant, ...]
    dubbing_consent: bool
    ai_voice_consent: bool
    replica_consent: bool
    points: Percentage
    document_sha256: Sha256
    party: PartyKey
    signed_at: datetime


@dataclass(frozen=True)
class ContractDeclined(Event, type="talent.contract.declined.v1", subject="contract_id"):
    """A party refused to sign."""

    contract_id: ContractId
    party: PartyKey


@dataclass(frozen=True)
class ContractCancelled(Event, type="talent.contract.cancelled.v1", subject="contract_id"):
    """The studio withdrew a contract that was not yet executed."""

    contract_id: ContractId


@dataclass(frozen=True)
class ContractExpired(Event, type="talent.contract.expired.v1", subject="contract_id"):
    """The time to sign ran out."""

    contract_id: ContractId
    expired_on: date


PaymentId = Annotated[str, identifier("pay")]


@dataclass(frozen=True)
class Instalment:
    """A part of a contract's fee: its number from 1, what makes it due, how much, and its last day in time.

    What waits for the hours to be confirmed has no such day yet.
    """

    number: int
    trigger: Line
    amount: Amount
    due_on: date | None


@dataclass(frozen=True)
class InstalmentsScheduled(Event, type="talent.instalments.scheduled.v1", subject="contract_id"):
    """What is owed under an executed contract and when it is due: the latest list replaces the earlier ones."""

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    currency: Currency
    instalments: Annotated[tuple[Instalment, ...], Items(max=21)]


@dataclass(frozen=True)
class HoursConfirmed(Event, type="talent.hours.confirmed.v1", subject="contract_id"):
    """Studio and person have confirmed the hours worked under a contract."""

    contract_id: ContractId
    person_id: PersonId
    confirmed_on: date


@dataclass(frozen=True)
class InstalmentMissed(Event, type="talent.instalment.missed.v1", subject="contract_id"):
    """The last day of an instalment is over and not all of it was paid."""

    contract_id: ContractId
    person_id: PersonId
    number: int
    outstanding: Amount
    currency: Currency
    due_on: date


@dataclass(frozen=True)
class PaymentRecorded(Event, type="talent.payment.recorded.v1", subject="contract_id"):
    """A studio gave evidence that it paid an instalment, or a part of it."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int
    amount: Amount
    currency: Currency
    paid_on: date
    outstanding: Amount


@dataclass(frozen=True)
class PaymentConfirmed(Event, type="talent.payment.confirmed.v1", subject="contract_id"):
    """The person has received a payment."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int


@dataclass(frozen=True)
class PaymentDisputed(Event, type="talent.payment.disputed.v1", subject="contract_id"):
    """The person says that a payment is not as recorded: its amount is outstanding again."""

    contract_id: ContractId
    payment_id: PaymentId
    number: int
    outstanding: Amount


@dataclass(frozen=True)
class PunctualityChanged(Event, type="talent.punctuality.changed.v1", subject="studio_id"):
    """How many instalments a studio paid in time so far, and how many late or not yet although they were due."""

    studio_id: StudioId
    on_time: int
    late: int


DocumentId = Annotated[str, identifier("doc")]
CheckedBy = Literal["original", "copy", "register"]


@dataclass(frozen=True)
class PermitChecked(Event, type="talent.permit.checked.v1", subject="person_id"):
    """A member of the studio, who is the actor, has checked a work permit: the original, a copy, or the issuer's register."""

    person_id: PersonId
    permit_id: PermitId
    by_what: CheckedBy


@dataclass(frozen=True)
class DocumentRecorded(Event, type="talent.document.recorded.v1", subject="person_id"):
    """A passport, mandate, consent or membership of a person was put on file."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class DocumentChecked(Event, type="talent.document.checked.v1", subject="person_id"):
    """A member of the studio, who is the actor, has checked a document: the original, a copy, or the issuer's register."""

    person_id: PersonId
    document_id: DocumentId
    by_what: CheckedBy


@dataclass(frozen=True)
class DocumentWithdrawn(Event, type="talent.document.withdrawn.v1", subject="person_id"):
    """A person's document does not hold any more."""

    person_id: PersonId
    document_id: DocumentId


@dataclass(frozen=True)
class DocumentExpiring(Event, type="talent.document.expiring.v1", subject="person_id"):
    """A person's document ends in 60, 30 or 7 days, or `days_left` when it was recorded later than that."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_until: date
    days_left: int


@dataclass(frozen=True)
class DocumentExpired(Event, type="talent.document.expired.v1", subject="person_id"):
    """The last valid day of a person's document is over."""

    person_id: PersonId
    document_id: DocumentId
    kind: Line
    valid_until: date


HoldEnd = Literal["released", "expired", "unanswered", "booked", "erased", "merged"]
"""Released by its studio, its last day over, a challenge not answered in time, booked (by whomever), the person forgotten, or merged:
the hold goes on in the other calendar."""
Dates = Annotated[tuple[date, ...], Items(min=1, max=366, doc="ascending, each day once")]


@dataclass(frozen=True)
class HoldPlaced(Event, type="talent.hold.placed.v1", subject="hold_id"):
    """A studio holds a person's days until `expires_on`: first, or second behind another hold."""

    hold_id: HoldId
    person_id: PersonId
    production_id: ProductionId | None
    starts_on: date
    ends_on: date
    expires_on: date
    rank: int


@dataclass(frozen=True)
class HoldPromoted(Event, type="talent.hold.promoted.v1", subject="hold_id"):
    """What was in front of a second hold is gone: it is the first now."""

    hold_id: HoldId
    person_id: PersonId


@dataclass(frozen=True)
class HoldChallenged(Event, type="talent.hold.challenged.v1", subject="hold_id"):
    """Somebody behind this first hold asks for the days: confirm or release it until `answer_by`, or it falls."""

    hold_id: HoldId
    person_id: PersonId
    answer_by: datetime


@dataclass(frozen=True)
class HoldChallengeDropped(Event, type="talent.hold.challenge_dropped.v1", subject="hold_id"):
    """Nobody is behind the challenged hold any more: it need not be answered."""

    hold_id: HoldId
    person_id: PersonId


@dataclass(frozen=True)
class HoldConfirmed(Event, type="talent.hold.confirmed.v1", subject="hold_id"):
    """The first hold became a booking."""

    hold_id: HoldId
    person_id: PersonId
    dates: Dates


@dataclass(frozen=True)
class HoldEnded(Event, type="talent.hold.ended.v1", subject="hold_id"):
    """The hold is no more."""

    hold_id: HoldId
    person_id: PersonId
    why: HoldEnd


@dataclass(frozen=True)
class DaysBooked(Event, type="talent.days.booked.v1", subject="person_id"):
    """An executed or amended contract books a person's days: all on which it binds them."""

    person_id: PersonId
    contract_id: ContractId
    dates: Dates


@dataclass(frozen=True)
class DaysFreed(Event, type="talent.days.freed.v1", subject="person_id"):
    """A contract binds a person no longer on these days: it was amended, or terminated before them."""

    person_id: PersonId
    contract_id: ContractId
    dates: Dates


@dataclass(frozen=True)
class BookingReleased(Event, type="talent.days.released.v1", subject="person_id"):
    """Days that a confirmed hold had booked are free again."""

    person_id: PersonId
    hold_id: HoldId


@dataclass(frozen=True)
class DayOffRecorded(Event, type="talent.day_off.recorded.v1", subject="day_off_id"):
    """A person is not there from the first to the last day, or on the days of a pattern in between."""

    day_off_id: DayOffId
    person_id: PersonId
    starts_on: date
    ends_on: date
    recurring: bool


@dataclass(frozen=True)
class DayOffWithdrawn(Event, type="talent.day_off.withdrawn.v1", subject="day_off_id"):
    """The person is there after all."""

    day_off_id: DayOffId
    person_id: PersonId


@dataclass(frozen=True)
class CalendarShared(Event, type="talent.calendar.shared.v1", subject="feed_id"):
    """A person's calendar can be subscribed to at a secret address."""

    feed_id: FeedId
    person_id: PersonId


@dataclass(frozen=True)
class CalendarClosed(Event, type="talent.calendar.closed.v1", subject="feed_id"):
    """The secret address leads nowhere any more."""

    feed_id: FeedId
    person_id: PersonId


@dataclass(frozen=True)
class ContractProposalMade(Event, type="talent.contract.proposal_made.v1", subject="contract_id"):
    """A party proposed other terms for a draft; `answers` is the number of the open proposal that it put an end to."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
    terms: tuple[Line, ...]
    answers: int | None


@dataclass(frozen=True)
class ContractProposalAccepted(Event, type="talent.contract.proposal_accepted.v1", subject="contract_id"):
    """A party accepted another one's proposal: the draft has the proposed terms, and a new document."""

    contract_id: ContractId
    proposal: int
    party: PartyKey
    document_sha256: Sha256


@dataclass(frozen=True)
class ContractProposalRejected(Event, type="talent.contract.proposal_rejected.v1", subject="contract_id"):
    """A party rejected another one's proposal: the draft stays as it is."""

    contract_id: ContractId
    proposal: int
    party: PartyKey


@dataclass(frozen=True)
class ContractProposalWithdrawn(Event, type="talent.contract.proposal_withdrawn.v1", subject="contract_id"):
    """A party took its proposal back."""

    contract_id: ContractId
    proposal: int
    party: PartyKey


@dataclass(frozen=True)
class AmendmentSigned(Event, type="talent.amendment.signed.v1", subject="amendment_id"):
    """The last party signed an amendment; its terms are in force once `ContractAmended` says so."""

    amendment_id: ContractId
    contract_id: ContractId
    number: int
    document_sha256: Sha256
    party: PartyKey
    signed_at: datetime


@dataclass(frozen=True)
class ContractAmended(Event, type="talent.contract.amended.v1", subject="contract_id"):
    """Other terms are in force in an executed contract. Carries all of them: they replace what `ContractSigned` told.

    What the contract says comes in the order of its own versions, so a listener keeps the newest version that it heard.
    """

    contract_id: ContractId
    amendment_id: ContractId
    number: int
    production_id: ProductionId
    person_id: PersonId
    role: Line
    episodes: int
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    hours_cap: int
    rest_hours: int
    fee: Amount
    currency: Currency
    grants: tuple[Grant, ...]
    dubbing_consent: bool
    ai_voice_consent: bool
    replica_consent: bool
    points: Percentage
    document_sha256: Sha256
    amended_at: datetime


@dataclass(frozen=True)
class ContractTerminated(Event, type="talent.contract.terminated.v1", subject="contract_id"):
    """An executed contract ends after its last day in force.

    `work_dates` and `grants` are what is left of them; `kill_fee` is what the studio owes for ending it, 0 when nothing.
    """

    contract_id: ContractId
    production_id: ProductionId
    person_id: PersonId
    role: Line
    party: PartyKey
    ground: Line
    last_day: date
    work_dates: Annotated[tuple[date, ...], Items(max=366)]
    grants: tuple[Grant, ...]
    kill_fee: Amount
    currency: Currency
    terminated_at: datetime


@dataclass(frozen=True)
class RecipientTurnStarted(Event, type="talent.contract.recipient_turn_started.v1", subject="contract_id"):
    """It is a recipient's turn to sign, approve, attest or read; unused, the turn ends at `expires_at`."""

    contract_id: ContractId
    recipient: PartyKey
    role: Line
    expires_at: datetime


@dataclass(frozen=True)
class RecipientViewed(Event, type="talent.contract.recipient_viewed.v1", subject="contract_id"):
    """A recipient proved who they are and read the contract for the first time."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientCompleted(Event, type="talent.contract.recipient_completed.v1", subject="contract_id"):
    """A recipient did their part: signed, approved or attested the document."""

    contract_id: ContractId
    recipient: PartyKey
    role: Line
    document_sha256: Sha256
    at: datetime


@dataclass(frozen=True)
class RecipientReminded(Event, type="talent.contract.recipient_reminded.v1", subject="contract_id"):
    """A recipient has not acted yet and is reminded; `number` counts the reminders of this turn."""

    contract_id: ContractId
    recipient: PartyKey
    number: int


@dataclass(frozen=True)
class RecipientReplaced(Event, type="talent.contract.recipient_replaced.v1", subject="contract_id"):
    """Somebody else takes a recipient's place: corrected by the studio, or delegated or forwarded by the recipient."""

    contract_id: ContractId
    recipient: PartyKey
    why: Literal["correction", "delegation", "forwarding"]


@dataclass(frozen=True)
class RecipientExpired(Event, type="talent.contract.recipient_expired.v1", subject="contract_id"):
    """A recipient's turn ended unused; the studio may begin it anew."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientBounced(Event, type="talent.contract.recipient_bounced.v1", subject="contract_id"):
    """A recipient's address takes no letters: the studio has to correct it."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class RecipientServed(Event, type="talent.contract.recipient_served.v1", subject="contract_id"):
    """An executed contract goes to one of its recipients."""

    contract_id: ContractId
    recipient: PartyKey


@dataclass(frozen=True)
class HourTaken(Event, type="talent.hour.taken.v1", subject="person_id"):
    """A person is expected somewhere for less than a day."""

    person_id: PersonId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class HourFreed(Event, type="talent.hour.freed.v1", subject="person_id"):
    """A person is not expected there any more."""

    person_id: PersonId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class RoleDescribed(Event, type="talent.role.described.v1", subject="role_id"):
    """Somebody is looked for to play a role."""

    role_id: RoleId
    production_id: ProductionId
    nudity: bool
    stunt: bool
    minor: bool


@dataclass(frozen=True)
class RoleRevised(Event, type="talent.role.revised.v1", subject="role_id"):
    """A role asks for something else now."""

    role_id: RoleId
    production_id: ProductionId
    nudity: bool
    stunt: bool
    minor: bool


@dataclass(frozen=True)
class CallOpened(Event, type="talent.call.opened.v1", subject="role_id"):
    """People can be submitted for a role up to and on `deadline` (UTC): anybody, or those who are invited."""

    role_id: RoleId
    production_id: ProductionId
    kind: Literal["open", "invited"]
    deadline: date
    invited: Annotated[tuple[PersonId, ...], Items(max=500)]


@dataclass(frozen=True)
class CallClosed(Event, type="talent.call.closed.v1", subject="role_id"):
    """Nobody can be submitted for a role any more."""

    role_id: RoleId
    production_id: ProductionId


@dataclass(frozen=True)
class PersonSubmitted(Event, type="talent.submission.made.v1", subject="submission_id"):
    """A person was put forward for a role, by the studio or through their agent."""

    submission_id: SubmissionId
    role_id: RoleId
    production_id: ProductionId
    person_id: PersonId
    by: Literal["studio", "agent"]


@dataclass(frozen=True)
class PersonSelected(Event, type="talent.submission.selected.v1", subject="submission_id"):
    """A person is on the shortlist of a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class PersonPassed(Event, type="talent.submission.passed.v1", subject="submission_id"):
    """A person is not wanted for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class SubmissionWithdrawn(Event, type="talent.submission.withdrawn.v1", subject="submission_id"):
    """A person does not stand for a role any more."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class PersonHeldForRole(Event, type="talent.submission.held.v1", subject="submission_id"):
    """A person's days are held for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId
    hold_id: HoldId


@dataclass(frozen=True)
class OfferMade(Event, type="talent.offer.made.v1", subject="submission_id"):
    """Terms were offered to a person for a role."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class OfferAccepted(Event, type="talent.offer.accepted.v1", subject="submission_id"):
    """A person took the offer; a contract is drafted from it."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId
    contract_id: ContractId


@dataclass(frozen=True)
class OfferDeclined(Event, type="talent.offer.declined.v1", subject="submission_id"):
    """A person did not take the offer."""

    submission_id: SubmissionId
    role_id: RoleId
    person_id: PersonId


@dataclass(frozen=True)
class AuditionsPlanned(Event, type="talent.audition.planned.v1", subject="audition_id"):
    """There are slots in which people are seen for a role."""

    audition_id: AuditionId
    role_id: RoleId
    production_id: ProductionId
    slots: Annotated[tuple[datetime, ...], Items(min=1, max=100)]


@dataclass(frozen=True)
class AuditionProposed(Event, type="talent.audition.proposed.v1", subject="audition_id"):
    """A person is asked to come to an audition."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AuditionConfirmed(Event, type="talent.audition.confirmed.v1", subject="audition_id"):
    """A person comes to an audition."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime


@dataclass(frozen=True)
class AuditionDeclined(Event, type="talent.audition.declined.v1", subject="audition_id"):
    """A person does not come at this time."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    starts_at: datetime


@dataclass(frozen=True)
class AuditionMoved(Event, type="talent.audition.moved.v1", subject="audition_id"):
    """A person is asked to come at another time instead."""

    audition_id: AuditionId
    submission_id: SubmissionId
    person_id: PersonId
    was_at: datetime
    starts_at: datetime


@dataclass(frozen=True)
class TemplateDrafted(Event, type="talent.template.drafted.v1", subject="template_id"):
    """A studio began a version of a template for its contracts."""

    template_id: TemplateId
    number: int


@dataclass(frozen=True)
class TemplateRevised(Event, type="talent.template.revised.v1", subject="template_id"):
    """A version of a template that is not published changed."""

    template_id: TemplateId
    number: int


@dataclass(frozen=True)
class TemplatePublished(Event, type="talent.template.published.v1", subject="template_id"):
    """A version of a template is frozen: contracts can be drafted from it. The hash is that of its wording."""

    template_id: TemplateId
    number: int
    sha256: Sha256


@dataclass(frozen=True)
class ContractSealed(Event, type="talent.contract.sealed.v1", subject="contract_id"):
    """The paper of an executed contract was sealed: the hash of the whole file, and of the document that was signed."""

    contract_id: ContractId
    sealed_sha256: Sha256
    document_sha256: Sha256
