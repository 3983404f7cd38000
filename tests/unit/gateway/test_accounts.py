"""Who may grant what: roles and credentials."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway import accounts
from gateway.accounts import (
    DutiesNotSeparate,
    FirstMemberOnly,
    Grantor,
    GrantTooWide,
    Member,
    MemberHasCredential,
    Studio,
)
from gateway.scopes import ALL, OFFICE, ROLES, SEPARATE, scopes_of

AT = datetime(2026, 12, 1, tzinfo=UTC)
OFFICE_HERE = Grantor("mbr_office", OFFICE, outside=True)
PRODUCER = Grantor("mbr_producer", ROLES["producer"])


def studio(**members: str) -> Studio:
    """A studio with a member of each name and role."""
    empty, _ = accounts.admit("stu_1", "Studio", "Hengdian", office=False, at=AT)
    found = tuple(Member(f"mbr_{name}", b"", (role,)) for name, role in members.items())
    return replace(empty, members=found)


def issue(known: Studio, member: str, by: Grantor, has_one: bool = False) -> Any:
    """A key for a member."""
    return accounts.issue("crd_1", known, member, "api_key", "cbk_1", AT, AT + timedelta(1), by, has_one)


def test_every_role_has_known_scopes_and_nobody_has_both_duties() -> None:
    """Identity data is for producers and legal only; who records payments does not confirm them."""
    for role, scopes in {**ROLES, "office": OFFICE}.items():
        assert scopes <= ALL.keys()
        assert not scopes >= SEPARATE, role
    assert [role for role in ROLES if "identity:read" in ROLES[role]] == ["legal", "producer"]
    assert "identity:read" not in OFFICE


@pytest.mark.parametrize("role", ROLES)
def test_a_producer_adds_members_of_every_role(role: str) -> None:
    """Also one who confirms payments, which the producer does not."""
    added, events = accounts.add_member(studio(producer="producer"), Member("mbr_2", b"", (role,)), PRODUCER)
    assert added.members[-1].roles == (role,)
    assert [event.TYPE for event in events] == ["gateway.member.added.v1"]


def test_nobody_grants_more_than_their_own_token_has() -> None:
    """A token that was narrowed to accounts:write makes no producer and no key of one, for itself neither."""
    narrow, known = (
        Grantor("mbr_producer", frozenset({"accounts:write", "credentials:own"})),
        studio(producer="producer"),
    )
    with pytest.raises(GrantTooWide, match="contracts:sign"):
        accounts.add_member(known, Member("mbr_2", b"", ("producer",)), narrow)
    with pytest.raises(GrantTooWide, match="contracts:sign"):
        issue(known, "mbr_producer", narrow)


def test_nobody_gives_themselves_another_role() -> None:
    """A producer names somebody else to confirm payments."""
    known = studio(producer="producer", viewer="viewer")
    with pytest.raises(GrantTooWide, match="pay:confirm"):
        accounts.change_roles(known, "mbr_producer", ("legal",), PRODUCER)
    changed, _ = accounts.change_roles(known, "mbr_viewer", ("legal",), PRODUCER)
    assert changed.member("mbr_viewer").roles == ("legal",)


@pytest.mark.parametrize("roles", [("producer", "legal"), ("finance", "legal"), ("legal", "casting", "finance")])
def test_nobody_records_and_confirms_payments(roles: tuple[str, ...]) -> None:
    """Roles that together would allow both are refused."""
    assert scopes_of(roles) >= SEPARATE
    with pytest.raises(DutiesNotSeparate):
        accounts.add_member(studio(producer="producer"), Member("mbr_2", b"", roles), PRODUCER)


def test_the_office_names_the_first_member_only() -> None:
    """It adds nobody else, changes no roles, and issues a key to no other."""
    first, _ = accounts.add_member(studio(), Member("mbr_first", b"", ("producer",)), OFFICE_HERE)
    assert issue(first, "mbr_first", OFFICE_HERE)[0].issued_by == "mbr_office"
    known = studio(first="producer", legal="legal")
    with pytest.raises(FirstMemberOnly):
        accounts.add_member(known, Member("mbr_2", b"", ("viewer",)), OFFICE_HERE)
    with pytest.raises(FirstMemberOnly):
        accounts.change_roles(known, "mbr_first", ("viewer",), OFFICE_HERE)
    with pytest.raises(FirstMemberOnly):
        issue(known, "mbr_legal", OFFICE_HERE)
    with pytest.raises(MemberHasCredential):
        issue(known, "mbr_first", OFFICE_HERE, has_one=True)


def test_only_the_member_issues_a_second_key() -> None:
    """Others issue the first; whoever takes a member's place must revoke theirs first, which the member notices."""
    known = studio(producer="producer", legal="legal")
    assert issue(known, "mbr_legal", PRODUCER)[0].issued_by == "mbr_producer"
    with pytest.raises(MemberHasCredential):
        issue(known, "mbr_legal", PRODUCER, has_one=True)
    assert issue(known, "mbr_legal", Grantor("mbr_legal", ROLES["legal"]), has_one=True)


def test_without_accounts_one_has_ones_own_credentials_only() -> None:
    """A viewer issues and revokes their own, and nobody else's."""
    known, viewer = studio(viewer="viewer", legal="legal"), Grantor("mbr_viewer", ROLES["viewer"])
    with pytest.raises(GrantTooWide, match="accounts:write"):
        issue(known, "mbr_legal", viewer)
    own, _ = issue(known, "mbr_viewer", viewer, has_one=True)
    other, _ = issue(known, "mbr_legal", PRODUCER)
    with pytest.raises(GrantTooWide, match="accounts:write"):
        accounts.revoke(other, AT, viewer)
    assert accounts.revoke(own, AT, viewer)[0].revoked_at == AT
    assert accounts.revoke(other, AT, PRODUCER)[0].revoked_at == AT
