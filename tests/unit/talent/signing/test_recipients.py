"""Who can take part in signing a contract: contradictory recipients are refused with their place."""

from typing import Any

import pytest

from services.talent.signing import recipients
from services.talent.signing.recipients import RecipientRequest, RecipientsContradictory

PARTIES = ("performer", "studio")


def one(key: str, **given: Any) -> RecipientRequest:
    """A recipient with an address of its own."""
    return RecipientRequest(key, **{"name": key.title(), "email": f"{key}@example.com", **given})


def test_signers_approvers_witnesses_viewers_and_copies_go_together() -> None:
    """Every role at once, in steps, with a witness of a signer and the studio at its desk."""
    recipients.check(
        [
            one("performer"),
            one("lawyer", role="approver"),
            one("friend", role="witness", witness_of="performer", step=2),
            one("agent", role="viewer"),
            one("union", role="copy"),
            RecipientRequest("studio", step=3),
        ],
        PARTIES,
    )


@pytest.mark.parametrize(
    ("requested", "pointer"),
    [
        ([one("performer"), one("performer", party="studio")], "/recipients/1/key"),
        ([one("stranger")], "/recipients/0/party"),
        ([one("performer"), one("agent", party="performer")], "/recipients/1/party"),
        ([one("lawyer", role="approver", email=None, name=None)], "/recipients/0/email"),
        ([one("performer", name=None)], "/recipients/0/name"),
        ([one("lawyer", role="approver", party="studio")], "/recipients/0/party"),
        ([one("performer"), one("friend", role="witness")], "/recipients/1/witness_of"),
        ([one("performer", witness_of="performer")], "/recipients/0/witness_of"),
        ([one("friend", role="witness", witness_of="performer")], "/recipients/0/witness_of"),
        ([one("performer", step=2), one("friend", role="witness", witness_of="performer")], "/recipients/1/witness_of"),
        ([one("performer"), one("studio", email="Performer@example.com")], "/recipients/1/email"),
    ],
)
def test_contradictory_recipients_are_refused(requested: list[RecipientRequest], pointer: str) -> None:
    """Repeated keys and addresses, unknown or twice-signed parties, fields that do not belong to the role."""
    with pytest.raises(RecipientsContradictory) as refused:
        recipients.check(requested, PARTIES)
    assert refused.value.pointer == pointer
    assert refused.value.text("zh") and refused.value.text("en")
