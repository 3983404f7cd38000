"""Duplicates are found within the studio, and two files become one without losing history."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from chassis.errors import NotFound, PersonForgotten
from events.envelope import Envelope, from_wire
from events.schemas import load
from events.talent.people import PersonMerged
from services.talent.contracts.api import Cancellation, ContractsQuery
from services.talent.documents.api import RECORD_DOCUMENT, CheckRequest, DocumentsQuery
from services.talent.documents.papers import DocumentFacts
from services.talent.people import files, merging
from services.talent.people.api import REGISTER_PERSON, PeopleQuery
from services.talent.people.files import (
    ContractsOpen,
    Names,
    PersonAlreadyOnFile,
    PersonFile,
    Profile,
    ProfileChange,
    file_id,
)
from services.talent.people.merging import BothKnownElsewhere, FileMerged, KnownElsewhere, MergeRequest
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
    """Another studio's file is a 404, in the path and in the body, and stays as it is when somebody is merged into its person."""
    profile = load(Profile, example(REGISTER_PERSON))
    person = named(talent, "Han Seoyeon")
    shared = str(orjson.loads(talent.register_person(call(profile)).body)["person_id"])
    rival = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NZ"
    assert orjson.loads(talent.register_person(replace(call(profile), tenant=rival)).body)["person_id"] == shared
    with pytest.raises(NotFound):
        talent.merge_person(replace(call(MergeRequest(person), person_id=shared), tenant=rival))
    merge(talent, shared, person)
    assert talent.store.people.get(file_id(shared, rival), rival).version == 1
    with pytest.raises(PersonAlreadyOnFile) as refused:
        talent.register_person(call(profile))
    assert refused.value.facts["person_id"] == shared


def test_who_registers_a_passport_again_is_shown_the_present_file(talent: Talent) -> None:
    """Though the file with that passport is history."""
    profile = load(Profile, example(REGISTER_PERSON))
    passport = str(orjson.loads(talent.register_person(call(profile)).body)["person_id"])
    person = named(talent, "Han Seoyeon")
    merge(talent, person, passport)
    with pytest.raises(PersonAlreadyOnFile) as refused:
        talent.register_person(call(profile))
    assert refused.value.facts["person_id"] == person


