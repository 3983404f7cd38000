"""What may be imported from a table, and what an import answers."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from chassis.api import Operation, Upload
from chassis.errors import WorkshopFull
from events.columns import columns
from events.shapes import Items, Line, Number, PersonId
from services.talent.bulk.edits import CellChange
from services.talent.bulk.entries import Fault
from services.talent.bulk.sheets import MOST_ROWS, SheetTooLarge, SheetUnreadable
from services.talent.bulk.workbooks import ReadingTakesTooLong
from services.talent.contracts.api import ContractRequest
from services.talent.documents.papers import DocumentFacts
from services.talent.people.files import Profile
from services.talent.people.permits import PermitFacts

MOST_BYTES = 5 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE = Upload(("text/csv", XLSX, "application/octet-stream"), MOST_BYTES)


Charset = Literal["utf-8", "utf-16", "gb18030", "gbk", "gb2312", "big5", "cp949", "euc-kr", "shift_jis", "windows-1252"]


@dataclass(frozen=True)
class ImportQuery:
    """How to import: only say what would be (`dry_run`); all lines or none, or those that are good.

    The `charset` of a CSV file is also read from the media type, as in `text/csv; charset=gb18030`.
    """

    dry_run: bool = False
    accept: Literal["all", "good"] = "all"
    charset: Charset | None = None


@dataclass(frozen=True)
class DocumentRow:
    """A line that records a document."""

    person_id: PersonId
    document: DocumentFacts


@dataclass(frozen=True)
class PermitRow:
    """A line that records a work permit."""

    person_id: PersonId
    permit: PermitFacts


@dataclass(frozen=True)
class Made:
    """What a line made; `repeated` when an earlier import of the same line had made it."""

    line: Annotated[int, Number(min=1)]
    id: Line
    repeated: bool


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do.

    Of all `rows`, `good` ones have no fault: they are `made`, or would be, or `left`. Some are left when the time is
    over, and without `accept=good` when a line that was good is refused all the same, because somebody else was
    quicker. Mend that line, if any, and send the same file again. Lines about people on file are `unchanged`, or each
    cell that differs is among the `changes` that are made, or would be.
    """

    dry_run: bool
    rows: int
    good: int
    left: int
    made: Annotated[tuple[Made, ...], Items(max=MOST_ROWS)]
    faults: Annotated[tuple[Fault, ...], Items(max=1_000)]
    unchanged: int = 0
    changes: tuple[CellChange, ...] = ()


def _import(what: str, singular: str, shape: Any, scope: str, more: str = "") -> Operation:
    names = ", ".join(f"`{column.name}`" for column in columns(shape))
    return Operation(
        name=f"import_{what}",
        kind="command",
        method="POST",
        path=f"/v1/imports/{what}",
        summary=f"Import {what} from CSV or XLSX",
        description=f"The body is the file itself; the first row names the columns, each further row is one {singular}. CSV "
        "is separated by commas, semicolons or tabs and in UTF-8, UTF-16 with its mark, GB18030 or another encoding that is "
        "clear from the text or named by `charset`. Lists "
        "of plain values are separated by semicolons, other lists are JSON. Without `accept=good` nothing is made as long as a "
        "line has a fault, and nothing more once a line is refused that was good when it was checked. A line that was "
        "imported before is not made again, in whichever file it comes. At most "
        f"{MOST_ROWS} rows and {MOST_BYTES >> 20} MiB. {more}Columns: {names}.",
        upload=TABLE,
        query=ImportQuery,
        response=ImportReport,
        scope=scope,
        errors=(SheetUnreadable, SheetTooLarge, WorkshopFull, ReadingTakesTooLong),
    )


_EXPORTED = (
    "The list of people as a table is imported, too: a line with a `person_id` changes on that file what its cells have "
    "otherwise, once for each line, and nothing when the file has another `version` by now; what was masked in the list stays as "
    "it is. "
)
IMPORT_PEOPLE = _import("people", "person", Profile, "people:write", _EXPORTED)
IMPORT_DOCUMENTS = _import("documents", "document", DocumentRow, "permits:write")
IMPORT_PERMITS = _import("permits", "work permit", PermitRow, "permits:write")
IMPORT_CONTRACTS = _import("contracts", "draft of a contract", ContractRequest, "contracts:write")

OPERATIONS = (IMPORT_PEOPLE, IMPORT_DOCUMENTS, IMPORT_PERMITS, IMPORT_CONTRACTS)
