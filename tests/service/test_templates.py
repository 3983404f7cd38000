"""Templates as they are stored, and contracts that are drafted from them."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.api import Answer
from chassis.errors import NotFound
from events.schemas import load
from services.talent.contracts.api import DRAFT_CONTRACT, ContractRequest
from services.talent.contracts.terms import TermMissing, Terms
from services.talent.service import Talent
from services.talent.templates.api import DRAFT_TEMPLATE, Publication, TemplateQuery, TemplateRequest, TemplatesQuery
from services.talent.templates.versions import VersionFrozen, VersionNotPublished
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, example, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def body(answer: Answer) -> Any:
    """What was answered."""
    return orjson.loads(answer.body)


def saying(words: str) -> TemplateRequest:
    """A template of one clause, the same in both languages."""
    clause = {"id": "engagement", "zh": words, "en": words}
    terms = [{"name": "hotel", "kind": "text", "required": False}]
    return load(TemplateRequest, {"name": "Guest", "content": {"clauses": [clause], "terms": terms}})


def published(talent: Talent, words: str) -> str:
    """A template with one published version."""
    template = str(body(talent.draft_template(call(saying(words))))["template_id"])
    talent.publish_template(call(Publication(1), template_id=template))
    return template


def drafted(talent: Talent, template: str, number: int, **terms: Any) -> Any:
    """A contract drafted from a version of a template."""
    asked = example(DRAFT_CONTRACT)
    terms = {**asked["terms"], "production_id": PRODUCTION, "person_id": register(talent), **terms}
    choice = {"template_id": template, "number": number}
    return body(talent.draft_contract(call(load(ContractRequest, {**asked, "terms": terms, "template": choice}))))


def test_a_template_lives_in_versions(talent: Talent) -> None:
    """Drafted, revised, published and frozen; the next version is another document, and both can be read and listed."""
    template = body(talent.draft_template(call(load(TemplateRequest, example(DRAFT_TEMPLATE)))))["template_id"]
    talent.revise_template(call(saying("{role}"), template_id=template))
    first = body(talent.publish_template(call(Publication(1), template_id=template)))
    assert (first["number"], first["state"], len(first["content"]["clauses"])) == (1, "published", 1)
    with pytest.raises(VersionFrozen):
        talent.revise_template(call(saying("{fee}"), template_id=template))
    again = call(saying("{fee}"), template_id=template, key="once")
    assert body(talent.draft_template_version(again)) == body(talent.draft_template_version(again))
    with pytest.raises(VersionNotPublished):
        talent.draft_template_version(replace(again, command_id="another"))
    read = talent.get_template(call(query=TemplateQuery(), template_id=template)).body
    assert (read.number, read.state) == (2, "draft")
    read = talent.get_template(call(query=TemplateQuery(1), template_id=template)).body
    assert (read.number, read.sha256) == (1, first["sha256"])
    listed = talent.list_templates(call(query=TemplatesQuery(template_id=template)))
    assert [(each.number, each.state) for each in listed.items] == [(1, "published"), (2, "draft")]
    page = talent.list_templates(call(query=TemplatesQuery(limit=1)))
    rest = talent.list_templates(call(query=TemplatesQuery(limit=1, cursor=page.next)))
    assert [each.number for each in (*page.items, *rest.items)] == [1, 2]
    assert [e.state for e in talent.list_templates(call(query=TemplatesQuery(state="draft"))).items] == ["draft"]


def test_a_contract_stays_with_its_version(talent: Talent) -> None:
    """A later version, or a revision of the terms, does not change whose words a draft is in."""
    template = published(talent, "one {role}")
    contract = drafted(talent, template, 1)
    assert contract["template"] == f"{template}/1"
    talent.draft_template_version(call(saying("two {role}"), template_id=template))
    talent.publish_template(call(Publication(2), template_id=template))
    revised = load(Terms, {**contract["terms"], "role": "Guest"})
    talent.revise_contract(call(revised, contract_id=contract["contract_id"]))
    stored = talent.store.contracts.get(contract["contract_id"], STUDIO)
    document = talent.store.document(stored)
    assert (document.template, document.clauses[0].en) == (f"{template}/1", "one Guest")
    assert (
        talent.store.document(talent.store.contracts.get(drafted(talent, template, 2)["contract_id"], STUDIO))
        .clauses[0]
        .zh.startswith("two ")
    )


def test_a_draft_needs_a_published_version_that_can_say_its_terms(talent: Talent) -> None:
    """A draft version, one that is not there, and one whose clause lacks a term are refused."""
    template = body(talent.draft_template(call(saying("{hotel}"))))["template_id"]
    with pytest.raises(VersionNotPublished):
        drafted(talent, template, 1)
    with pytest.raises(NotFound):
        drafted(talent, template, 2)
    talent.publish_template(call(Publication(1), template_id=template))
    with pytest.raises(TermMissing, match="Clause engagement needs the term hotel"):
        drafted(talent, template, 1)
    assert drafted(talent, template, 1, particulars=[{"name": "hotel", "value": "Four stars"}])["state"] == "draft"


def test_another_studios_template_is_not_there(talent: Talent) -> None:
    """Neither to read nor to draft from, whatever the id."""
    template = published(talent, "{role}")
    foreign = replace(
        call(Publication(1), query=TemplateQuery(), template_id=template), tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"
    )
    for ask in (talent.get_template, talent.publish_template):
        with pytest.raises(NotFound):
            ask(foreign)
    with pytest.raises(NotFound):
        talent.list_templates(replace(foreign, query=TemplatesQuery(template_id=template)))
    with pytest.raises(NotFound):
        talent.store.published(template, 1, foreign.tenant)
