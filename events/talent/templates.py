"""What talent says of a studio's contract templates."""

from dataclasses import dataclass

from events.envelope import Event
from events.shapes import Sha256, TemplateId


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
