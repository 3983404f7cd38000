"""What may be asked of compliance: findings and rules, the public ledger, and a studio's own entries in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from chassis.api import Api, Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound
from events.compliance import Severity
from events.places import PlaceLabel
from events.production import BookedDay
from events.shapes import (
    BookingId,
    ContractId,
    FindingId,
    Items,
    Line,
    Number,
    Paragraph,
    PersonId,
    ProductionId,
    Sha256,
    StudioId,
    Territory,
    Text,
)
from services.compliance.cases import PermitFacts
from services.compliance.ledger import EntryNotNamed, OutsideLedger, SizesReversed
from services.compliance.rules import DISCLAIMER, Title

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
TILE_INDEX = r"(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[0-9]{1,3})?"

Position = Annotated[int, Number(min=0, max=2**53 - 1, doc="an index or a size")]
Hash = Annotated[str, Text(min=44, max=44, doc="32 bytes in base64")]
HashPath = Annotated[tuple[Hash, ...], Items(max=64, doc="the hashes of a proof, lowest first")]
Note = Annotated[str, Text(max=10_000, doc="a signed checkpoint (C2SP tlog-checkpoint)")]
LeafText = Annotated[str, Text(max=65_535, doc="the entry: canonical JSON (RFC 8785), to be hashed as it stands")]
Message = Annotated[str, Text(max=16_000_000, doc="the event as it was published, byte for byte")]
State = Literal["open", "closed"]


@dataclass(frozen=True)
class FindingView:
    """A rule that a booking breaks or broke. `uncovered_days` is the distance to the threshold."""

    finding_id: FindingId
    studio_id: StudioId
    state: State
    severity: Severity
    rule: Line
    rule_version: int
    reason: Line
    first_date: date
    uncovered_days: int
    person_id: PersonId
    production_id: ProductionId
    booking_id: BookingId
    contract_id: ContractId | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class FactsView:
    """What the judgement saw; `places` names every place that days and permits have by its id."""

    nationality: Territory
    days: Annotated[tuple[BookedDay, ...], Items(max=732)]
    permits: tuple[PermitFacts, ...]
    places: tuple[PlaceLabel, ...]


@dataclass(frozen=True)
class FindingDetailView:
    """A finding with the rule's clause and source, and the facts that were judged."""

    finding: FindingView
    title: Title
    jurisdiction: Line
    clause: Paragraph
    source: Paragraph
    verified_on: date
    facts: FactsView
    disclaimer: Line


@dataclass(frozen=True)
class RuleView:
    """One version of a rule; `valid_to` is its last day, null until further notice."""

    rule: Line
    version: int
    title: Title
    jurisdiction: Line
    valid_from: date
    valid_to: date | None
    severity: Severity
    clause: Paragraph
    source: Paragraph
    verified_on: date


@dataclass(frozen=True)
class RulesView:
    """Every version of every rule."""

    rules: tuple[RuleView, ...]
    disclaimer: Line


@dataclass(frozen=True)
class FindingsQuery:
    """Which findings to list."""

    state: State | None = None
    severity: Severity | None = None
    production_id: ProductionId | None = None
    person_id: PersonId | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class InclusionQuery:
    """Which entry (by `index` or by `leaf_hash`, 64 hexadecimal digits), in the tree of which size (the latest)."""

    index: Position | None = None
    leaf_hash: Sha256 | None = None
    size: Position | None = None


@dataclass(frozen=True)
class ConsistencyQuery:
    """From which size to which (the latest)."""

    from_size: Position = 1
    to_size: Position | None = None


@dataclass(frozen=True)
class InclusionView:
    """That the entry is in the tree of that size (RFC 9162 section 2.1.3); `checkpoint` is null for a size never signed."""

    leaf_index: int
    tree_size: int
    leaf: LeafText
    leaf_hash: Sha256
    root: Hash
    path: HashPath
    checkpoint: Note | None


@dataclass(frozen=True)
class ConsistencyView:
    """That the second tree only appends to the first (RFC 9162 section 2.1.4)."""

    from_size: int
    from_root: Hash
    to_size: int
    to_root: Hash
    path: HashPath
    checkpoint: Note | None


@dataclass(frozen=True)
class EntriesQuery:
    """Which of the studio's entries to list."""

    subject: Line | None = None
    type: Line | None = None
    correlation_id: Line | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class EntryView:
    """An entry as its studio sees it; `time` and `actor` are null once the key of the person was destroyed."""

    index: int
    event_id: Line
    type: Line
    subject: Line
    time: datetime | None
    actor: Line | None
    appended_at: datetime
    leaf_hash: Sha256


@dataclass(frozen=True)
class OpenedView:
    """What opens the commitments: commitment = SHA-256("callboard/commitment/v1" NUL || salt || value)."""

    tenant: Annotated[str, Text(min=0)]
    tenant_salt: Sha256
    event: Message
    payload_salt: Sha256


@dataclass(frozen=True)
class EntryProofView:
    """All that is needed to check an entry offline; `opened` is null once the key of the person was destroyed."""

    inclusion: InclusionView
    opened: OpenedView | None
    key: Line


@dataclass(frozen=True)
class GapsQuery:
    """A page of gaps."""

    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class GapView:
    """Versions of an aggregate that are missing in the ledger although later ones are there."""

    publisher: Line
    aggregate_id: Line
    missing: tuple[int, ...]
    since: datetime


