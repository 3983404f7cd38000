"""What may be asked of distribution."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from chassis.api import Api, Cursor, CursorInvalid, Limit, Operation, Order, page_of
from events.shapes import ContractId, Items, Language, Line, ProductionId, StudioId, Territory
from events.talent.contracts import Grant
from services.distribution.rights import HeldRight, NearMiss, ProductionNotNamed

MAX_HELD = 100_000


@dataclass(frozen=True)
class RightsInView:
    """The rights that an executed contract grants."""

    contract_id: ContractId
    studio_id: StudioId
    production_id: ProductionId
    grants: tuple[Grant, ...]
    registered_at: datetime
    version: int


@dataclass(frozen=True)
class HoldingView:
    """Which rights are held in a title on a day, through which contracts; `reason` and `nearest` when none are."""

    production_id: ProductionId
    title: Line
    media: Line | None
    territory: Territory | None
    language: Language | None
    on: date
    held: bool
    exclusive: bool
    rights: Annotated[tuple[HeldRight, ...], Items(max=MAX_HELD)]
    reason: Literal["No Rights In"] | None
    nearest: NearMiss | None


@dataclass(frozen=True)
class RightsQuery:
    """Which rights to list: of a title, or through a contract."""

    production_id: ProductionId | None = None
    contract_id: ContractId | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class HeldQuery:
    """The title (required); medium, territory and language, each any when left out; the day, today when left out."""

    production_id: ProductionId | None = None
    media: Line | None = None
    territory: Territory | None = None
    language: Language | None = None
    on: date | None = None


LIST_RIGHTS = Operation(
    name="list_rights",
    kind="query",
    method="GET",
    path="/v1/rights",
    summary="The register of rights in, oldest contract first",
    description="A contract that put nothing on the register and a production of another studio are a 404.",
    query=RightsQuery,
    response=page_of(RightsInView),
    scope="rights:read",
    errors=(CursorInvalid,),
)
FIND_RIGHTS = Operation(
    name="find_rights",
    kind="query",
    method="GET",
    path="/v1/rights/held",
    summary="Which rights are held in a title, and through which contracts",
    description=(
        "Title x media x territory x language on a day. A granted language covers its narrower ones (zh: zh-Hans). "
        "Without a grant that covers it, `reason` is No Rights In; `nearest` is the nearest grant and where it fails."
    ),
    query=HeldQuery,
    response=HoldingView,
    scope="rights:read",
    errors=(ProductionNotNamed,),
)

API = Api("distribution", "Rights in, and what they cover", (LIST_RIGHTS, FIND_RIGHTS))
