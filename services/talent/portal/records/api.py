"""What may be asked about one's own records on a performer's page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten, WorkLost, WorkshopFull
from events.errors import RuleError
from events.shapes import ContractId, Items, Line
from services.talent.contracts.lifecycle import State
from services.talent.letters.api import SESSION_ERRORS, TOKEN
from services.talent.paper.api import PDF
from services.talent.paper.sealed import ContractNotSealed, TimestampUnavailable
from services.talent.portal.invitations.api import PAGE

DayKind = Literal["booked", "held", "off"]
PaperKind = Literal["passport", "agent_mandate", "guardian_consent", "union_membership", "permit"]
MOST_DAYS = 1_000


class OnlyThePerson(RuleError):
    """An agent asks for what only the person may read."""

    status = 403
    en = "Only the person can read everything that the studio holds on them."
    zh = "只有本人可以查阅机构持有的全部个人数据。"


@dataclass(frozen=True)
class OwnContractsQuery:
    """Where the list goes on."""

    order: Order = "newest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class OwnContract:
    """A contract that was sent: for which role in which production, and how far it is. `sealed`: there is a PDF to download."""

    contract_id: ContractId
    production: Line
    role: Line
    state: State
    expires_on: date | None
    sealed: bool


@dataclass(frozen=True)
class OwnDays:
    """Days from the first to the last that are booked or held for the studio, or on which one is off; others' days are not shown."""

    kind: DayKind
    production: Line | None
    role: Line | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class OwnPaper:
    """A document or permit that the studio has on file, and until when it is valid."""

    kind: PaperKind
    valid_until: date | None


@dataclass(frozen=True)
class OwnRecords:
    """One's days from today on, and one's documents, those first that end first."""

    days: Annotated[tuple[OwnDays, ...], Items(max=MOST_DAYS)]
    papers: Annotated[tuple[OwnPaper, ...], Items(max=1_000)]


LIST_OWN_CONTRACTS = Operation(
    name="list_own_contracts",
    kind="query",
    method="GET",
    path=f"{PAGE}/contracts",
    summary="List one's contracts with the studio that were sent, and how far they are",
    query=OwnContractsQuery,
    response=page_of(OwnContract),
    public=True,
    path_pattern=TOKEN,
    errors=(*SESSION_ERRORS, CursorInvalid),
)
DOWNLOAD_OWN_CONTRACT = Operation(
    name="download_own_contract",
    kind="query",
    method="GET",
    path=f"{PAGE}/contracts/{{contract_id}}/download",
    summary="Download one of one's contracts that everybody signed, under the seal",
    public=True,
    path_pattern=TOKEN,
    media_type=PDF,
    errors=(
        *SESSION_ERRORS,
        NotFound,
        PersonForgotten,
        ContractNotSealed,
        TimestampUnavailable,
        WorkshopFull,
        WorkLost,
    ),
)
GET_OWN_RECORDS = Operation(
    name="get_own_records",
    kind="query",
    method="GET",
    path=f"{PAGE}/records",
    summary="Read one's days with the studio from today on, and the documents that it has on file",
    response=OwnRecords,
    public=True,
    path_pattern=TOKEN,
    errors=SESSION_ERRORS,
)
EXPORT_OWN_DATA = Operation(
    name="export_own_data",
    kind="query",
    method="GET",
    path=f"{PAGE}/export",
    summary="Download everything that the studio holds on one, as a PDF",
    description="The right of access (GDPR art. 15, PIPL art. 45). Only the person can, and not their agent.",
    public=True,
    path_pattern=TOKEN,
    media_type=PDF,
    errors=(*SESSION_ERRORS, OnlyThePerson, WorkshopFull, WorkLost),
)

OPERATIONS = (LIST_OWN_CONTRACTS, DOWNLOAD_OWN_CONTRACT, GET_OWN_RECORDS, EXPORT_OWN_DATA)
