"""What may be asked about templates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound
from events.shapes import Line, Number, Sha256, TemplateId
from services.talent.contracts.terms import TermUnknown
from services.talent.templates.conditions import ConditionInvalid
from services.talent.templates.content import (
    ClauseRepeated,
    ClauseTextInvalid,
    Content,
    IncludeCycle,
    IncludedClauseUnknown,
    PlaceholdersDiffer,
    TermRepeated,
)
from services.talent.templates.versions import MOST_VERSIONS, State, VersionFrozen, VersionNotPublished

VersionNumber = Annotated[int, Number(min=1, max=MOST_VERSIONS, doc="versions count from 1")]


@dataclass(frozen=True)
class TemplateRequest:
    """A template's name and wording."""

    name: Line
    content: Content


@dataclass(frozen=True)
class Publication:
    """Which version is published."""

    number: VersionNumber


@dataclass(frozen=True)
class TemplateView:
    """A version of a template; the hash is that of its wording in canonical JSON, once it is published."""

    template_id: TemplateId
    number: int
    state: State
    name: Line
    content: Content
    drafted_at: datetime
    published_at: datetime | None
    sha256: Sha256 | None


@dataclass(frozen=True)
class TemplateSummary:
    """A version of a template without its wording."""

    template_id: TemplateId
    number: int
    state: State
    name: Line
    drafted_at: datetime
    published_at: datetime | None
    sha256: Sha256 | None


@dataclass(frozen=True)
class TemplateQuery:
    """Which version to read; the last one without a number."""

    number: VersionNumber | None = None


@dataclass(frozen=True)
class TemplatesQuery:
    """Which versions to list."""

    template_id: TemplateId | None = None
    state: State | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


_CONTENT_ERRORS = (
    ClauseRepeated,
    TermRepeated,
    ClauseTextInvalid,
    TermUnknown,
    IncludedClauseUnknown,
    IncludeCycle,
    PlaceholdersDiffer,
    ConditionInvalid,
)
_EXAMPLE = {
    "name": "Guest role with per diem",
    "content": {
        "clauses": [
            {
                "id": "engagement",
                "zh": "制片方聘请演员在《{production}》中饰演“{role}”。{>per_diem}",
                "en": "The studio engages the performer to play “{role}” in “{production}”. {>per_diem}",
            },
            {
                "id": "per_diem",
                "zh": "除酬金 {fee} 外，每个工作日另付津贴 {per_diem}。",
                "en": "It pays {per_diem} for each working day beside the fee of {fee}.",
                "when": [{"any": [{"term": "per_diem", "operator": "given"}]}],
                "fragment": True,
            },
            {
                "id": "hours",
                "zh": "每日工作不超过 {hours_cap} 小时。",
                "en": "A working day has at most {hours_cap} hours.",
                "requires": [{"any": [{"term": "hours_cap", "operator": "at_most", "values": ["12"]}]}],
            },
        ],
        "terms": [{"name": "per_diem", "kind": "money", "required": False}],
    },
}
DRAFT_TEMPLATE = Operation(
    name="draft_template",
    kind="command",
    method="POST",
    path="/v1/templates",
    summary="Draft a template for the studio's contracts",
    description="Clauses name terms as `{term}` and include others as `{>clause}`; Chinese and English name the same. A "
    "clause applies `when` all of its requirements hold, and refuses terms that break what it `requires`.",
    request=TemplateRequest,
    response=TemplateView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=_CONTENT_ERRORS,
    example=_EXAMPLE,
)
GET_TEMPLATE = Operation(
    name="get_template",
    kind="query",
    method="GET",
    path="/v1/templates/{template_id}",
    summary="Read a version of a template, the last one by default",
    query=TemplateQuery,
    response=TemplateView,
    scope="contracts:read",
    versioned=True,
    errors=(NotFound,),
)
LIST_TEMPLATES = Operation(
    name="list_templates",
    kind="query",
    method="GET",
    path="/v1/templates",
    summary="List the versions of the studio's templates, oldest template first",
    query=TemplatesQuery,
    response=page_of(TemplateSummary),
    scope="contracts:read",
    errors=(NotFound, CursorInvalid),
)
REVISE_TEMPLATE = Operation(
    name="revise_template",
    kind="command",
    method="PUT",
    path="/v1/templates/{template_id}",
    summary="Replace the wording of a template's last version while it is a draft",
    request=TemplateRequest,
    response=TemplateView,
    scope="contracts:write",
    versioned=True,
    errors=(NotFound, VersionFrozen, *_CONTENT_ERRORS),
    example=_EXAMPLE,
)
PUBLISH_TEMPLATE = Operation(
    name="publish_template",
    kind="command",
    method="POST",
    path="/v1/templates/{template_id}/publication",
    summary="Freeze a version of a template, so that contracts can be drafted from it",
    request=Publication,
    response=TemplateView,
    scope="contracts:write",
    versioned=True,
    errors=(NotFound, VersionFrozen),
    example={"number": 1},
)
DRAFT_TEMPLATE_VERSION = Operation(
    name="draft_template_version",
    kind="command",
    method="POST",
    path="/v1/templates/{template_id}/versions",
    summary="Draft the next version of a template",
    description="Contracts stay with the version that they were drafted from.",
    request=TemplateRequest,
    response=TemplateView,
    scope="contracts:write",
    status=201,
    versioned=True,
    errors=(NotFound, VersionNotPublished, *_CONTENT_ERRORS),
    example=_EXAMPLE,
)

OPERATIONS = (
    DRAFT_TEMPLATE,
    GET_TEMPLATE,
    LIST_TEMPLATES,
    REVISE_TEMPLATE,
    PUBLISH_TEMPLATE,
    DRAFT_TEMPLATE_VERSION,
)
