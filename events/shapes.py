"""The limits that a field of a dataclass can carry, and the vocabulary of fields that every service shares.

A shape is declared once, as a frozen dataclass whose fields carry their limits in `Annotated`; requests, responses and
events all derive their marshmallow schema from it (`events.schemas`), so documentation and validation cannot drift apart.
"""

import dataclasses
from decimal import Decimal
from typing import Annotated

MAX_ITEMS = 1000


@dataclasses.dataclass(frozen=True)
class Text:
    """Limits of a string: characters, a regular expression with the words that explain it, an example.

    With `breaks` it may have several lines. Which characters a sent text may hold is in `events.texts`.
    """

    min: int = 1
    max: int = 200
    pattern: str = ""
    expected: str = ""
    example: str = ""
    format: str = ""
    breaks: bool = False
    doc: str = ""


@dataclasses.dataclass(frozen=True)
class Number:
    """Limits of an integer or a Decimal, inclusive, and the most decimal places of a Decimal."""

    min: int | None = None
    max: int | None = None
    places: int = 6
    doc: str = ""


@dataclasses.dataclass(frozen=True)
class Items:
    """How many items a list may have."""

    min: int = 0
    max: int = MAX_ITEMS
    doc: str = ""


def identifier(prefix: str) -> Text:
    """Limits of one of our ids: a prefix and a ULID (Crockford base 32)."""
    return Text(
        min=len(prefix) + 27,
        max=len(prefix) + 27,
        pattern=rf"{prefix}_[0-7][0-9A-HJKMNP-TV-Z]{{25}}",
        expected=f"an id such as {prefix}_01J9ZW5N3Q8V7Y2K4M6P8R0T1V",
        example=f"{prefix}_01J9ZW5N3Q8V7Y2K4M6P8R0T1V",
    )


StudioId = Annotated[str, identifier("stu")]
PersonId = Annotated[str, identifier("prs")]
ProductionId = Annotated[str, identifier("prd")]
ContractId = Annotated[str, identifier("ctr")]
BookingId = Annotated[str, identifier("bkg")]
ScheduleId = Annotated[str, identifier("sch")]
FindingId = Annotated[str, identifier("fnd")]
PermitId = Annotated[str, identifier("pmt")]
HoldId = Annotated[str, identifier("hld")]
DayOffId = Annotated[str, identifier("dof")]
FeedId = Annotated[str, identifier("fed")]
RoleId = Annotated[str, identifier("rol")]
SubmissionId = Annotated[str, identifier("sub")]
AuditionId = Annotated[str, identifier("aud")]
TemplateId = Annotated[str, identifier("tpl")]
PlaceId = Annotated[str, identifier("plc")]
PartyKey = Annotated[str, Text(max=40, pattern="[a-z][a-z0-9_]*", expected="a party's key such as performer")]
Line = Annotated[str, Text(max=200)]
Paragraph = Annotated[str, Text(max=10_000, breaks=True)]
Territory = Annotated[
    str,
    Text(
        min=2,
        max=2,
        pattern="[A-Z]{2}",
        expected="an ISO 3166-1 alpha-2 code such as JP",
        example="JP",
        doc="territory",
    ),
]
Language = Annotated[
    str,
    Text(
        min=2,
        max=35,
        pattern="[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        expected="a BCP 47 tag such as zh-Hans or ko",
        example="ko",
    ),
]
Currency = Annotated[
    str, Text(min=3, max=3, pattern="[A-Z]{3}", expected="an ISO 4217 code such as USD", example="USD")
]
Amount = Annotated[Decimal, Number(min=0, max=10**12, places=4, doc="an exact decimal amount, as a string")]
Percentage = Annotated[Decimal, Number(min=0, max=100, places=4, doc="percent, as a string")]
TimeZone = Annotated[
    str, Text(max=64, format="time-zone", expected="an IANA time zone such as Asia/Seoul", example="Asia/Seoul")
]
Sha256 = Annotated[
    str,
    Text(
        min=64,
        max=64,
        pattern="[0-9a-f]{64}",
        expected="64 lower-case hexadecimal digits",
        example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
]
