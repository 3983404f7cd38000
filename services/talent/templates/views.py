"""What talent shows of templates."""

from services.talent.templates.api import TemplateSummary, TemplateView
from services.talent.templates.versions import TemplateVersion


def template(it: TemplateVersion) -> TemplateView:
    """A version with its wording."""
    return TemplateView(
        it.template_id, it.number, it.state, it.name, it.content, it.drafted_at, it.published_at, it.sha256
    )


def summary(it: TemplateVersion) -> TemplateSummary:
    """A version without its wording."""
    return TemplateSummary(it.template_id, it.number, it.state, it.name, it.drafted_at, it.published_at, it.sha256)
