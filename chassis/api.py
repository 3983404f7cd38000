"""Operations: what may be asked of a service, declared once.

From this one table the gateway routes and validates, OpenAPI is generated, the service's entrypoint is bound, and the
tests enumerate every operation.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, make_dataclass, replace
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from events.errors import RuleError
from events.shapes import Number, Text

Cursor = Annotated[str, Text(max=500, pattern="[A-Za-z0-9_-]+", expected="the `next` of an earlier page")]
Limit = Annotated[int, Number(min=1, max=200, doc="how many items at most, 1 to 200")]
MEMBERS_BODY, STRANGERS_BODY = 1 << 20, 32 << 10  # bytes of a JSON body, with credentials and without
Order = Literal["oldest", "newest"]
"""What comes first in a list; a cursor goes on in the order that is asked for."""


@dataclass(frozen=True)
class Upload:
    """A file as the body of a request: which media types it may have, and how many bytes."""

    media_types: tuple[str, ...]
    most_bytes: int


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: its name, where it is on HTTP, its shapes, the scope that it needs, and what can go wrong.

    `request` (the body), `query` and `response` are shapes (frozen dataclasses, see `events.shapes`). `response` None with
    a `media_type` other than JSON means raw bytes. A `versioned` operation answers with an ETag and honours If-Match.
    An `upload` comes instead of a `request`: the call's body is then the file on disk (`chassis.uploads.Received`).
    """

    name: str
    kind: Literal["command", "query"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    summary: str
    response: type | None = None
    request: type | None = None
    upload: Upload | None = None
    query: type | None = None
    scope: str = ""
    public: bool = False
    status: int = 200
    versioned: bool = False
    errors: tuple[type[RuleError], ...] = ()
    description: str = ""
    example: dict[str, Any] | None = None
    media_type: str = "application/json"
    cache_seconds: int = 0
    path_pattern: dict[str, str] = field(default_factory=dict)
    body_limit: int = 0  # bytes; 0 is the limit of its kind

    @property
    def largest_body(self) -> int:
        """The most bytes that a body may have."""
        return self.body_limit or (STRANGERS_BODY if self.public else MEMBERS_BODY)

    @property
    def by_link(self) -> bool:
        """Whether a personal link in the path says who asks: it is looked up before the body's shape is checked."""
        return "token" in self.parameters()

    def parameters(self) -> tuple[str, ...]:
        """The names in the path's braces."""
        return tuple(re.findall(r"{(\w+)}", self.path))


@dataclass(frozen=True)
class Api:
    """All operations of one service, with a line about it."""

    service: str
    title: str
    operations: tuple[Operation, ...]

    def __post_init__(self) -> None:
        names = [operation.name for operation in self.operations]
        if len(set(names)) != len(names):
            raise TypeError(f"{self.service} declares an operation twice")


@dataclass(frozen=True)
class Call:
    """One request to an operation, as the service sees it: validated, with who asks and by when it must be answered."""

    operation: str
    tenant: str
    actor: str
    scopes: frozenset[str]
    path: dict[str, str]
    query: Any
    body: Any
    if_match: int | None
    command_id: str  # empty without an Idempotency-Key
    fingerprint: str  # of the operation, path and body, to tell a repeat from a reuse
    correlation_id: str
    traceparent: str
    deadline: float  # seconds since the epoch
    client_ip: str
    user_agent: str
    received_at: datetime
    session: str = ""  # the cookie of a visitor without credentials, for public operations only

    @property
    def unnamed(self) -> "Call":
        """The same for one of several steps of a command: each bears repeating on its own, none is remembered by the key."""
        return replace(self, command_id="", if_match=None)

    @property
    def office(self) -> bool:
        """Whether the alliance office asks: it reads across studios."""
        return "office" in self.scopes

    @property
    def readable_tenant(self) -> str | None:
        """The tenant whose data may be read; None means every tenant's."""
        return None if self.office else self.tenant


@dataclass(frozen=True)
class Answer:
    """What an operation answers: a shape's object (or raw bytes), the version for the ETag, whether it is a replay."""

    body: Any
    version: int | None = None
    replayed: bool = False
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@cache
def page_of(shape: type) -> type:
    """The shape of one page of a list: its items and the cursor of the next page, null at the end."""
    made = make_dataclass(f"{shape.__name__}Page", [("items", tuple[shape, ...]), ("next", str | None)], frozen=True)  # type: ignore[valid-type]
    made.__doc__ = f"One page of a list of {shape.__name__}; `next` is the cursor of the next page, null at the end."
    return made


def page(shape: type, items: Sequence[Any], limit: int, position: Callable[[Any], str]) -> Any:
    """One page of `items`, of which one more than `limit` was read to know whether there is a next page."""
    more = len(items) > limit
    following = encode_cursor(position(items[limit - 1])) if more else None
    return page_of(shape)(items=tuple(items[:limit]), next=following)


def encode_cursor(position: str) -> str:
    """An opaque cursor of a position in a sorted list."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str | None:
    """The position in a cursor; raises CursorInvalid."""
    if cursor is None:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, UnicodeDecodeError):
        raise CursorInvalid("/cursor") from None


class CursorInvalid(RuleError):
    """The cursor is not one of ours."""

    status = 422
    en = "This cursor is not the `next` of an earlier page."
    zh = "该游标不是之前某一页返回的 next。"


def fingerprint(operation: str, path: dict[str, str], body: bytes) -> str:
    """What a repeated request must share with the first: operation, path and body."""
    parts = [operation, *(f"{k}={path[k]}" for k in sorted(path))]
    return hashlib.sha256("\n".join(parts).encode() + b"\n\n" + body).hexdigest()


def command_id(tenant: str, operation: str, path: dict[str, str], key: str) -> str:
    """The id under which a command is remembered: a key belongs to one studio, operation and path."""
    parts = [tenant, operation, *(f"{k}={path[k]}" for k in sorted(path)), key]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
