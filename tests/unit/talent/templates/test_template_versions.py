"""A template's versions: drafted, revised, published, and then never changed again."""

from collections.abc import Callable
from datetime import datetime

import pytest

from events.talent.templates import TemplateDrafted, TemplatePublished, TemplateRevised
from services.talent.contracts.terms import TermUnknown
from services.talent.templates import versions
from services.talent.templates.content import Content
from services.talent.templates.versions import TemplateVersion, VersionFrozen, VersionNotPublished

TEMPLATE = "tpl_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
Write = Callable[..., Content]


@pytest.fixture
def drafted(written: Write, now: datetime) -> TemplateVersion:
    """A template's first version."""
    return versions.draft(TEMPLATE, 1, "stu_A", "Guest", written(a="{fee}"), now)[0]


def test_a_draft_can_be_revised(drafted: TemplateVersion, written: Write, now: datetime) -> None:
    """Name and wording are replaced; each step says its event; what is wrong is refused both times."""
    assert versions.draft(TEMPLATE, 1, "stu_A", "Guest", written(a="{fee}"), now)[1] == [TemplateDrafted(TEMPLATE, 1)]
    revised, events = versions.revise(drafted, "Guest star", written(a="{role}"))
    assert (revised.name, revised.content.clauses[0].en, revised.state) == ("Guest star", "{role}", "draft")
    assert events == [TemplateRevised(TEMPLATE, 1)]
    for step in (
        lambda: versions.revise(drafted, "Guest", written(a="{salary}")),
        lambda: versions.draft(TEMPLATE, 1, "stu_A", "Guest", written(a="{salary}"), now),
    ):
        with pytest.raises(TermUnknown):
            step()


def test_publication_freezes_a_version(drafted: TemplateVersion, written: Write, now: datetime) -> None:
    """Its hash is told; it cannot be revised or published again."""
    published, (event,) = versions.publish(drafted, now)
    assert (published.state, published.published_at) == ("published", now)
    assert event == TemplatePublished(TEMPLATE, 1, published.sha256 or "")
    for step in (lambda: versions.revise(published, "x", written(a="x")), lambda: versions.publish(published, now)):
        with pytest.raises(VersionFrozen, match="Version 1 is published"):
            step()


def test_the_hash_is_that_of_the_wording(drafted: TemplateVersion, written: Write, now: datetime) -> None:
    """Another word is another hash; another name is not."""
    hashes = {
        versions.publish(each, now)[0].sha256
        for each in (
            drafted,
            versions.revise(drafted, "Other", drafted.content)[0],
            versions.revise(drafted, "Guest", written(a="{fee}!"))[0],
        )
    }
    assert len(hashes) == 2


def test_contracts_are_made_from_what_is_published(drafted: TemplateVersion, now: datetime) -> None:
    """A draft is refused; the next version is drafted after a published one."""
    with pytest.raises(VersionNotPublished):
        versions.require_published(drafted)
    published, _ = versions.publish(drafted, now)
    versions.require_published(published)
    assert (versions.next_number(drafted), versions.next_number(published)) == (1, 2)
    assert versions.pinned(published) == f"{TEMPLATE}/1"
    ids = [versions.version_id(TEMPLATE, number) for number in (1, 9, 10, 100)]
    assert ids == sorted(ids)
