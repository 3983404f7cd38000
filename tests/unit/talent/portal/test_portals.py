"""Access to a performer's own page: for one address, until it is withdrawn, given anew, or the file names another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.talent.portal import PortalBounced, PortalInvited, PortalWithdrawn, Reader
from services.talent.letters.addressees import Contact
from services.talent.letters.links import LINK_LIFE, LinkUnknown
from services.talent.people import files
from services.talent.people.files import Agent, Names, Profile, SpokenLanguage
from services.talent.portal.invitations import portals
from services.talent.portal.invitations.portals import Access, NoAddressOnFile, NobodyInvited, Portal

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PERSON, STUDIO = "prs_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "stu_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
AGENT = Agent("Blue Crane", files.Contact("desk@bluecrane.example"), Decimal(15))
PROFILE = Profile(Names("佐藤 美咲", "Misaki"), "JP", contact=files.Contact("misaki@example.com"), agent=AGENT)


@pytest.fixture
def invited(now: datetime) -> Portal:
    """A page to which the person is invited."""
    return portals.invite(portals.closed(PERSON, STUDIO), "person", "ja", b"sealed", now)[0]


def access(portal: Portal, reader: str = "person") -> Access:
    """The reader's access."""
    found = portal.access(reader)
    assert found is not None
    return found


def test_an_invitation_takes_the_place_of_the_one_before(invited: Portal, now: datetime) -> None:
    """The serial says which links live, and the event says until when; the other reader's access stays as it is."""
    both, _ = portals.invite(invited, "agent", "en", b"agent's", now)
    again, told = portals.invite(both, "person", "ko", b"other", now + timedelta(days=1))
    assert (access(again).serial, access(again).language, access(again).contact) == (2, "ko", b"other")
    assert told == [PortalInvited(PERSON, "person", 2, now + timedelta(days=1) + LINK_LIFE)]
    assert access(again, "agent") == access(both, "agent")


def test_a_withdrawal_kills_the_link_and_is_told_once(invited: Portal, now: datetime) -> None:
    """The serial moves on; there is nothing to withdraw a second time, nor from whoever was not invited."""
    gone, told = portals.withdraw(invited, "person", now)
    assert told == [PortalWithdrawn(PERSON, "person")]
    assert access(gone).serial == 2
    with pytest.raises(LinkUnknown):
        portals.require_open(access(gone), now)
    for portal, reader in ((gone, "person"), (invited, "agent")):
        with pytest.raises(NobodyInvited):
            portals.withdraw(portal, reader, now)  # type: ignore[arg-type]  # one of the two readers
        assert portals.end(portal, reader, now) == (portal, [])  # type: ignore[arg-type]
    assert portals.end(invited, "person", now) == (gone, told)


def test_access_ends_by_itself(invited: Portal, now: datetime) -> None:
    """After a year, however often the link was renewed."""
    portals.require_open(access(invited), now + LINK_LIFE)
    with pytest.raises(LinkUnknown):
        portals.require_open(access(invited), now + LINK_LIFE + timedelta(seconds=1))


def test_a_bounce_is_told_once_and_only_of_the_present_invitation(invited: Portal, now: datetime) -> None:
    """A letter to an earlier address that comes back late says nothing of the new one."""
    bounced, told = portals.bounce(invited, "person", 1)
    assert access(bounced).bounced and told == [PortalBounced(PERSON, "person")]
    assert portals.bounce(bounced, "person", 1) == (bounced, [])
    again, _ = portals.invite(bounced, "person", "ja", b"other", now)
    assert not access(again).bounced
    assert portals.bounce(again, "person", 1) == (again, [])
    assert portals.bounce(again, "agent", 1) == (again, [])


def test_the_address_is_the_one_on_file() -> None:
    """The person by the name on screen, the agent by theirs; without an address nothing is sent."""
    assert portals.contact_of(PROFILE, "person") == Contact("Misaki", "misaki@example.com")
    assert portals.contact_of(PROFILE, "agent") == Contact("Blue Crane", "desk@bluecrane.example")
    silent = replace(
        PROFILE, contact=files.Contact(phone="+81 3 1234 5678"), agent=replace(AGENT, contact=files.Contact())
    )
    for profile, reader in ((silent, "person"), (silent, "agent"), (replace(PROFILE, agent=None), "agent")):
        with pytest.raises(NoAddressOnFile) as refused:
            portals.contact_of(profile, reader)  # type: ignore[arg-type]  # one of the two readers
        assert refused.value.pointer == "/reader"


def test_who_is_no_longer_the_agent_reads_nothing_more() -> None:
    """Neither when another agent is on file nor when none is; a change of capitals is no change."""
    invited = portals.contact_of(PROFILE, "agent")
    portals.require_same_address(PROFILE, "agent", Contact("Blue Crane", "Desk@BlueCrane.example"))
    other = replace(PROFILE, agent=replace(AGENT, contact=files.Contact("desk@redheron.example")))
    for profile in (other, replace(PROFILE, agent=None)):
        with pytest.raises(LinkUnknown):
            portals.require_same_address(profile, "agent", invited)


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ([("ja", "native"), ("en", "C1")], "ja"),
        ([("en", "B2"), ("zh-Hant-TW", "native")], "zh"),
        ([("th", "native"), ("KO", "B1")], "ko"),
        ([("th", "native")], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_the_person_s_own(spoken: list[tuple[str, files.Level]], language: str) -> None:
    """The native one first, then any that the page speaks, else English; an agent is written to in English."""
    profile = replace(PROFILE, languages=tuple(SpokenLanguage(tag, level) for tag, level in spoken))
    assert portals.language_of(profile, "person") == language
    assert portals.language_of(profile, "agent") == "en"


READERS = st.sampled_from(["person", "agent"])
STEPS = st.lists(st.tuples(st.sampled_from(["invite", "end", "bounce"]), READERS), max_size=30)


@given(STEPS)
def test_at_most_one_link_of_a_reader_lives(steps: list[tuple[str, Reader]]) -> None:
    """Whatever happens in whatever order: of all serials that were given out only the last can be open, and a change has its event."""
    portal, given_out = portals.closed(PERSON, STUDIO), {"person": [0], "agent": [0]}
    for step, reader in steps:
        before = portal
        if step == "invite":
            portal, told = portals.invite(portal, reader, "en", b"sealed", NOW)
            given_out[reader].append(access(portal, reader).serial)
        elif step == "end":
            portal, told = portals.end(portal, reader, NOW)
        else:
            portal, told = portals.bounce(portal, reader, given_out[reader][-1])
        assert (portal != before) == (len(told) == 1)
        serials = given_out[reader]
        assert serials == sorted(set(serials))
        found = portal.access(reader)
        if found is not None and found.withdrawn_at is None:
            assert found.serial == serials[-1]
        elif found is not None:
            assert found.serial not in serials
