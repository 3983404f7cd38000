"""Two files about one person become one."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from events.talent.people import PermitRecorded, PersonMerged, PersonUpdated
from services.talent.people import files, merging, permits
from services.talent.people.files import Contact, Credit, Names, PersonFile, Profile, SpokenLanguage, WorkProfile
from services.talent.people.permits import PermitFacts

HERE = Profile(
    Names("한서연"),
    "KR",
    (SpokenLanguage("ko", "native"),),
    Contact(email="a@example.com"),
    skills=("cello",),
    profiles=(WorkProfile("actor", "Seoyeon"),),
    credits=(Credit("Salt", "Kid", 2019),),
)
THERE = Profile(
    Names("Han Seoyeon", chinese="韩书妍"),
    "US",
    (SpokenLanguage("ko", "B1"), SpokenLanguage("zh", "B2")),
    Contact(email="b@example.com", phone="+82 2 1234 5678"),
    birth_date=date(1998, 4, 17),
    skills=("cello", "fencing"),
    profiles=(WorkProfile("actor", "Han"), WorkProfile("voice", "Yeon")),
    credits=(Credit("Salt", "Kid", 2019), Credit("Pepper", "Aunt", 2024)),
)
FACTS = PermitFacts("visa", "V-1", date(2026, 1, 1), date(2027, 1, 1))


def file(person: str, profile: Profile, now: datetime) -> PersonFile:
    """A file with these facts."""
    return files.register("stu_1", person, profile, now)[0]


@pytest.fixture
def into(now: datetime) -> PersonFile:
    """The person's file."""
    return file("prs_1", HERE, now)


@pytest.fixture
def other(now: datetime) -> PersonFile:
    """The file that becomes history, with a permit that holds and one that does not."""
    made = file("prs_2", THERE, now)
    for permit in ("pmt_1", "pmt_2"):
        made, _ = files.record_permit(made, permit, FACTS, now)
    return files.revoke_permit(made, "pmt_2", "over", now)[0]


def test_the_other_file_says_where_the_person_is(into: PersonFile, other: PersonFile) -> None:
    """It keeps what it says; it cannot be merged or changed again, and nothing can be merged into it."""
    left, events = merging.leave(other, into)
    assert events == [PersonMerged("prs_2", "prs_1")]
    assert (left.merged_into, left.profile, left.permits) == ("prs_1", other.profile, other.permits)
    for one, two in ((left, into), (into, left)):
        with pytest.raises(merging.FileMerged):
            merging.leave(one, two)
    with pytest.raises(merging.MergedWithItself):
        merging.leave(into, into)


def test_an_id_that_others_know_stays(into: PersonFile, other: PersonFile) -> None:
    """The error names both, in the order in which they can be merged; when others know both, neither can."""
    with pytest.raises(merging.KnownElsewhere) as refused:
        merging.leave(other, into, {"prs_2"})
    assert "prs_1 into prs_2" in refused.value.text("en")
    assert "将 prs_1 并入 prs_2" in refused.value.text("zh")
    with pytest.raises(merging.BothKnownElsewhere):
        merging.leave(other, into, {"prs_1", "prs_2"})
    assert merging.leave(other, into, {"prs_1"})[0].merged_into == "prs_1"


def test_merges_are_followed_to_the_end() -> None:
    """Each studio's own; and no further than once round."""
    into = {("a", "s"): "b", ("b", "s"): "c", ("x", "s"): "y", ("y", "s"): "x"}
    assert [merging.present(into, person, "s") for person in "abcx"] == ["c", "c", "c", "y"]
    assert merging.present(into, "a", "t") == "a"


def test_nothing_is_joined_to_a_file_that_is_history(into: PersonFile, other: PersonFile) -> None:
    """Who hears of the merge tries again where the person is now."""
    with pytest.raises(merging.FileMerged):
        merging.join(replace(into, merged_into="prs_3"), other)


def test_what_only_the_other_file_says_is_joined(into: PersonFile, other: PersonFile) -> None:
    """What both say stays; lists have the entries of both, one for each language and kind of work."""
    step = merging.join(into, other)
    assert step is not None
    joined, events = step
    profile = joined.profile
    assert (profile.names, profile.nationality) == (Names("한서연", chinese="韩书妍"), "KR")
    assert profile.contact == Contact("a@example.com", "+82 2 1234 5678")
    assert profile.languages == (SpokenLanguage("ko", "native"), SpokenLanguage("zh", "B2"))
    assert profile.skills == ("cello", "fencing")
    assert profile.profiles == (WorkProfile("actor", "Seoyeon"), WorkProfile("voice", "Yeon"))
    assert profile.credits == (Credit("Salt", "Kid", 2019), Credit("Pepper", "Aunt", 2024))
    assert profile.birth_date == date(1998, 4, 17)
    assert joined.known_as == ("prs_1", "prs_2")
    changed = ("birth_date", "contact", "credits", "former", "languages", "names", "profiles", "skills")
    assert events[0] == PersonUpdated("prs_1", "KR", ("ko", "zh"), changed)


def test_permits_come_along(into: PersonFile, other: PersonFile) -> None:
    """All are on file; those that hold are told of under the person's id."""
    step = merging.join(into, other)
    assert step is not None
    assert step[0].permits == other.permits
    assert step[1][1:] == [PermitRecorded("prs_1", "pmt_1", "visa", FACTS.valid_from, FACTS.valid_until, ())]
    assert permits.find(step[0].permits, "pmt_2").revocation is not None


def test_joining_twice_changes_nothing(into: PersonFile, other: PersonFile) -> None:
    """The event may come again."""
    step = merging.join(into, other)
    assert step is not None
    assert merging.join(step[0], other) is None


def test_a_merged_file_announces_no_ends(into: PersonFile, other: PersonFile) -> None:
    """The person's file does, for the same permits."""
    step = merging.join(into, other)
    assert step is not None
    assert files.next_notice(other) == files.next_notice(step[0]) is not None
    assert files.next_notice(merging.leave(other, into)[0]) is None


def test_ids_are_handed_on(into: PersonFile, other: PersonFile) -> None:
    """A file that had taken in a third brings its id along."""
    step = merging.join(into, replace(other, former=("prs_3",)))
    assert step is not None
    assert step[0].known_as == ("prs_1", "prs_2", "prs_3")
