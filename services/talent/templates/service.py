"""Talent's entrypoints about templates."""

from typing import Any

from chassis.aggregates import Taken
from chassis.api import Answer, Call, page
from chassis.cause import new_id
from chassis.documents import now
from chassis.rpc import serves
from services.talent.repository import TalentRepository
from services.talent.templates import api, versions, views
from services.talent.templates.versions import TemplateVersion, VersionNotPublished


class Templates:
    """The studios' templates and their versions."""

    store: TalentRepository

    @serves(api.DRAFT_TEMPLATE)
    def draft_template(self, call: Call) -> Answer:
        """Draft a template: its first version."""
        made, events = versions.draft(new_id("tpl"), 1, call.tenant, call.body.name, call.body.content, now())
        return self.store.templates.create(call, made, events, views.template)

    @serves(api.GET_TEMPLATE)
    def get_template(self, call: Call) -> Answer:
        """Read a version."""
        template_id, number = call.path["template_id"], call.query.number
        found = (
            self.store.last_version(template_id, call.readable_tenant)
            if number is None
            else self.store.templates.get(versions.version_id(template_id, number), call.readable_tenant)
        )
        return Answer(views.template(found), found.version)

    @serves(api.LIST_TEMPLATES)
    def list_templates(self, call: Call) -> Any:
        """List versions; a template of another studio is a 404."""
        if call.query.template_id is not None:
            self.store.last_version(call.query.template_id, call.readable_tenant)
        shown = [views.summary(each) for each in self.store.list_templates(call.readable_tenant, call.query)]
        return page(
            api.TemplateSummary,
            shown,
            call.query.limit,
            lambda each: versions.version_id(each.template_id, each.number),
        )

    @serves(api.REVISE_TEMPLATE)
    def revise_template(self, call: Call) -> Answer:
        """Replace the wording of a draft."""
        last = self._last(call)
        return self.store.templates.change(
            call, last.id, lambda known: versions.revise(known, call.body.name, call.body.content), views.template
        )

    @serves(api.PUBLISH_TEMPLATE)
    def publish_template(self, call: Call) -> Answer:
        """Freeze a version."""
        at, version = now(), versions.version_id(call.path["template_id"], call.body.number)
        return self.store.templates.change(call, version, lambda known: versions.publish(known, at), views.template)

    @serves(api.DRAFT_TEMPLATE_VERSION)
    def draft_template_version(self, call: Call) -> Answer:
        """Draft the next version; raises VersionNotPublished while there is a draft, unless this command made it."""
        last = self._last(call)
        number = versions.next_number(last)
        made, events = versions.draft(last.template_id, number, call.tenant, call.body.name, call.body.content, now())
        try:
            return self.store.templates.create(call, made, events, views.template)
        except Taken:
            raise VersionNotPublished(number=made.number) from None

    def _last(self, call: Call) -> TemplateVersion:
        return self.store.last_version(call.path["template_id"], call.tenant)