def test_an_id_that_another_studio_knows_does_not_become_history(talent: Talent) -> None:
    """It would see the days there as free. The other way round is right, unless others know both ids."""
    people = []
    for number in ("M1234 5678", "M8765 4321"):
        body = example(REGISTER_PERSON)
        profile = load(Profile, {**body, "document": {**body["document"], "number": number}})
        people.append(str(orjson.loads(talent.register_person(call(profile)).body)["person_id"]))
        talent.register_person(replace(call(profile), tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NZ"))
    mine = named(talent, "Han Seoyeon")
    with pytest.raises(KnownElsewhere) as refused:
        talent.merge_person(call(MergeRequest(people[0]), person_id=mine))
    assert refused.value.facts == {"person_id": people[0], "into": mine}
    for one, two in (people, people[::-1]):
        with pytest.raises(BothKnownElsewhere):
            talent.merge_person(call(MergeRequest(one), person_id=two))
    assert merged(talent) == []
    merge(talent, people[0], mine)


def test_two_that_are_merged_into_each_other_at_once_become_one(
    talent: Talent, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two members in two processes: who comes second is told where the person is now."""
    one, two = named(talent, "Han Seoyeon"), named(talent, "Seoyeon Han")
    rival, leave = make(place, monkeypatch), merging.leave

    def leave_late(other: PersonFile, into: PersonFile, elsewhere: Collection[str]) -> Any:
        left = leave(other, into, elsewhere)
        if other.person_id == one and not merged(rival):
            rival.merge_person(call(MergeRequest(two), person_id=one))
        return left

    monkeypatch.setattr(merging, "leave", leave_late)
    with pytest.raises(FileMerged) as refused:
        talent.merge_person(call(MergeRequest(one), person_id=two))
    assert refused.value.facts == {"person_id": two, "into": one}
    assert [event.data for event in merged(talent)] == [PersonMerged(two, one)]


@pytest.mark.parametrize("order", [1, -1])
def test_facts_come_to_the_end_of_the_merges(talent: Talent, order: int) -> None:
    """A went into B and B into C: C has the facts of all, whichever is heard of first."""
    a, b, c = (
        named(talent, "Han A", skills=("fencing",)),
        named(talent, "Han B", skills=("judo",)),
        named(talent, "Han C"),
    )
    for person, into in ((a, b), (b, c)):
        talent.merge_person(call(MergeRequest(person), person_id=into))
    for event in sorted(merged(talent), key=lambda event: [a, b].index(event.data.person_id))[::order]:
        for _ in range(2):
            talent.join_files(event)
    found = talent.get_person(call(person_id=c)).body
    assert (set(found.skills), set(found.former)) == ({"fencing", "judo"}, {a, b})
    assert talent.get_person(call(person_id=b)).body.former == ()


def test_a_file_is_forgotten_before_its_facts_were_joined(talent: Talent) -> None:
    """And what it went through: right after the merges nobody has told the person's file of its former ones."""
    a, b, c = (register(talent) for _ in range(3))
    contract = draft(talent, a)
    for person, into in ((a, b), (b, c)):
        talent.merge_person(call(MergeRequest(person), person_id=into))
    assert len(talent.export_person(call(person_id=c)).body.contracts) == 1
    erasure = call(ErasureRequest(date(2026, 1, 1)), person_id=c)
    with pytest.raises(ContractsOpen):
        talent.erase_person(erasure)
    talent.cancel_contract(call(Cancellation("Role cut."), contract_id=contract))
    talent.erase_person(erasure)
    for forgotten in (a, b, c):
        with pytest.raises(PersonForgotten):
            talent.get_person(call(person_id=forgotten))
    for event in merged(talent):
        talent.join_files(event)


def test_a_file_that_is_merged_while_the_person_is_erased_is_forgotten(
    talent: Talent, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another process, after it was looked which files there are: it is looked again."""
    other, person = register(talent), register(talent)
    rival, erase = make(place, monkeypatch), files.erase

    def erase_late(file: PersonFile, *args: Any, **more: Any) -> Any:
        if file.person_id == person and not merged(rival):
            rival.merge_person(call(MergeRequest(other), person_id=person))
        return erase(file, *args, **more)

    monkeypatch.setattr(files, "erase", erase_late)
    talent.erase_person(call(ErasureRequest(date(2026, 1, 1)), person_id=person))
    for forgotten in (other, person):
        with pytest.raises(PersonForgotten):
            talent.get_person(call(person_id=forgotten))


def test_a_passport_of_somebody_who_is_forgotten_answers_nothing(talent: Talent) -> None:
    """Neither while the key is still there nor later is anybody like them; their fingerprint is not kept."""
    one, two = named(talent, "Han Seoyeon"), named(talent, "Somebody Else")
    for person in (one, two):
        talent.record_document(call(load(DocumentFacts, example(RECORD_DOCUMENT)), person_id=person))
    stored = talent.store.documents.collection
    fingerprint = stored.distinct("fingerprint", {"person_id": two})
    talent.erase_person(call(ErasureRequest(date(2026, 1, 1)), person_id=two))
    assert stored.distinct("fingerprint", {"person_id": two}) == [""]
    stored.update_many({"person_id": two}, {"$set": {"fingerprint": fingerprint[0]}})  # as of an earlier version
    assert duplicates(talent, one) == []


def test_a_permit_of_a_merged_file_is_not_checked_there(talent: Talent) -> None:
    """The check belongs on the person's file, where the permit is now."""
    person, other = register(talent), register(talent)
    merge(talent, person, other)
    with pytest.raises(FileMerged):
        talent.check_permit(call(CheckRequest("register"), person_id=other, permit_id="pmt_1"))
