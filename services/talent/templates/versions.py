"""A template's versions: a draft can be changed, a published one never again; contracts pin what is published."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

import rfc8785

from events.codecs import plain
from events.envelope import Event
from events.errors import RuleError
from events.shapes import Line, Number, Sha256, TemplateId
from events.talent.templates import TemplateDrafted, TemplatePublished, TemplateRevised
from services.talent.templates import content
from services.talent.templates.content import Content

MOST_VERSIONS = 9_999

State = Literal["draft", "published"]


class VersionFrozen(RuleError):
    """A published version is not changed."""

    en = "Version {number} is published: contracts name it, so draft another version instead."
    zh = "第 {number} 版已发布，合同以其为准：请另行起草新版本。"


class VersionNotPublished(RuleError):
    """A version that is not published yet."""

    en = "Version {number} is a draft: publish it first."
    zh = "第 {number} 版仍为草稿：请先发布。"


@dataclass(frozen=True)
class TemplateChoice:
    """A published version of one of the studio's templates."""

    template_id: TemplateId
    number: Annotated[int, Number(min=1, max=MOST_VERSIONS)]


@dataclass(frozen=True)
class TemplateVersion:
    """One version of a studio's template; its id is the template's with the number, so that ids sort by number."""

    id: str
    tenant: str
    version: int
    template_id: TemplateId
    number: int
    state: State
    name: Line
    content: Content
    drafted_at: datetime
    published_at: datetime | None = None
    sha256: Sha256 | None = None


Step = tuple[TemplateVersion, list[Event]]


def version_id(template_id: str, number: int) -> str:
    """The id of a template's version."""
    return f"{template_id}.{number:04}"


def pinned(version: TemplateVersion) -> str:
    """What a contract's document calls the version."""
    return f"{version.template_id}/{version.number}"


def draft(template_id: str, number: int, tenant: str, name: str, wording: Content, at: datetime) -> Step:
    """A new version; raises what `content.check` finds wrong."""
    content.check(wording)
    made = TemplateVersion(
        version_id(template_id, number), tenant, 0, template_id, number, "draft", name, wording, drafted_at=at
    )
    return made, [TemplateDrafted(template_id, number)]


def next_number(last: TemplateVersion) -> int:
    """The number of the draft after a published version; a draft's own, which is taken, because there is one at a time."""
    return last.number + 1 if last.state == "published" else last.number


def revise(version: TemplateVersion, name: str, wording: Content) -> Step:
    """The draft with other wording; raises VersionFrozen and what `content.check` finds wrong."""
    _require_draft(version)
    content.check(wording)
    return replace(version, name=name, content=wording), [TemplateRevised(version.template_id, version.number)]


def publish(version: TemplateVersion, at: datetime) -> Step:
    """The version frozen, with the SHA-256 of its wording in canonical JSON (RFC 8785); raises VersionFrozen."""
    _require_draft(version)
    digest = sha256(rfc8785.dumps(plain(version.content))).hexdigest()
    published = replace(version, state="published", published_at=at, sha256=digest)
    return published, [TemplatePublished(version.template_id, version.number, digest)]


def require_published(version: TemplateVersion) -> None:
    """Raise VersionNotPublished for a draft."""
    if version.state != "published":
        raise VersionNotPublished(number=version.number)


def _require_draft(version: TemplateVersion) -> None:
    if version.state != "draft":
        raise VersionFrozen(number=version.number)
