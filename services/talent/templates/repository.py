"""Templates as they are stored: a document for every version."""

from typing import Any

from pymongo import IndexModel

from chassis.api import decode_cursor
from chassis.mongo import in_our_words
from chassis.store import Repository
from services.talent.contracts.clauses import PERFORMER
from services.talent.contracts.document import Wording
from services.talent.templates.api import TemplatesQuery
from services.talent.templates.versions import TemplateVersion, pinned, require_published, version_id
from services.talent.templates.wording import TemplateWording


class TemplatesRepository(Repository):
    """The versions of the studios' templates."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.templates = self.aggregates(
            "templates",
            TemplateVersion,
            "template",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("state", 1), ("_id", 1)]),
                IndexModel([("template_id", 1), ("_id", 1)]),
            ],
        )

    def last_version(self, template_id: str, tenant: str | None) -> TemplateVersion:
        """A template's last version; raises NotFound."""
        with in_our_words():
            last = self.templates.collection.find_one({"template_id": template_id}, {"_id": 1}, sort=[("_id", -1)])
        return self.templates.get(last["_id"] if last else version_id(template_id, 1), tenant)

    def list_templates(self, tenant: str | None, query: TemplatesQuery) -> list[TemplateVersion]:
        """The versions that match, one more than the limit; of every studio when `tenant` is None."""
        wanted = {"tenant": tenant, "template_id": query.template_id, "state": query.state}
        where = {name: value for name, value in wanted.items() if value is not None}
        return self.templates.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)

    def published(self, template_id: str, number: int, tenant: str) -> TemplateWording:
        """The wording of a published version; raises NotFound, VersionNotPublished."""
        version = self.templates.get(version_id(template_id, number), tenant)
        require_published(version)
        return TemplateWording(pinned(version), version.content)

    def wording(self, tenant: str, template: str) -> Wording:
        """The wording that a document pins: the built-in one, or a published version."""
        if template == PERFORMER.name:
            return PERFORMER
        template_id, _, number = template.partition("/")
        return self.published(template_id, int(number), tenant)