LIST_FINDINGS = Operation(
    name="list_findings",
    kind="query",
    method="GET",
    path="/v1/findings",
    summary="What the rules have to say against the studio's bookings",
    description="Of files that were merged, any id gives the findings of all.",
    query=FindingsQuery,
    response=page_of(FindingView),
    scope="findings:read",
    errors=(CursorInvalid,),
)
GET_FINDING = Operation(
    name="get_finding",
    kind="query",
    method="GET",
    path="/v1/findings/{finding_id}",
    summary="A finding with the clause, its source and the facts that were judged",
    description=f"A blocker puts its booking on hold until the facts change. {DISCLAIMER}",
    response=FindingDetailView,
    scope="findings:read",
)
LIST_RULES = Operation(
    name="list_rules",
    kind="query",
    method="GET",
    path="/v1/rules",
    summary="The rules that bookings are judged by, every version",
    response=RulesView,
    scope="findings:read",
)
GET_CHECKPOINT = Operation(
    name="get_checkpoint",
    kind="query",
    method="GET",
    path="/ledger/checkpoint",
    summary="The latest signed checkpoint of the ledger (C2SP tlog-checkpoint)",
    public=True,
    errors=(OutsideLedger,),
    media_type=TEXT,
)
GET_TILE = Operation(
    name="get_tile",
    kind="query",
    method="GET",
    path="/ledger/tile/{level}/{index}",
    summary="A tile of the ledger's tree (C2SP tlog-tiles)",
    description="The hashes of 1 to 256 neighbouring nodes, 32 bytes each. A full tile never changes.",
    public=True,
    errors=(OutsideLedger,),
    media_type=BYTES,
    path_pattern={"level": "[0-9]{1,2}", "index": TILE_INDEX},
)
GET_ENTRY_BUNDLE = Operation(
    name="get_entry_bundle",
    kind="query",
    method="GET",
    path="/ledger/tile/entries/{index}",
    summary="A bundle of the ledger's entries (C2SP tlog-tiles)",
    description="1 to 256 entries, each after its length as a big-endian uint16. A full bundle never changes.",
    public=True,
    errors=(OutsideLedger,),
    media_type=BYTES,
    path_pattern={"index": TILE_INDEX},
)
GET_LEDGER_KEY = Operation(
    name="get_ledger_key",
    kind="query",
    method="GET",
    path="/ledger/key",
    summary="The key that verifies checkpoints (C2SP signed-note)",
    public=True,
    media_type=TEXT,
    cache_seconds=3600,
)
PROVE_INCLUSION = Operation(
    name="prove_inclusion",
    kind="query",
    method="GET",
    path="/ledger/proof/inclusion",
    summary="The proof that an entry is in the ledger",
    public=True,
    query=InclusionQuery,
    response=InclusionView,
    errors=(EntryNotNamed, OutsideLedger),
)
PROVE_CONSISTENCY = Operation(
    name="prove_consistency",
    kind="query",
    method="GET",
    path="/ledger/proof/consistency",
    summary="The proof that the ledger has only grown between two sizes",
    public=True,
    query=ConsistencyQuery,
    response=ConsistencyView,
    errors=(OutsideLedger, SizesReversed),
)
PROVE_SEALED_CONTRACT = Operation(
    name="prove_sealed_contract",
    kind="query",
    method="GET",
    path="/ledger/sealed/{contract_id}/{sha256}",
    summary="The proof that a sealed contract's file is recorded in the ledger, for whoever has the file",
    description="Opens the entry of `talent.contract.sealed.v1`, which names no person: only who has the file knows its SHA-256.",
    public=True,
    response=EntryProofView,
    errors=(NotFound,),
    path_pattern={"sha256": "[0-9a-f]{64}"},
)
LIST_LEDGER_ENTRIES = Operation(
    name="list_ledger_entries",
    kind="query",
    method="GET",
    path="/v1/ledger/entries",
    summary="The studio's entries in the ledger, in order",
    query=EntriesQuery,
    response=page_of(EntryView),
    scope="ledger:read",
    errors=(CursorInvalid,),
)
GET_ENTRY_PROOF = Operation(
    name="get_entry_proof",
    kind="query",
    method="GET",
    path="/v1/ledger/entries/{index}/proof",
    summary="All that is needed to verify an entry and what it commits to, offline",
    response=EntryProofView,
    scope="ledger:read",
    errors=(OutsideLedger,),
    path_pattern={"index": "[0-9]{1,15}"},
)
GET_ENTRY_PROOF_FILE = Operation(
    name="get_entry_proof_file",
    kind="query",
    method="GET",
    path="/v1/ledger/entries/{index}/proof.txt",
    summary="The proof of an entry as a file to keep (C2SP tlog-proof)",
    scope="ledger:read",
    errors=(OutsideLedger,),
    media_type=TEXT,
    path_pattern={"index": "[0-9]{1,15}"},
)
LIST_LEDGER_GAPS = Operation(
    name="list_ledger_gaps",
    kind="query",
    method="GET",
    path="/v1/ledger/gaps",
    summary="Events that are missing in the ledger although later ones of the same aggregate are there",
    query=GapsQuery,
    response=page_of(GapView),
    scope="office",
    errors=(CursorInvalid,),
)

API = Api(
    "compliance",
    "Findings, rules and the transparency ledger",
    (
        LIST_FINDINGS,
        GET_FINDING,
        LIST_RULES,
        GET_CHECKPOINT,
        GET_TILE,
        GET_ENTRY_BUNDLE,
        GET_LEDGER_KEY,
        PROVE_INCLUSION,
        PROVE_CONSISTENCY,
        PROVE_SEALED_CONTRACT,
        LIST_LEDGER_ENTRIES,
        GET_ENTRY_PROOF,
        GET_ENTRY_PROOF_FILE,
        LIST_LEDGER_GAPS,
    ),
)
