"""Finding people in a real database: ranks, pages, and that nothing readable is stored."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.api import CursorInvalid, encode_cursor
from events.schemas import load
from services.talent.people.api import PeopleQuery
from services.talent.people.files import Profile, ProfileChange, file_id
from services.talent.service import Talent
from tests.service.place import Place
from tests.service.talents import STUDIO, call, make


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


def put(talent: Talent, legal: str, tenant: str = STUDIO, **facts: Any) -> None:
    """A person of this name on file."""
    profile = load(Profile, {"names": {"legal": legal}, "nationality": "CN", **facts})
    talent.register_person(replace(call(profile), tenant=tenant))


def found(talent: Talent, **question: Any) -> list[str]:
    """The names in the answer, all pages."""
    names, cursor = [], None
    while True:
        page = talent.list_people(call(query=PeopleQuery(**question, cursor=cursor)))
        names += [person.names.legal for person in page.items]
        cursor = page.next
        if cursor is None:
            return names


def test_the_best_matches_come_first(talent: Talent) -> None:
    """A whole name before a part of one, a part before a beginning; of equals the oldest file."""
    for name in ("Lina Park", "Lin Daiyu", "Linda Lin", "林晓", "Lin"):
        put(talent, name)
    assert found(talent, text="lin") == ["Lin", "Lin Daiyu", "Linda Lin", "Lina Park", "林晓"]
    assert found(talent, text="lin", limit=1) == found(talent, text="lin")
    assert found(talent, text="lin", limit=2) == found(talent, text="lin")
    assert found(talent, text="晓") == ["林晓"]
    assert found(talent, text="nobody") == []


def test_conditions_hold_together(talent: Talent) -> None:
    """Text, skills, languages, attributes, nationality and age narrow the answer; without a text it is the oldest first."""
    put(talent, "A", skills=["cello"], languages=[{"tag": "ko"}], birth_date="2000-01-01", attributes=["twin"])
    put(talent, "B", skills=["cello", "riding"], nationality="KR", birth_date="1990-12-31")
    put(talent, "C", skills=["riding"], languages=[{"tag": "ko"}])
    assert found(talent) == ["A", "B", "C"]
    assert found(talent, skill="Cello") == ["A", "B"]
    assert found(talent, skill="riding", nationality="KR") == ["B"]
    assert found(talent, language="ko", limit=1) == ["A", "C"]
    assert found(talent, attribute="twin") == ["A"]
    assert found(talent, age_from=30) == ["B"]
    assert found(talent, age_to=30, skill="cello") == ["A"]


def test_a_change_is_found_at_once(talent: Talent) -> None:
    """And what was is not found any more."""
    put(talent, "Before")
    (file,) = talent.store.people.collection.find()
    change = load(ProfileChange, {"names": {"legal": "After"}, "skills": ["fencing"]})
    talent.update_person(call(change, person_id=file["person_id"]))
    assert found(talent, text="before") == []
    assert found(talent, text="after", skill="fencing") == ["After"]


def test_other_studios_and_the_forgotten_are_not_found(talent: Talent) -> None:
    """Each studio finds its own; who is forgotten is skipped, and the page is still full."""
    for name in ("Lin 1", "Lin 2", "Lin 3"):
        put(talent, name)
    put(talent, "Lin 4", tenant="stu_01JD8Z4C7M2QK5V9W3XRT6B8NF")
    (first, *_) = talent.store.people.collection.find({"tenant": STUDIO}).sort("_id", 1)
    talent.store.vault.destroy(file_id(first["person_id"], STUDIO))
    assert found(talent, text="lin") == ["Lin 2", "Lin 3"]
    page = talent.list_people(call(query=PeopleQuery(text="lin", limit=2)))
    assert (len(page.items), page.next) == (2, None)


def test_nothing_readable_is_stored(talent: Talent) -> None:
    """The database has hashes, and another studio's hashes of the same words are others."""
    for tenant in (STUDIO, "stu_01JD8Z4C7M2QK5V9W3XRT6B8NF"):
        put(talent, "Han Seoyeon", tenant=tenant, skills=["cello"])
    ours, theirs = talent.store.people.collection.find().sort("tenant", 1)
    for kind, least in (("words", 10), ("traits", 2)):
        assert not set(ours[kind]) & set(theirs[kind])
        assert len(ours[kind]) == len(theirs[kind]) >= least
    assert ours["born"] != theirs["born"]
    assert "seoyeon" not in str(ours).lower()
    assert "cello" not in str(ours)


def test_a_forged_cursor_is_refused(talent: Talent) -> None:
    """Whatever it says."""
    for position in ("x prs", "", "9999 prs", "-1 prs"):
        with pytest.raises(CursorInvalid):
            talent.list_people(call(query=PeopleQuery(text="lin", cursor=encode_cursor(position))))
