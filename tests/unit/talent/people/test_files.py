"""A studio's file on a person: what it accepts, what it tells the others, what it keeps to itself."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from marshmallow import ValidationError

from events.codecs import plain
from events.errors import RuleError
from events.schemas import load
from events.talent.people import (
    PermitExpired,
    PermitExpiring,
    PermitRecorded,
    PermitRevoked,
    PersonErased,
    PersonRegistered,
    PersonUpdated,
)
from services.talent.codes import LanguageUnknown, TerritoryUnknown
from services.talent.people import files
from services.talent.people.files import (
    BirthDateImpossible,
    Contact,
    ErasureNotYetAsked,
    IdentityDocument,
    LanguageRepeated,
    Names,
    PersonFile,
    Profile,
    ProfileChange,
    SpokenLanguage,
)
from services.talent.people.permits import PermitFacts

PERSON = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
TENANT = "stu_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
PERMIT = "pmt_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
PROFILE = Profile(
    Names("한서연", "Seoyeon Han", "韩书妍"),
    "KR",
    (SpokenLanguage("ko", "native"), SpokenLanguage("zh", "B1")),
    Contact("seoyeon@example.com", "+82 2 1234 5678"),
    date(1998, 4, 17),
    IdentityDocument("passport", "KR", "M1234 5678"),
)
PERSONAL = ("한서연", "Seoyeon", "韩书妍", "seoyeon@", "1234", "1998")


@pytest.fixture
def file(now: datetime) -> PersonFile:
    """A file just opened."""
    opened, _ = files.register(TENANT, PERSON, PROFILE, now)
    return opened


def test_registering_opens_the_studios_file(now: datetime) -> None:
    """The file belongs to one studio; the event names the person by id, with nationality and languages only."""
    file, events = files.register(TENANT, PERSON, PROFILE, now)
    assert (file.id, file.tenant, file.person_id) == (f"{PERSON}.{TENANT}", TENANT, PERSON)
    assert (file.profile, file.permits, file.registered_at) == (PROFILE, (), now)
    assert events == [PersonRegistered(PERSON, "KR", ("ko", "zh"))]


def test_an_update_tells_which_fields_changed_and_not_what_they_say(file: PersonFile, now: datetime) -> None:
    """Personal fields are named in the event, never told."""
    names, contact = Names("한서연", "Sunny Han"), Contact("new@example.com")
    change = ProfileChange(names=names, contact=contact, nationality="US")
    updated, events = files.update(file, change, now)
    assert updated.profile == replace(PROFILE, names=names, contact=contact, nationality="US")
    assert events == [PersonUpdated(PERSON, "US", ("ko", "zh"), ("contact", "names", "nationality"))]
    assert "Sunny" not in json.dumps(plain(events[0])) and "new@" not in json.dumps(plain(events[0]))


def test_an_update_names_only_what_differs(file: PersonFile, now: datetime) -> None:
    """A field that is given as it was does not count as changed."""
    _, events = files.update(file, ProfileChange(names=PROFILE.names, languages=(SpokenLanguage("ko"),)), now)
    assert events == [PersonUpdated(PERSON, "KR", ("ko",), ("languages",))]


def test_an_update_that_changes_nothing_is_no_event(file: PersonFile, now: datetime) -> None:
    """Neither the file nor its version moves when nothing differs."""
    assert files.update(file, ProfileChange(nationality="KR"), now) == (file, [])


def test_the_list_of_languages_can_be_emptied(file: PersonFile, now: datetime) -> None:
    """An empty list is a value, unlike one that is left out."""
    updated, _ = files.update(file, ProfileChange(languages=()), now)
    assert updated.profile.languages == ()


@pytest.mark.parametrize(
    ("change", "error", "pointer"),
    [
        ({"nationality": "EU"}, TerritoryUnknown, "/nationality"),
        ({"document": IdentityDocument("passport", "ZZ", "1")}, TerritoryUnknown, "/document/country"),
        ({"languages": (SpokenLanguage("ko"), SpokenLanguage("xx"))}, LanguageUnknown, "/languages/1/tag"),
        ({"languages": (SpokenLanguage("ko"), SpokenLanguage("KO"))}, LanguageRepeated, "/languages/1/tag"),
        ({"birth_date": date(2026, 11, 23)}, BirthDateImpossible, "/birth_date"),
        ({"birth_date": date(1895, 12, 31)}, BirthDateImpossible, "/birth_date"),
    ],
)
def test_impossible_facts_are_refused_where_they_stand(
    change: dict[str, object], error: type[RuleError], pointer: str, now: datetime
) -> None:
    """An unknown code, a language twice or an impossible birth date is refused with the pointer of the field."""
    with pytest.raises(error) as refused:
        files.register(TENANT, PERSON, replace(PROFILE, **change), now)  # type: ignore[arg-type]
    assert (refused.value.pointer, refused.value.status) == (pointer, 422)


def test_an_update_is_checked_like_a_registration(file: PersonFile, now: datetime) -> None:
    """The same facts are impossible in a change."""
    with pytest.raises(BirthDateImpossible):
        files.update(file, ProfileChange(birth_date=now.date() + timedelta(days=1)), now)


def test_a_child_born_today_can_be_on_file(now: datetime) -> None:
    """Today is a possible birth date."""
    files.check(replace(PROFILE, birth_date=now.date()), now.date())


def test_one_document_is_one_identity_however_it_is_written() -> None:
    """Spaces, hyphens and case do not make another person; another kind, country or number does."""
    document = IdentityDocument("passport", "KR", "M1234 5678")
    same = [replace(document, number=number) for number in ("m12345678", "M-1234-5678", "M 1234.5678")]
    other = [
        replace(document, number="M12345679"),
        replace(document, country="KP"),
        replace(document, kind="national_id"),
    ]
    assert {d.identity for d in same} == {document.identity}
    assert document.identity not in {d.identity for d in other}


def test_a_permit_is_told_without_its_number(file: PersonFile, now: datetime) -> None:
    """Compliance hears kind, dates and places; the number stays on file."""
    facts = PermitFacts("visa", "ZP-2026-0187", date(2026, 11, 25), date(2027, 2, 22), ("Hengdian",))
    recorded, events = files.record_permit(file, PERMIT, facts, now)
    assert recorded.permits[0].number == "ZP-2026-0187"
    assert events == [PermitRecorded(PERSON, PERMIT, "visa", date(2026, 11, 25), date(2027, 2, 22), ("Hengdian",))]


def test_a_revocation_is_told(file: PersonFile, now: datetime) -> None:
    """The event names the permit and the reason."""
    recorded, _ = files.record_permit(file, PERMIT, PermitFacts("visa", "1", now.date(), now.date()), now)
    revoked, events = files.revoke_permit(recorded, PERMIT, "left early", now)
    assert revoked.permits[0].revocation is not None
    assert events == [PermitRevoked(PERSON, PERMIT)]


def test_no_event_carries_anything_personal(file: PersonFile, now: datetime) -> None:
    """Nothing that is sealed in the file appears in what the others hear."""
    facts = PermitFacts("visa", "1234", date(2026, 11, 25), date(2027, 2, 22))
    recorded, events = files.record_permit(file, PERMIT, facts, now)
    events += files.register(TENANT, PERSON, PROFILE, now)[1]
    events += files.update(recorded, ProfileChange(names=Names("한서연")), now)[1]
    told = json.dumps([plain(event) for event in events], ensure_ascii=False)
    assert len(events) == 3
    assert [secret for secret in PERSONAL if secret in told] == []


def test_the_end_of_every_permit_is_announced(file: PersonFile, now: datetime) -> None:
    """Each permit by itself: the event says how many days are left, or that it is over."""
    today = now.date()
    for number, days in enumerate((45, -1, 200), start=1):
        facts = PermitFacts("visa", f"V-{number}", date(2026, 1, 1), today + timedelta(days=days))
        file, _ = files.record_permit(file, f"pmt_{number}", facts, now)
    assert files.next_notice(file) == today - timedelta(days=61), "the first of those that were missed"
    told, events = files.give_notices(file, today)
    assert events == [
        PermitExpiring(PERSON, "pmt_1", "visa", today + timedelta(days=45), 45),
        PermitExpired(PERSON, "pmt_2", "visa", today - timedelta(days=1)),
    ]
    assert files.next_notice(told) == today + timedelta(days=15)
    assert files.give_notices(told, today) == (told, [])


def test_erasing_leaves_nothing_but_that_it_was_done(file: PersonFile, now: datetime) -> None:
    """The event names the person by id; the file has no permits left and is marked."""
    asked = now.date() - timedelta(days=2)
    erased, events = files.erase(file, asked, True, now)
    assert (erased.erased, erased.permits) == (True, ())
    assert events == [PersonErased(PERSON, asked, True)]


def test_nobody_asks_tomorrow(file: PersonFile, now: datetime) -> None:
    """The day of the request is a day that has come."""
    with pytest.raises(ErasureNotYetAsked) as refused:
        files.erase(file, now.date() + timedelta(days=1), True, now)
    assert refused.value.pointer == "/requested_on"


@pytest.mark.parametrize(
    "address",
    [
        "misaki@example.com",
        "o'brien+set.2@mail-1.example.co.uk",
        '"front desk"@example.com',
        "!#$%&'*/=?^_`{|}~-@163.com",
        "misaki@例え.jp",
        "用户@例え.中国",
        "a@คน.ไทย",
        "a@xn--r8jz45g.jp",
    ],
)
def test_an_address_that_can_be_written_to_is_taken(address: str) -> None:
    """In any script, with quotes, dots and tags."""
    assert load(Contact, {"email": address}).email == address


@pytest.mark.parametrize(
    "address",
    [
        "a@[1.2.3",
        "a@[1.2.3.4]",
        "a@1.2.3.4",
        "a@localhost",
        "a@b..example",
        "a@-b.example",
        "a@b_c.example",
        "a@example.com.",
        "a.@example.com",
        "a,b@example.com",
        "a@b@example.com",
        "a b@example.com",
        '"a@example.com',
        '"a\r\nBcc: b"@example.com',
        "a@example.com\n",
        "<a@example.com>",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(address: str) -> None:
    """Before a letter to it comes back, or breaks what reads it."""
    with pytest.raises(ValidationError) as refused:
        load(Contact, {"email": address})
    assert refused.value.messages == {"email": ["Expected an e-mail address."]}
