"""Duplicates are found within the studio, and two files become one without losing history."""

from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from chassis.errors import NotFound, PersonForgotten
from events.envelope import Envelope, from_wire
from events.schemas import load
from services.talent.contracts.api import Cancellation, ContractsQuery
from services.talent.documents.api import RECORD_DOCUMENT, DocumentsQuery
from services.talent.documents.papers import DocumentFacts
from services.talent.people.api import REGISTER_PERSON, PeopleQuery
from services.talent.people.files import Names, PersonAlreadyOnFile, Profile, ProfileChange, file_id
from services.talent.people.merging import FileMerged, MergeRequest
from services.talent.privacy.api import ErasureRequest
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, draft, example, make, register


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def named(talent: Talent, name: str, tenant: str = STUDIO, **more: Any) -> str:
    """A person of a name, born on the same day as the others."""
    profile = Profile(Names(name), "KR", birth_date=date(1998, 4, 17), **more)
    made = talent.register_person(replace(call(profile), tenant=tenant))
    return str(orjson.loads(made.body)["person_id"])


def duplicates(talent: Talent, person: str) -> list[tuple[str, int, tuple[str, ...]]]:
    """The files that may be about the same person."""
    found = talent.find_duplicates(call(person_id=person)).body.duplicates
    return [(d.person_id, d.percent, d.reasons) for d in found]


def merge(talent: Talent, person: str, other: str) -> None:
    """Merge, and hear of it twice."""
    talent.merge_person(call(MergeRequest(other), person_id=person))
    for event in merged(talent):
        for _ in range(2):
            talent.join_files(event)


def merged(talent: Talent) -> list[Envelope[Any]]:
    """The events of merged files."""
    entries = [orjson.loads(entry["body"]) for d in talent.store.people.collection.find() for entry in d["outbox"]]
    return [from_wire(entry) for entry in entries if entry["type"] == "talent.person.merged.v1"]


def test_duplicates_are_found_within_the_studio(talent: Talent) -> None:
    """The likeliest first; somebody else, and another studio's file, are not among them."""
    person = named(talent, "Han Seoyeon")
    near, same = named(talent, "Han Seoyoen"), named(talent, "SEOYEON HAN")
    named(talent, "Kim Minjun")
    named(talent, "Han Seoyeon", tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NZ")
    found = duplicates(talent, person)
    assert [(other, reasons[-1]) for other, _, reasons in found] == [(same, "same_name"), (near, "similar_name")]
    assert 80 <= found[1][1] < found[0][1] == 100


def test_a_passport_in_common_shows(talent: Talent) -> None:
    """Recorded in two files with other names, written in two ways; once the two are merged nothing is left to show."""
    one, two = named(talent, "Han Seoyeon"), named(talent, "Somebody Else")
    passport = load(DocumentFacts, example(RECORD_DOCUMENT))
    talent.record_document(call(passport, person_id=one))
    talent.record_document(call(replace(passport, number="m1234-5678".replace("-", " ")), person_id=two))
    assert [(other, reasons[0]) for other, _, reasons in duplicates(talent, one)] == [(two, "same_passport")]
    merge(talent, one, two)
    assert duplicates(talent, one) == []


def test_one_file_goes_on_and_the_other_says_where(talent: Talent) -> None:
    """The old id answers with everything and where the person is; it cannot be changed; lists show one file."""
    person, other = named(talent, "Han Seoyeon"), named(talent, "Seoyeon Han", skills=("fencing",))
    merge(talent, person, other)
    old, new = (talent.get_person(call(person_id=p)).body for p in (other, person))
    assert (old.merged_into, old.names.legal) == (person, "Seoyeon Han")
    assert (new.merged_into, new.former, new.skills) == (None, (other,), ("fencing",))
    assert [p.person_id for p in talent.list_people(call(query=PeopleQuery(text="Seoyeon"))).items] == [person]
    with pytest.raises(FileMerged):
        talent.update_person(call(ProfileChange(nationality="JP"), person_id=other))
    with pytest.raises(FileMerged):
        draft(talent, other)


def test_contracts_and_documents_come_along(talent: Talent) -> None:
    """They keep the old id, and are listed, exported and opened under the new one."""
    person, other = register(talent), register(talent)
    contract = draft(talent, other)
    talent.record_document(call(load(DocumentFacts, example(RECORD_DOCUMENT)), person_id=other))
    merge(talent, person, other)
    (listed,) = talent.list_contracts(call(query=ContractsQuery(person_id=person))).items
    assert (listed.contract_id, listed.terms.person_id) == (contract, other)
    assert len(talent.list_documents(call(query=DocumentsQuery(), person_id=person)).items) == 1
    held = talent.export_person(call(person_id=person)).body
    assert (len(held.contracts), len(held.documents)) == (1, 1)


def test_the_merged_file_is_forgotten_with_the_person(talent: Talent) -> None:
    """Erasing the person's file erases what it came from; the merged file cannot be erased alone."""
    person, other = register(talent), register(talent)
    contract = draft(talent, other)
    talent.cancel_contract(call(Cancellation("Role cut."), contract_id=contract))
    merge(talent, person, other)
    with pytest.raises(FileMerged):
        talent.erase_person(call(ErasureRequest(date(2026, 1, 1)), person_id=other))
    talent.erase_person(call(ErasureRequest(date(2026, 1, 1)), person_id=person))
    for forgotten in (person, other):
        with pytest.raises(PersonForgotten):
            talent.get_person(call(person_id=forgotten))
    kinds = [
        (entry["id"], orjson.loads(entry["body"])["data"]["person_id"])
        for d in talent.store.people.collection.find()
        for entry in d["outbox"]
        if orjson.loads(entry["body"])["type"] == "talent.person.erased.v1"
    ]
    assert sorted(found for _, found in kinds) == sorted([person, other])


def test_nobody_of_another_studio_is_merged(talent: Talent) -> None:
    """Another studio's file is a 404, in the path and in the body, and stays as it is when its person is merged here."""
    profile = load(Profile, example(REGISTER_PERSON))
    person = named(talent, "Han Seoyeon")
    shared = str(orjson.loads(talent.register_person(call(profile)).body)["person_id"])
    rival = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NZ"
    assert orjson.loads(talent.register_person(replace(call(profile), tenant=rival)).body)["person_id"] == shared
    with pytest.raises(NotFound):
        talent.merge_person(replace(call(MergeRequest(person), person_id=shared), tenant=rival))
    merge(talent, person, shared)
    assert talent.store.people.get(file_id(shared, rival), rival).merged_into is None
    with pytest.raises(PersonAlreadyOnFile) as refused:
        talent.register_person(call(profile))
    assert refused.value.facts["person_id"] == person
