"""A contract from its draft to the last signature, and how an earlier run's contracts make room for the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from deploy.demo import by_link
from deploy.demo.alliance import Contract, Person
from deploy.demo.by_link import Inbox
from deploy.demo.desk import Desk
from deploy.demo.memory import Memory
from deploy.local.client import ApiProblem, Client
from deploy.local.errors import StackError
from deploy.local.mailbox.letters import Letters
from events.codecs import plain
from services.talent.contracts.identities import PERFORMER

TIME_TO_SIGN = timedelta(days=14)
_OPEN_STATES = ("draft", "sent", "partially_signed")


class DocumentDiffers(StackError):
    """The document that a party reads does not have the hash that the contract states."""


@dataclass(frozen=True)
class Signed:
    """An executed contract: its parties in the order in which they signed, and when the last one did."""

    contract: Contract
    contract_id: str
    production_id: str
    person_id: str
    signers: tuple[str, ...]
    signed_at: datetime


def make_room(desk: Desk, contract: Contract, memory: Memory) -> None:
    """Withdraw what an earlier run left of a contract: nobody can be booked twice on a day without a conflict."""
    earlier: str | None = memory.recall("contracts", contract.key)
    if earlier is None:
        return
    if desk.legal.get(f"/v1/contracts/{earlier}")["state"] in _OPEN_STATES:
        desk.legal.post(f"/v1/contracts/{earlier}/cancellation", {"reason": "The demo begins again."})
    for booking in found(desk.casting, "/v1/bookings", contract_id=earlier):
        if booking["status"] != "released":
            path = f"/v1/productions/{booking['production_id']}/bookings/{booking['booking_id']}/release"
            desk.casting.post(path)


def revoke_permit(desk: Desk, person_id: str, number: str) -> None:
    """Revoke the permit with this number, in case that an earlier run recorded it."""
    for permit in desk.casting.get(f"/v1/people/{person_id}")["permits"]:
        if permit["number"] == number and permit["revocation"] is None:
            path = f"/v1/people/{person_id}/permits/{permit['permit_id']}/revocation"
            desk.casting.post(path, {"reason": "The demo begins again."})


def engage(
    desk: Desk,
    contract: Contract,
    person: Person,
    ids: tuple[str, str],
    memory: Memory,
    today: date,
    letters: Letters | None,
) -> Signed:
    """Draft, send and sign a contract, by every party in order; `ids` are the production's and the person's."""
    legal = desk.legal
    parties = [{"key": party.party, "name": party.name, "address": party.address} for party in contract.parties]
    draft = legal.post("/v1/contracts", {"terms": plain(contract.terms(*ids, today)), "parties": parties})
    contract_id = str(draft["contract_id"])
    memory.keep("contracts", contract.key, contract_id)
    view = sign(desk, contract_id, contract, person, today, letters)
    signers = tuple(party.signer or person.names.legal for party in contract.parties)
    signed_at = datetime.fromisoformat(view["parties"][-1]["signature"]["signed_at"])
    return Signed(contract, contract_id, *ids, signers, signed_at)


def sign(desk: Desk, contract_id: str, contract: Contract, person: Person, today: date, letters: Letters | None) -> Any:
    """Send a draft out and sign it, by every party in order, each where it is; the executed contract.

    The performer signs by the personal link that arrives in `letters`. Without a mailbox to read, the studio asks for its desk, and
    enters the performer's signature as what it is.
    """
    legal, expires_on = desk.legal, (today + TIME_TO_SIGN).isoformat()
    path, signers = f"/v1/contracts/{contract_id}", {party.party: party for party in contract.parties}
    dispatch: dict[str, Any] = {"expires_on": expires_on}
    if letters is None:
        view = legal.post(f"{path}/dispatch", dispatch | {"at_desk": [PERFORMER]})
    else:
        assert person.contact.email is not None  # nobody in the alliance's files is without
        inbox = Inbox(letters, person.contact.email)
        legal.post(f"{path}/dispatch", dispatch)
        by_link.sign(legal.url, inbox, person.names.legal, signers[PERFORMER].time_zone)
        view = legal.get(path)
    while (key := view["next_party"]) is not None:
        signature = {
            "party": key,
            "name": signers[key].signer or person.names.legal,
            "time_zone": signers[key].time_zone,
            "document_sha256": _read(legal, view),
        }
        if key == PERFORMER:
            signature["reason"] = "A demo without a mailbox: nobody could read the performer's letter."
        view = legal.post(f"{path}/signatures", signature)
    return view


def found(client: Client, path: str, **query: Any) -> list[Any]:
    """All items of a list; none when what it is asked about is not known (yet)."""
    try:
        return list(client.pages(path, **query))
    except ApiProblem as problem:
        if problem.status == 404:
            return []
        raise


def _read(client: Client, contract: Any) -> str:
    """Read the document as its party does, and return the SHA-256 of what was read; raises DocumentDiffers."""
    read = client.request("GET", f"/v1/contracts/{contract['contract_id']}/document").content
    digest = sha256(read).hexdigest()
    if digest != contract["document_sha256"]:
        raise DocumentDiffers(f"contract {contract['contract_id']}: the document's SHA-256 is {digest}, not the stated")
    return digest
