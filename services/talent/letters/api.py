"""What may be asked about letters, and what every personal link answers with, whatever it leads to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import ContractId, Line, PartyKey, PersonId, Text
from services.talent.letters.letters import Fate, Kind
from services.talent.letters.links import (
    CodeMalformed,
    CodeOver,
    CodeTooOften,
    CodeWrong,
    LinkBound,
    LinkUnknown,
    RenewedTooOften,
    SessionOver,
)


@dataclass(frozen=True)
class LettersQuery:
    """Which letters to list: about a contract, or about a person's own page."""

    contract_id: ContractId | None = None
    person_id: PersonId | None = None
    fate: Fate | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class LetterView:
    """A letter, without what it says: links and codes are the recipient's alone. About a contract, or a person's own page."""

    letter_id: Annotated[str, Text(max=100)]
    contract_id: ContractId | None
    recipient: PartyKey
    kind: Kind
    fate: Fate
    written_at: datetime
    attempts: int
    sent_at: datetime | None
    person_id: PersonId | None


LetterProgress = Literal["queued", "waiting", "retrying", "sent", "bounced", "failed"]
LetterReason = Literal["no_mail_server", "mail_server_failing", "address_refused", "given_up"]


@dataclass(frozen=True)
class LetterState:
    """What became of the latest letter with a link, and why it has not arrived.

    `waiting`: nobody sends letters, because no mail server is configured. `retrying`: the next try is at `next_try_at`.
    """

    kind: Kind
    state: LetterProgress
    reason: LetterReason | None
    written_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None


@dataclass(frozen=True)
class LetterAhead:
    """A letter with a personal link that is about to be written: `queued`, or `waiting` because no mail server is configured."""

    recipient: PartyKey
    state: LetterProgress
    reason: LetterReason | None


@dataclass(frozen=True)
class CodeSent:
    """That a code is on its way to the masked address, for how many seconds it works, and when another can be sent."""

    address: Line
    seconds: int
    sent_at: datetime
    next_at: datetime


@dataclass(frozen=True)
class CodeGiven:
    """The six digits that were sent, in whatever script or width, also with spaces between them."""

    code: Annotated[str, Text(max=40, example="204816")]


@dataclass(frozen=True)
class SessionView:
    """Until when the session lasts that the code opened, in the browser that asked for it."""

    until: datetime


@dataclass(frozen=True)
class LinkSent:
    """That a new link is on its way to the masked address."""

    address: Line


TOKEN = {"token": "[A-Za-z0-9_-]{43}"}
"""The form of a token in a path."""
LINK_ERRORS = (LinkUnknown, LinkBound, PersonForgotten)
CODE_ERRORS = (*LINK_ERRORS, CodeTooOften)
OPENING_ERRORS = (*LINK_ERRORS, CodeMalformed, CodeOver, CodeWrong)
RENEWAL_ERRORS = (LinkUnknown, RenewedTooOften, PersonForgotten)
SESSION_ERRORS = (*LINK_ERRORS, SessionOver)

LIST_LETTERS = Operation(
    name="list_letters",
    kind="query",
    method="GET",
    path="/v1/letters",
    summary="List the letters to recipients, oldest first, and what became of them",
    query=LettersQuery,
    response=page_of(LetterView),
    scope="contracts:read",
    errors=(CursorInvalid, NotFound, PersonForgotten),
)

OPERATIONS = (LIST_LETTERS,)
